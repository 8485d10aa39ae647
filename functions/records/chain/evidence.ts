import type { Problem } from '../../../shared/core/errors.ts';
import { sha256 } from '../../../shared/core/sha256.ts';
import type { ChainEntry } from '../../../shared/deployment/record/record.ts';
import type { Archive } from '../../../shared/ports.ts';
import type { Card } from '../cards.ts';
import { type Place, recordDocument } from './chain.ts';

/**
 * The newest document of a deployment, which holds everything, with its SHA-256 as it was written, and the SHA-256 of
 * the document before it in the chain of its VNet. A document that is gone or changed is named; the content of the
 * others is still told. `card` names at least one document.
 */
export async function readEvidence(
  archive: Archive,
  id: string,
  { chain, entries }: Pick<Card, 'chain' | 'entries'>,
) {
  const read = await Promise.all(entries.map((place) => readEntry(archive, chain, place)));
  const newest = read.findLast(({ document }) => document !== undefined);
  const { position, sha256: digest, previous } = newest?.place ?? entries.at(-1)!;
  return {
    id,
    chain,
    position,
    sha256: digest,
    previousSha256: previous,
    entries: entries.map((place, index) => ({
      name: place.entry.slice(id.length + 1),
      at: read[index]!.document?.at ?? null,
      position: place.position,
      sha256: place.sha256,
      previousSha256: place.previous,
    })),
    // The text is exactly this, without one more space, so that anybody can check its SHA-256.
    document: newest?.document ?? null,
    record: newest?.document?.record ?? null,
    problems: read.flatMap(({ problem }) => (problem ? [problem] : [])),
  };
}

async function readEntry(
  { records }: Archive,
  chain: string,
  place: Place,
): Promise<{ readonly place: Place; readonly document?: ChainEntry; readonly problem?: Problem }> {
  const target = recordDocument(chain, place.position);
  const wrong = (code: string, message: string) => ({ place, problem: { code, message, target } });
  const text = await records.read(target);
  if (text === undefined) return wrong('RecordMissing', `The record ${target} no longer exists.`);
  if (sha256(text) !== place.sha256)
    return wrong('RecordChanged', `The record ${target} was changed after it was written.`);
  return { place, document: JSON.parse(text) as ChainEntry };
}

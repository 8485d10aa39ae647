import { askedAt } from '../../shared/deployment/ids.ts';
import { planDocuments } from '../../shared/deployment/record/plan-documents.ts';
import type { ChainEntry } from '../../shared/deployment/record/record.ts';
import type { Archive } from '../../shared/ports.ts';
import { idOf, inverted, lists, readCard, removeCard } from '../records/cards.ts';
import { chainsKnown, inChain, recordDocument } from '../records/chain/chain.ts';
import { everyRow } from '../records/every-row.ts';
import type { Storage } from '../storage.ts';

const pageSize = 200;

export interface Expired {
  readonly documents: number;
  /** Deployments that no list shows any more, because nothing of their records is left. */
  readonly deployments: number;
}

/**
 * Removes records that are older than `before`, and takes deployments without any record out of the index, up to a
 * limit. In a storage account the lifecycle removes the documents; in a folder nothing else does.
 */
export async function expireRecords(
  storage: Archive & Pick<Storage, 'expiresByItself'>,
  before: Date,
  most: number,
): Promise<Expired> {
  const documents = storage.expiresByItself ? 0 : await expireDocuments(storage, before);
  let deployments = 0;
  const { rows, records } = storage;
  const left = entriesLeft(storage);
  for await (const { key } of everyRow(rows, lists.all, { after: inverted(before), limit: pageSize })) {
    const id = idOf(key);
    const card = await readCard(rows, id).catch(() => 'unreadable' as const);
    if (!askedAt(id) || card === 'unreadable' || (card && (await left(card)))) continue;
    if (!storage.expiresByItself)
      for (const name of await records.list(planDocuments(id))) await records.remove(name);
    await removeCard(rows, id, card);
    if (++deployments === most) break;
  }
  return { documents, deployments };
}

/**
 * The oldest records of each chain, up to the first one that has to stay: a gap in the middle would count as missing.
 */
async function expireDocuments(archive: Archive, before: Date): Promise<number> {
  const { records } = archive;
  let removed = 0;
  for (const chain of await chainsKnown(archive)) {
    for (const name of await records.list(inChain(chain))) {
      const at = writtenAt(await records.read(name));
      if (!at || at >= before) break;
      await records.remove(name);
      removed++;
    }
  }
  return removed;
}

function writtenAt(text: string | undefined): Date | undefined {
  try {
    const at = new Date((JSON.parse(text ?? 'null') as ChainEntry | null)?.at ?? Number.NaN);
    return Number.isNaN(at.getTime()) ? undefined : at;
  } catch {
    // What cannot be read stays: the verification of the records names it.
    return undefined;
  }
}

/** Whether anything of the records of a deployment is left. Each chain is listed once. */
function entriesLeft({ records }: Archive) {
  const listed = new Map<string, Promise<ReadonlySet<string>>>();
  return async ({ chain, entries }: NonNullable<Awaited<ReturnType<typeof readCard>>>): Promise<boolean> => {
    const names = listed.get(chain) ?? records.list(inChain(chain)).then((all) => new Set(all));
    listed.set(chain, names);
    const there = await names;
    return entries.some(({ position }) => there.has(recordDocument(chain, position)));
  };
}

import { sha256 } from '../../../shared/core/sha256.ts';
import type { ChainEntry, DeploymentRecord } from '../../../shared/deployment/record/record.ts';
import type { Archive } from '../../../shared/ports.ts';
import { everyRow } from '../every-row.ts';

/** Where an entry is in its chain. */
export interface Place {
  readonly entry: string;
  readonly position: number;
  readonly sha256: string;
  readonly previous: string | null;
}

/** The end of a chain when it was last read. Later documents themselves say how the chain goes on. */
export interface Head {
  /** When the first record was written. */
  readonly beganAt: string;
  readonly last: Place;
  /** The newest entries, so that a process that was killed before it could note its own finds it here. */
  readonly recent: readonly Place[];
}

const headPartition = 'chain';
const mostRecent = 50;

const folder = 'chains/';
export const inChain = (chain: string) => `${folder}${chain}/`;
export const recordDocument = (chain: string, position: number) =>
  `${inChain(chain)}${String(position).padStart(8, '0')}.json`;

export async function readHead(rows: Archive['rows'], chain: string): Promise<Head | undefined> {
  return (await rows.read<Head>(headPartition, chain))?.value;
}

/**
 * Adds a record to the chain of its VNet. The name of a document is its position, and a document is never written over.
 * So when two write at the same time, one comes after the other. An attempt that is repeated finds what the earlier
 * attempt has written.
 */
export async function appendRecord(
  { records, rows }: Archive,
  chain: string,
  entry: string,
  at: string,
  record: DeploymentRecord,
): Promise<Place> {
  const head = await readHead(rows, chain);
  const known = head?.recent.find((place) => place.entry === entry);
  if (known) return known;
  const seen: Place[] = [...(head?.recent ?? [])];
  let beganAt = head?.beganAt;
  for (let last = head?.last; ; ) {
    const position = (last?.position ?? 0) + 1;
    const previous = last?.sha256 ?? null;
    const document: ChainEntry = { chain, position, previous, entry, at, record };
    const text = JSON.stringify(document);
    const name = recordDocument(chain, position);
    const taken = (await records.add(name, text, 'application/json')) ? text : await records.read(name);
    // The document went between the add and the read: the next attempt finds its place free.
    if (taken === undefined) continue;
    last = placeOf(taken, position);
    beganAt ??= chainEntryIn(taken).at ?? at;
    seen.push(last);
    if (last.entry !== entry) continue;
    const next: Head = { beganAt, last, recent: seen.slice(-mostRecent) };
    await rows.put(headPartition, chain, next);
    return last;
  }
}

/** The chains that have documents or a head. */
export async function chainsKnown({ records, rows }: Archive): Promise<readonly string[]> {
  const chains = new Set<string>();
  for (const name of await records.list(folder)) chains.add(name.split('/')[1]!);
  for await (const { key } of everyRow(rows, headPartition)) chains.add(key);
  return [...chains];
}

function placeOf(text: string, position: number): Place {
  const { entry, previous } = chainEntryIn(text);
  return { entry, position, sha256: sha256(text), previous };
}

/** A document that somebody has spoilt still has its place in the chain. */
function chainEntryIn(text: string): Pick<ChainEntry, 'entry' | 'previous'> & { readonly at?: string } {
  try {
    return JSON.parse(text) as ChainEntry;
  } catch {
    return { entry: '', previous: null };
  }
}

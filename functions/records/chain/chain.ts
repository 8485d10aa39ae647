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

/** What is added to the chain. `entry` begins with the id of its deployment and is the same in every attempt. */
export interface NewEntry {
  readonly id: string;
  readonly entry: string;
  readonly at: string;
  /** What the index knows of the deployment's documents. */
  readonly known: readonly Place[];
  /** The record with what the entry adds to the newest one. */
  readonly record: (before: DeploymentRecord | undefined) => DeploymentRecord;
}

export interface Appended {
  readonly place: Place;
  /** All documents of the deployment, by position: those too of which a process that was killed told nobody. */
  readonly places: readonly Place[];
  /** The newest record of the deployment. */
  readonly record: DeploymentRecord;
}

/**
 * Adds a record to the chain of its VNet. The name of a document is its position, and a document is never written over.
 * So when two write at the same time, one comes after the other, and adds to what the other one wrote. An attempt that
 * is repeated finds what the earlier attempt has written.
 */
export async function appendRecord(
  archive: Archive,
  chain: string,
  { id, entry, at, known, record }: NewEntry,
): Promise<Appended> {
  const { records, rows } = archive;
  const isOwn = (place: Place) => place.entry.startsWith(`${id}/`);
  const head = await readHead(rows, chain);
  const seen: Place[] = [...(head?.recent ?? [])];
  const places = inOrder([...known, ...seen.filter(isOwn)]);
  let before = await lastRecord(archive, { chain, entries: places });
  const earlier = places.find((place) => place.entry === entry);
  if (earlier) return { place: earlier, places, record: before ?? record(undefined) };
  let beganAt = head?.beganAt;
  for (let last = head?.last; ; ) {
    const position = (last?.position ?? 0) + 1;
    const previous = last?.sha256 ?? null;
    const document: ChainEntry = { chain, position, previous, entry, at, record: record(before) };
    const text = JSON.stringify(document);
    const name = recordDocument(chain, position);
    const taken = (await records.add(name, text, 'application/json')) ? text : await records.read(name);
    // The document went between the add and the read: the next attempt finds its place free.
    if (taken === undefined) continue;
    const told = chainEntryIn(taken);
    last = { entry: told.entry, position, sha256: sha256(taken), previous: told.previous };
    beganAt ??= told.at ?? at;
    seen.push(last);
    if (isOwn(last)) {
      places.push(last);
      before = told.record ?? before;
    }
    if (last.entry !== entry) continue;
    const next: Head = { beganAt, last, recent: seen.slice(-mostRecent) };
    await rows.put(headPartition, chain, next);
    return { place: last, places, record: before ?? record(undefined) };
  }
}

/** The record as it was kept last, from the newest document that is still as it was written. */
export async function lastRecord(
  { records }: Pick<Archive, 'records'>,
  { chain, entries }: { readonly chain: string; readonly entries: readonly Place[] },
): Promise<DeploymentRecord | undefined> {
  for (const place of entries.toReversed()) {
    const text = await records.read(recordDocument(chain, place.position));
    if (text !== undefined && sha256(text) === place.sha256) return (JSON.parse(text) as ChainEntry).record;
  }
  return undefined;
}

/** Each entry once, by position. */
export const inOrder = (places: readonly Place[]): Place[] =>
  [...new Map(places.map((place) => [place.entry, place])).values()].sort(
    (one, other) => one.position - other.position,
  );

/** The chains that have documents or a head. */
export async function chainsKnown({ records, rows }: Archive): Promise<readonly string[]> {
  const chains = new Set<string>();
  for (const name of await records.list(folder)) chains.add(name.split('/')[1]!);
  for await (const { key } of everyRow(rows, headPartition)) chains.add(key);
  return [...chains];
}

/** A document that somebody has spoilt still has its place in the chain. */
function chainEntryIn(text: string): Partial<ChainEntry> & Pick<ChainEntry, 'entry' | 'previous'> {
  try {
    const { entry = '', previous = null, ...more } = JSON.parse(text) as Partial<ChainEntry>;
    return { ...more, entry, previous };
  } catch {
    return { entry: '', previous: null };
  }
}

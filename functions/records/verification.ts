import type { Problem } from '../../shared/core/errors.ts';
import { shortHash } from '../../shared/core/resource-id.ts';
import { sha256 } from '../../shared/core/sha256.ts';
import { askedAt } from '../../shared/deployment/ids.ts';
import type { ChainEntry, DeploymentSummary } from '../../shared/deployment/record/record.ts';
import type { Archive } from '../../shared/ports.ts';
import { type Card, idOf, lists, readCard } from './cards.ts';
import { chainsKnown, type Head, inChain, type Place, readHead, recordDocument } from './chain.ts';

/** What was found of the records of one VNet, or of all of them. */
export interface Verified {
  readonly chains: number;
  readonly documents: number;
  readonly problems: readonly Problem[];
}

export interface VerifyOptions {
  /** Records from before may have been removed, because they were kept for as long as they should be. */
  readonly keptSince: Date;
  /** Only the newest of each chain, so many. */
  readonly newest?: number | undefined;
}

const atOnce = 16;
const largestPage = 1000;

/** Every chain that the storage, the heads or the lists know of: who removes one wholly has to remove it from all three. */
export async function verifyRecords(archive: Archive, options: VerifyOptions): Promise<Verified> {
  const chains = new Set(await chainsKnown(archive));
  const spoilt: Problem[] = [];
  for (let after: string | undefined; ; ) {
    const page = await archive.rows.page<DeploymentSummary>(lists.all, { after, limit: largestPage });
    for (const row of page)
      if ('problem' in row) spoilt.push(row.problem);
      else chains.add(shortHash(row.value.virtualNetworkId));
    if (page.length < largestPage) break;
    after = page.at(-1)!.key;
  }
  const verified = { chains: 0, documents: 0, problems: spoilt };
  for (const chain of [...chains].sort()) {
    const { documents, problems } = await verifyChain(archive, chain, options);
    verified.chains++;
    verified.documents += documents;
    verified.problems.push(...problems);
  }
  return verified;
}

/** Holds the records of one VNet against each other, and against the places that the index noted when they were written. */
async function verifyChain(archive: Archive, chain: string, options: VerifyOptions): Promise<Verified> {
  const { records, rows } = archive;
  const problems = new Map<string, Problem>();
  const found = (code: string, target: string, message: string) => {
    if (!problems.has(target)) problems.set(target, { code, message: `${target} ${message}`, target });
  };
  const names = await records.list(inChain(chain));
  const there = new Set<number>();
  for (const name of names) {
    const position = Number(/\/(\d{8})\.json$/.exec(name)?.[1]);
    if (recordDocument(chain, position) === name) there.add(position);
    else found('RecordForeign', name, 'is no record that the app has written.');
  }
  const head = await readHead(rows, chain).catch(() => undefined);
  const noted = await placesOf(archive, chain, head, found);
  const last = Math.max(0, ...there, ...noted.keys(), head?.last.position ?? 0);
  const begin = options.newest === undefined ? 1 : Math.max(1, last - options.newest + 1);
  const oldest = Math.min(...there);
  const entries = new Map<string, number>();
  let documents = 0;
  let before: Read | undefined;
  for (let from = begin; from <= last; from += atOnce) {
    const positions = Array.from({ length: Math.min(atOnce, last - from + 1) }, (_, index) => from + index);
    const texts = await Promise.all(
      positions.map((position) =>
        there.has(position) ? records.read(recordDocument(chain, position)) : undefined,
      ),
    );
    for (const [index, position] of positions.entries()) {
      const text = texts[index];
      const place = noted.get(position);
      if (text === undefined) {
        before = undefined;
        const expired = position < oldest && isExpired(place, head, options.keptSince);
        if (!expired)
          found(
            'RecordMissing',
            recordDocument(chain, position),
            'is gone: others before or behind it are there.',
          );
        continue;
      }
      documents++;
      const read: Read = { position, digest: sha256(text), place, entry: parsed(text) };
      const wrong = wrongWith(chain, read, before, entries);
      if (wrong) found(...wrong);
      if (read.entry) entries.set(read.entry.entry, position);
      before = read;
    }
  }
  for (const [entry, position] of entries) await listed(entry, position);
  return { chains: 1, documents, problems: [...problems.values()] };

  /** A host may have been killed between the two, and comes again: so the index is asked once more. */
  async function listed(entry: string, position: number): Promise<void> {
    if (noted.get(position)?.entry === entry) return;
    const id = entry.slice(0, entry.indexOf('/'));
    const card = await readCard(rows, id).catch(() => undefined);
    if (card?.entries.some((place) => place.entry === entry)) return;
    found(
      'RecordNotListed',
      recordDocument(chain, position),
      'is in no list: the index does not know of it.',
    );
  }
}

/** The code of what is wrong with a record, the document that it is wrong with, and the rest of the sentence. */
function wrongWith(
  chain: string,
  { position, digest, place, entry }: Read,
  before: Read | undefined,
  entries: ReadonlyMap<string, number>,
): readonly [string, string, string] | undefined {
  const name = recordDocument(chain, position);
  const changed = (document: string, why: string) =>
    ['RecordChanged', document, `is not as it was written: ${why}`] as const;
  if (!entry) return ['RecordUnreadable', name, 'cannot be read: it is no record any more.'];
  if (place && place.sha256 !== digest) return changed(name, 'the index noted another SHA-256.');
  if (entry.chain !== chain || entry.position !== position)
    return changed(name, 'it names another place than its own.');
  const twin = entries.get(entry.entry);
  if (twin !== undefined)
    return ['RecordDoubled', name, `is there a second time: ${recordDocument(chain, twin)}.`];
  if (position === 1 && entry.previous !== null)
    return changed(name, 'it is the first, and names one before it.');
  if (!before || before.digest === entry.previous) return undefined;
  // One of the two was changed. The index knows what each was when it was written.
  return before.place?.sha256 === before.digest
    ? changed(name, 'it names another SHA-256 of the record before it.')
    : changed(recordDocument(chain, before.position), `${name} names another SHA-256 of it.`);
}

interface Read {
  readonly position: number;
  readonly digest: string;
  readonly place: Place | undefined;
  readonly entry: ChainEntry | undefined;
}

/** Where the index noted the records of a VNet when they were written. */
async function placesOf(
  { rows }: Archive,
  chain: string,
  head: Head | undefined,
  found: (code: string, target: string, message: string) => void,
): Promise<ReadonlyMap<number, Place>> {
  const noted = new Map<number, Place>();
  for (const place of head ? [...head.recent, head.last] : []) noted.set(place.position, place);
  for (let after: string | undefined; ; ) {
    // The chain of a VNet has the name of its list.
    const page = await rows.page(lists.ofChain(chain), { after, limit: largestPage });
    for (const { key } of page) {
      const id = idOf(key);
      let card: Card | undefined;
      try {
        card = await readCard(rows, id);
      } catch {
        found('RecordUnreadable', id, 'has an entry in the index that cannot be read.');
        continue;
      }
      for (const place of card?.entries ?? []) noted.set(place.position, place);
    }
    if (page.length < largestPage) return noted;
    after = page.at(-1)!.key;
  }
}

/** Only what is older than the retention may be missing, and only before everything that is there. */
function isExpired(place: Place | undefined, head: Head | undefined, keptSince: Date): boolean {
  const id = place?.entry.slice(0, place.entry.indexOf('/'));
  const at = (id && askedAt(id)) || (head?.beganAt && new Date(head.beganAt));
  return at instanceof Date && at < keptSince;
}

function parsed(text: string): ChainEntry | undefined {
  try {
    const entry = JSON.parse(text) as Partial<ChainEntry> | null;
    const isEntry = typeof entry?.entry === 'string' && typeof entry.record?.id === 'string';
    return isEntry ? (entry as ChainEntry) : undefined;
  } catch {
    return undefined;
  }
}

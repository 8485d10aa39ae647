import type { Problem } from '../../../shared/core/errors.ts';
import { sha256 } from '../../../shared/core/sha256.ts';
import { askedAt } from '../../../shared/deployment/ids.ts';
import type { ChainEntry } from '../../../shared/deployment/record/record.ts';
import type { Archive } from '../../../shared/ports.ts';
import { idOf, lists, readCard } from '../cards.ts';
import { everyRow } from '../every-row.ts';
import { type Head, inChain, type Place, readHead, recordDocument } from './chain.ts';

export interface VerifyOptions {
  /** Records older than this may have been removed, because their retention is over. */
  readonly keptSince: Date;
  /**
   * That all are there is always checked. With a part, only some are read: this number of the newest, and as many of
   * the older ones, others each day.
   */
  readonly part?: { readonly records: number; readonly now: Date } | undefined;
}

export interface VerifiedChain {
  /** How many documents there are, and how many of them were read. */
  readonly documents: number;
  readonly read: number;
  readonly problems: readonly Problem[];
}

interface Read {
  readonly position: number;
  readonly digest: string;
  readonly place: Place | undefined;
  readonly entry: ChainEntry | undefined;
}

type Found = (code: string, target: string, message: string) => void;

const atOnce = 16;
const aDay = 24 * 60 * 60_000;
/** The index may lag behind a document for this long: the step that writes both is repeated for a day. */
const settled = 2 * aDay;

/**
 * Checks the records of one VNet against each other, and against the places that the index noted when they were
 * written.
 */
export async function verifyChain(
  archive: Archive,
  chain: string,
  { keptSince, part }: VerifyOptions,
): Promise<VerifiedChain> {
  const { records, rows } = archive;
  const problems = new Map<string, Problem>();
  const found: Found = (code, target, message) => {
    if (!problems.has(target)) problems.set(target, { code, message: `${target} ${message}`, target });
  };
  const there = await positionsOf(archive, chain, found);
  const head = await readHead(rows, chain).catch(() => {
    found('RecordUnreadable', `chain/${chain}`, 'cannot be read: its row of the index is damaged.');
    return undefined;
  });
  const index = noticesOf(archive, found);
  for (const place of head ? [...head.recent, head.last] : []) index.note(place);
  // Somebody who removed the newest records may also have set back the head. The card of the newest deployment still
  // knows them.
  await index.noteDeployments(chain, part && head ? 1 : undefined);

  const last = Math.max(0, ...there, ...index.noted.keys(), head?.last.position ?? 0);
  const oldest = Math.min(...there);
  const missing = (position: number) =>
    found(
      'RecordMissing',
      recordDocument(chain, position),
      'does not exist any more, but others before it or after it do.',
    );
  for (let position = 1; position <= last; position++) {
    if (there.has(position)) continue;
    if (position < oldest && isExpired(index.noted.get(position), head, keptSince)) continue;
    missing(position);
  }

  const positions = [...there].filter(part ? isInPart(last, part) : () => true).sort((a, b) => a - b);
  const entries = new Map<string, Read>();
  let read = 0;
  let before: Read | undefined;
  for (let from = 0; from < positions.length; from += atOnce) {
    const some = positions.slice(from, from + atOnce);
    const texts = await Promise.all(some.map((position) => records.read(recordDocument(chain, position))));
    for (const [place, position] of some.entries()) {
      const text = texts[place];
      if (text === undefined) {
        missing(position);
        continue;
      }
      read++;
      const entry = entryIn(text);
      if (entry && !index.noted.has(position)) await index.noteDeployment(deploymentOfEntry(entry));
      const one: Read = { position, digest: sha256(text), place: index.noted.get(position), entry };
      const neighbour = before?.position === position - 1 ? before : undefined;
      const wrong = wrongWith(chain, one, neighbour, entries);
      if (wrong) found(...wrong);
      if (entry) entries.set(entry.entry, one);
      before = one;
    }
  }
  for (const { position, entry } of entries.values()) {
    if (index.noted.get(position)?.entry === entry!.entry) continue;
    if (part && part.now.getTime() - Date.parse(entry!.at) < settled) continue;
    // A host may have been killed between the two writes, and have come again meanwhile. So the index is read once
    // more.
    if (await index.lists(entry!)) continue;
    found('RecordNotListed', recordDocument(chain, position), 'is in no list: the index does not know it.');
  }
  return { documents: there.size, read, problems: [...problems.values()] };
}

async function positionsOf({ records }: Archive, chain: string, found: Found): Promise<ReadonlySet<number>> {
  const there = new Set<number>();
  for (const name of await records.list(inChain(chain))) {
    const position = Number(/\/(\d{8})\.json$/.exec(name)?.[1]);
    if (recordDocument(chain, position) === name) there.add(position);
    else found('RecordForeign', name, 'is not a record that the app has written.');
  }
  return there;
}

/** The newest records, and a part of the older ones. The part moves on each day, until all have been read. */
function isInPart(last: number, { records, now }: NonNullable<VerifyOptions['part']>) {
  const older = Math.max(0, last - records);
  const turns = Math.max(1, Math.ceil(older / records));
  const from = (Math.floor(now.getTime() / aDay) % turns) * records + 1;
  // One more record behind the part is read, because it names the SHA-256 of the last one.
  return (position: number) => position > older || (position >= from && position <= from + records);
}

/** Where the index noted the records when they were written. */
function noticesOf({ rows }: Archive, found: Found) {
  const noted = new Map<number, Place>();
  const note = (place: Place) => {
    noted.set(place.position, place);
  };
  async function noteDeployment(id: string): Promise<void> {
    try {
      for (const place of (await readCard(rows, id))?.entries ?? []) note(place);
    } catch {
      found('RecordUnreadable', `deployment/${id}`, 'cannot be read: its row of the index is damaged.');
    }
  }
  return {
    noted,
    note,
    noteDeployment,
    /** Notes the places of at most `most` of the newest deployments of the VNet, or of all. */
    async noteDeployments(chain: string, most: number | undefined): Promise<void> {
      let looked = 0;
      // The chain of a VNet has the name of its list.
      for await (const { key } of everyRow(rows, lists.ofChain(chain), { limit: most })) {
        await noteDeployment(idOf(key));
        if (++looked === most) return;
      }
    },
    async lists(entry: ChainEntry): Promise<boolean> {
      const card = await readCard(rows, deploymentOfEntry(entry)).catch(() => undefined);
      return card?.entries.some((place) => place.entry === entry.entry) ?? false;
    },
  };
}

/** The code of what is wrong with a record, the document that is wrong, and the rest of the sentence. */
function wrongWith(
  chain: string,
  { position, digest, place, entry }: Read,
  before: Read | undefined,
  entries: ReadonlyMap<string, Read>,
): Parameters<Found> | undefined {
  const name = recordDocument(chain, position);
  const changed = (document: string, why: string): Parameters<Found> => [
    'RecordChanged',
    document,
    `was changed after it was written: ${why}`,
  ];
  if (!entry) return ['RecordUnreadable', name, 'cannot be read: it is not a record any more.'];
  if (place && place.sha256 !== digest) return changed(name, 'the index has another SHA-256 of it.');
  if (entry.chain !== chain || entry.position !== position)
    return changed(name, 'it names another place than its own.');
  const twin = entries.get(entry.entry);
  if (twin) return ['RecordDoubled', name, `exists a second time: ${recordDocument(chain, twin.position)}.`];
  if (position === 1 && entry.previous !== null)
    return changed(name, 'it is the first record, but it names a previous one.');
  if (!before || before.digest === entry.previous) return undefined;
  // One of the two was changed. The index knows the SHA-256 of each when it was written.
  return before.place?.sha256 === before.digest
    ? changed(name, 'it names another SHA-256 of the previous record.')
    : changed(recordDocument(chain, before.position), `${name} names another SHA-256 of it.`);
}

/** Only what is older than the retention may be missing, and only before everything that is there. */
function isExpired(place: Place | undefined, head: Head | undefined, keptSince: Date): boolean {
  const id = place && deploymentOfEntry(place);
  const at = (id && askedAt(id)) || (head?.beganAt && new Date(head.beganAt));
  return at instanceof Date && at < keptSince;
}

const deploymentOfEntry = ({ entry }: { readonly entry: string }) => entry.slice(0, entry.indexOf('/'));

function entryIn(text: string): ChainEntry | undefined {
  try {
    const entry = JSON.parse(text) as Partial<ChainEntry> | null;
    const isEntry = typeof entry?.entry === 'string' && typeof entry.record?.id === 'string';
    return isEntry ? (entry as ChainEntry) : undefined;
  } catch {
    return undefined;
  }
}

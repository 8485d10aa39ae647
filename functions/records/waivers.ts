import {
  decidedAt,
  type RecordedWaiver,
  type WaiverState,
  type Withdrawal,
  waiverState,
} from '../../shared/compliance/waivers/recorded-waiver.ts';
import { sameId } from '../../shared/core/resource-id.ts';
import type { Archive, Rows } from '../../shared/ports.ts';
import { idOf, inverted } from './cards.ts';
import { everyRow, type Found, newestFirst } from './every-row.ts';

/** The row that the check and the list read. The decisions are also in documents, which are never changed. */
const partition = 'waiver';

/** Rows come in the order of their keys, so the newest must have the smallest key. */
const waiverKey = (id: string) => `${inverted(decidedAt(id)!)}-${id}`;
const waiverDocument = (id: string, what: 'decided' | 'withdrawn') => `waivers/${id}/${what}.json`;

export async function keepWaiver({ records, rows }: Archive, waiver: RecordedWaiver): Promise<void> {
  await records.add(waiverDocument(waiver.id, 'decided'), JSON.stringify(waiver), 'application/json');
  // The row is written last: a process that is killed before this has waived nothing.
  await rows.insert(partition, waiverKey(waiver.id), waiver);
}

export async function readWaiver(rows: Rows, id: string): Promise<RecordedWaiver | undefined> {
  return decidedAt(id) && (await rows.read<RecordedWaiver>(partition, waiverKey(id)))?.value;
}

/** The waiver after this. When two withdraw it, the first one stays named. Undefined when there is none of that id. */
export async function withdraw(
  { records, rows }: Archive,
  id: string,
  withdrawal: Withdrawal,
): Promise<RecordedWaiver | undefined> {
  for (;;) {
    const row = decidedAt(id) && (await rows.read<RecordedWaiver>(partition, waiverKey(id)));
    if (!row || row.value.withdrawn) return row?.value;
    const name = waiverDocument(id, 'withdrawn');
    await records.add(name, JSON.stringify(withdrawal), 'application/json');
    // Another process may have been quicker, or was killed after it wrote the document: the document says who.
    const kept = await records.read(name);
    const withdrawn = { ...row.value, withdrawn: kept ? (JSON.parse(kept) as Withdrawal) : withdrawal };
    if (await rows.replace(partition, row, withdrawn)) return withdrawn;
  }
}

/**
 * All waivers that are not withdrawn, also those whose day is over: that is a finding of its own. A waiver that cannot
 * be read waives nothing.
 */
export async function standingWaivers(rows: Rows): Promise<readonly RecordedWaiver[]> {
  const standing: RecordedWaiver[] = [];
  for await (const row of everyRow<RecordedWaiver>(rows, partition))
    if ('value' in row && !row.value.withdrawn) standing.push(row.value);
  return standing;
}

/** The filters of a list. An undefined filter fits everything. */
export interface WantedWaivers {
  readonly states?: readonly WaiverState[] | undefined;
  readonly rule?: string | undefined;
  readonly target?: string | undefined;
  /** The last waiver that the page before read. */
  readonly after?: string | undefined;
}

type Shown = RecordedWaiver & { readonly state: WaiverState };

export interface FoundWaivers extends Omit<Found<Shown>, 'found'> {
  readonly waivers: readonly Shown[];
}

/** Newest first. */
export async function findWaivers(
  rows: Rows,
  { states, rule, target, after }: WantedWaivers,
  now: string,
): Promise<FoundWaivers> {
  const { found, ...page } = await newestFirst<RecordedWaiver, Shown>(rows, partition, {
    after: after && waiverKey(after),
    shown: (waiver) => {
      const state = waiverState(waiver, now);
      const isWanted =
        (!states || states.includes(state)) &&
        (!rule || waiver.rule === rule) &&
        (!target || sameId(waiver.target, target));
      return isWanted ? { ...waiver, state } : undefined;
    },
    idIn: (key) => (decidedAt(idOf(key)) ? idOf(key) : undefined),
  });
  return { waivers: found, ...page };
}

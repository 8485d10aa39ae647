import {
  decidedAt,
  type RecordedWaiver,
  type WaiverState,
  type Withdrawal,
  waiverState,
} from '../../shared/compliance/waivers/recorded-waiver.ts';
import type { Problem } from '../../shared/core/errors.ts';
import type { Archive, Rows } from '../../shared/ports.ts';
import { inverted } from './cards.ts';
import { everyRow } from './every-row.ts';

/** What the check reads, and the list. What was decided stands in documents besides, which are never changed. */
const partition = 'waiver';
const pageSize = 50;

/** Rows come in the order of their keys, so that the newest must have the smallest. */
const keyOf = (id: string) => `${inverted(decidedAt(id)!)}-${id}`;
const documentOf = (id: string, what: 'decided' | 'withdrawn') => `waivers/${id}/${what}.json`;

export async function keepWaiver({ records, rows }: Archive, waiver: RecordedWaiver): Promise<void> {
  await records.add(documentOf(waiver.id, 'decided'), JSON.stringify(waiver), 'application/json');
  // Last: whoever is killed before it has waived nothing.
  await rows.insert(partition, keyOf(waiver.id), waiver);
}

export async function readWaiver(rows: Rows, id: string): Promise<RecordedWaiver | undefined> {
  return decidedAt(id) && (await rows.read<RecordedWaiver>(partition, keyOf(id)))?.value;
}

/** The waiver as it is then: of two who withdraw it, the first stays named. Undefined when there is none of that id. */
export async function withdraw(
  { records, rows }: Archive,
  id: string,
  withdrawal: Withdrawal,
): Promise<RecordedWaiver | undefined> {
  for (;;) {
    const row = decidedAt(id) && (await rows.read<RecordedWaiver>(partition, keyOf(id)));
    if (!row || row.value.withdrawn) return row?.value;
    const name = documentOf(id, 'withdrawn');
    await records.add(name, JSON.stringify(withdrawal), 'application/json');
    // Somebody may have been quicker, or was killed after the document: it says who.
    const kept = await records.read(name);
    const withdrawn = { ...row.value, withdrawn: kept ? (JSON.parse(kept) as Withdrawal) : withdrawal };
    if (await rows.replace(partition, row, withdrawn)) return withdrawn;
  }
}

/**
 * All that are not withdrawn, those whose day is over included: that it is, is a finding of its own. One that cannot be read
 * waives nothing.
 */
export async function standingWaivers(rows: Rows): Promise<readonly RecordedWaiver[]> {
  const standing: RecordedWaiver[] = [];
  for await (const row of everyRow<RecordedWaiver>(rows, partition))
    if ('value' in row && !row.value.withdrawn) standing.push(row.value);
  return standing;
}

/** What a list is asked for. An undefined filter fits everything. */
export interface WantedWaivers {
  readonly states?: readonly WaiverState[] | undefined;
  readonly rule?: string | undefined;
  readonly target?: string | undefined;
  /** The last waiver that the page before has looked at. */
  readonly after?: string | undefined;
}

export interface FoundWaivers {
  readonly waivers: readonly (RecordedWaiver & { readonly state: WaiverState })[];
  readonly continuation?: string;
  /** Rows that cannot be read, by name. */
  readonly problems?: readonly Problem[];
}

/** Newest first. */
export async function findWaivers(
  rows: Rows,
  { states, rule, target, after }: WantedWaivers,
  now: string,
): Promise<FoundWaivers> {
  const waivers: FoundWaivers['waivers'][number][] = [];
  const problems: Problem[] = [];
  const found = (): FoundWaivers => ({ waivers, ...(problems.length > 0 && { problems }) });
  for await (const row of everyRow<RecordedWaiver>(rows, partition, { after: after && keyOf(after) })) {
    if ('problem' in row) {
      problems.push(row.problem);
      continue;
    }
    const { value } = row;
    const state = waiverState(value, now);
    if (states && !states.includes(state)) continue;
    if (rule && value.rule !== rule) continue;
    if (target && value.target.toLowerCase() !== target.toLowerCase()) continue;
    if (waivers.length === pageSize) return { ...found(), continuation: waivers.at(-1)!.id };
    waivers.push({ ...value, state });
  }
  return found();
}

import type { RepairWindow } from '../../../shared/compliance/repair-window.ts';
import { failed } from '../../../shared/core/errors.ts';
import { sha256 } from '../../../shared/core/sha256.ts';
import type { Archive, Rows } from '../../../shared/ports.ts';
import type { DueGateway } from '../../../shared/secret/due.ts';

/** The rotation of the secrets of one gateway, and how far it is. */
export interface DueRotation extends DueGateway {
  /** `Skipped`: nothing was started, and `why` says what stopped it. `NotStarted`: the run ended before its turn. */
  readonly status:
    | 'Waiting'
    | 'Running'
    | 'Succeeded'
    | 'Failed'
    | 'Canceled'
    | 'Rejected'
    | 'Skipped'
    | 'NotStarted';
  readonly deploymentId?: string;
  readonly why?: string;
}

/** What somebody asked for, and what has become of it. */
export interface DueRotations {
  readonly id: string;
  readonly startedBy: { readonly name: string; readonly id?: string };
  readonly startedAt: string;
  readonly scope: { readonly subscriptionIds: readonly string[]; readonly gatewayIds: readonly string[] };
  readonly olderThanDays: number;
  readonly atOnce: number;
  /** More rotations begin only while all of these windows are open. */
  readonly windows: readonly RepairWindow[];
  /** Undefined until the gateways have been looked for. */
  readonly gateways?: readonly DueRotation[];
  /** The number of gateways beyond those of `gateways`: the next run takes them. */
  readonly left?: number;
  /** Why no more rotations begin. */
  readonly stopped?: { readonly why: string; readonly by?: string | undefined };
  readonly status: 'Running' | 'Succeeded' | 'Incomplete' | 'Failed' | 'Canceled';
  readonly endedAt?: string;
}

const partition = 'due-rotations';
const rotationsDocument = (id: string) => `rotations/${id}/ended.json`;

/** The ids that may be looked up. */
const looksLikeDueId = (id: string) => /^due-\d{8}t\d{9}z-[0-9a-f]{12}$/.test(id);

/** `at` is ISO 8601; `unique` separates two runs of the same millisecond. */
export const newDueId = (at: string, unique: string) =>
  `due-${at.toLowerCase().replaceAll(/[-:.]/g, '')}-${sha256(unique).slice(0, 12)}`;

export const beginDue = (rows: Rows, rotations: DueRotations) =>
  rows.insert(partition, rotations.id, rotations);

/** Removes a run, because another one was quicker. */
export const forgetDue = (rows: Rows, id: string) => rows.remove(partition, id);

export async function readDue(rows: Rows, id: string): Promise<DueRotations | undefined> {
  return looksLikeDueId(id) ? (await rows.read<DueRotations>(partition, id))?.value : undefined;
}

export async function existingDue(rows: Rows, id: string): Promise<DueRotations> {
  const rotations = await readDue(rows, id);
  if (!rotations) throw failed('RotationsUnknown', `The rotations ${id} no longer exist.`, id);
  return rotations;
}

/**
 * Changes what is kept, also when others change it at the same time; returns the new state. A run that has ended is not
 * changed.
 */
export async function changeDue(
  rows: Rows,
  id: string,
  change: (rotations: DueRotations) => DueRotations,
): Promise<DueRotations> {
  for (;;) {
    const row = await rows.read<DueRotations>(partition, id);
    if (!row) throw failed('RotationsUnknown', `The rotations ${id} no longer exist.`, id);
    if (row.value.status !== 'Running') return row.value;
    const changed = change(row.value);
    if (await rows.replace(partition, row, changed)) return changed;
  }
}

/** The rotations, with one gateway changed. */
export const withGateway = (
  { gateways = [], ...rotations }: DueRotations,
  gatewayId: string,
  change: Partial<DueRotation>,
): DueRotations => ({
  ...rotations,
  gateways: gateways.map((one) => (one.gatewayId === gatewayId ? { ...one, ...change } : one)),
});

/** Keeps the evidence of a run, which is never changed. */
export const keepDueEnd = ({ records }: Archive, rotations: DueRotations) =>
  records.add(rotationsDocument(rotations.id), JSON.stringify(rotations), 'application/json');

export function rotationCounts({ gateways = [] }: DueRotations) {
  const count = (...statuses: readonly DueRotation['status'][]) =>
    gateways.filter(({ status }) => statuses.includes(status)).length;
  return {
    due: gateways.length,
    succeeded: count('Succeeded'),
    failed: count('Failed', 'Canceled'),
    skipped: count('Skipped', 'Rejected'),
    running: count('Running'),
    notStarted: count('Waiting', 'NotStarted'),
  };
}

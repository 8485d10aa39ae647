import { shortHash } from '../../shared/core/resource-id.ts';
import type { Ending, Order, Progress } from '../../shared/deployment/contract.ts';
import type { Ticket } from '../../shared/deployment/record/record.ts';
import type { Row, Rows, SpoiltRow } from '../../shared/ports.ts';
import { everyRow } from './every-row.ts';

/**
 * The deployment that a VNet has now, or had last. To start another one, a process has to change this row as it read
 * it.
 */
export interface Lock {
  readonly id: string;
  readonly at: string;
  readonly order: Order;
  /** Tickets that asked for the same while it ran: they are answered too. */
  readonly furtherTickets: readonly Ticket[];
  /** Set when the deployment changes nothing any more: then another one may begin. */
  readonly ended?: {
    readonly at: string;
    readonly ending: Ending;
    readonly result?: Progress['result'] | undefined;
  };
}

const partition = 'lock';
export const lockKey = (virtualNetworkId: string) => shortHash(virtualNetworkId);

export function readLock(rows: Rows, virtualNetworkId: string): Promise<Row<Lock> | undefined> {
  return rows.read<Lock>(partition, lockKey(virtualNetworkId));
}

/** False when somebody else was quicker. `before` is what was read. */
export function takeLock(rows: Rows, before: Row<Lock> | undefined, lock: Lock): Promise<boolean> {
  const key = lockKey(lock.order.request.virtualNetworkId);
  return before ? rows.replace(partition, before, lock) : rows.insert(partition, key, lock);
}

/** Ends the deployment of that id for the VNet; returns the tickets that joined it until then. */
export async function releaseLock(
  rows: Rows,
  { id, virtualNetworkId }: { readonly id: string; readonly virtualNetworkId: string },
  ended: NonNullable<Lock['ended']>,
): Promise<readonly Ticket[]> {
  for (;;) {
    const held = await readLock(rows, virtualNetworkId);
    if (held?.value.id !== id) return [];
    const { furtherTickets } = held.value;
    if (held.value.ended || (await rows.replace(partition, held, { ...held.value, ended })))
      return furtherTickets;
  }
}

/** The VNets that have had a deployment of the app, a page at a time: one lock each, by the name of its chain. */
export const lockPage = (rows: Rows, after: string | undefined, limit: number) =>
  rows.page<Lock>(partition, { after, limit });

/** All locks that are held, by the keys of their VNets. A lock that cannot be read counts as held. */
export async function* heldLocks(rows: Rows): AsyncGenerator<Row<Lock> | SpoiltRow> {
  for await (const row of everyRow<Lock>(rows, partition))
    if ('problem' in row || !row.value.ended) yield row;
}

/** Gateways whose last deployment was a rotation that did not succeed. */
export async function unfinishedRotations(
  rows: Rows,
): Promise<
  readonly { readonly gatewayId: string; readonly secrets: readonly string[]; readonly at: string }[]
> {
  const found: { gatewayId: string; secrets: readonly string[]; at: string }[] = [];
  for await (const row of everyRow<Lock>(rows, partition)) {
    if ('problem' in row || !row.value.order.rotates || !row.value.ended) continue;
    const { ending, result } = row.value.ended;
    if (ending.status === 'Succeeded') continue;
    const secrets = (result?.secrets ?? []).map(({ name }) => name);
    found.push({ gatewayId: row.value.order.rotates.gatewayId, secrets, at: row.value.at });
  }
  return found;
}

const turns = new Map<string, Promise<unknown>>();

/**
 * Runs the work for each key one after the other. Otherwise hundreds of tickets at once would keep changing the row
 * between the read and the write of another one.
 */
export async function inTurn<T>(key: string, work: () => Promise<T>): Promise<T> {
  const before = turns.get(key) ?? Promise.resolve();
  const mine = before.then(work, work);
  const settled = mine.catch(() => {});
  turns.set(key, settled);
  try {
    return await mine;
  } finally {
    if (turns.get(key) === settled) turns.delete(key);
  }
}

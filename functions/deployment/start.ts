import type { InvocationContext } from '@azure/functions';
import { getClient } from 'durable-functions';
import { VpnRadiusError } from '../../shared/core/errors.ts';
import type { Order } from '../../shared/deployment/contract.ts';
import { newDeploymentId } from '../../shared/deployment/ids.ts';
import type { Archive, Row } from '../../shared/ports.ts';
import { cancelLock } from '../decisions/decision-key.ts';
import { isRunning, passedSince, soon, startOnce, timeOfHost } from '../durable-instances.ts';
import { isSameTicket, joinCard } from '../records/cards.ts';
import { endInterrupted } from '../records/interrupted.ts';
import { inTurn, type Lock, lockKey, readLock, takeLock } from '../records/lock.ts';
import { remember } from '../records/remember.ts';
import { repeatPassing } from '../repeat-passing.ts';
import { readDeployment } from './instances.ts';

/** `order` is the order of the deployment of this id; it may not be what was asked for. */
export interface Start {
  readonly id: string;
  readonly isNew: boolean;
  readonly order: Order;
  /** Whether that deployment wants what was asked now. */
  readonly isSameWish: boolean;
}

/** A lock older than this without an instance is no start that is under way: the process that took it was killed. */
const longestStart = 60_000;
const mostAttempts = 20;

/**
 * The one way to start a deployment. A VNet has one deployment at a time, so a second ticket, an event that comes
 * again, a repair and a rotation all meet the one that runs. A ticket that wants the same joins it, and gets its
 * answer.
 */
export function startDeployment(archive: Archive, context: InvocationContext, order: Order): Promise<Start> {
  const { virtualNetworkId } = order.request;
  // What this call tried to begin: the answer to its own write may have been lost.
  const mine = new Set<string>();
  return inTurn(`start ${lockKey(virtualNetworkId)}`, () =>
    repeatPassing(() => startOrMeet(archive, context, order, mine)),
  );
}

async function startOrMeet(
  archive: Archive,
  context: InvocationContext,
  order: Order,
  mine: Set<string>,
): Promise<Start> {
  for (let attempt = 1; attempt <= mostAttempts; attempt++) {
    const held = await readLock(archive.rows, order.request.virtualNetworkId);
    if (held && mine.has(held.value.id) && !held.value.ended) return begin(archive, context, held.value);
    const running = held && !held.value.ended ? await stillRunning(archive, context, held) : undefined;
    if (running === 'ended') continue;
    const met = running && (await joined(archive, running, order));
    if (met === 'changed') continue;
    if (met) return met;
    const at = await timeOfHost(context);
    const id = newDeploymentId(order.request.virtualNetworkId, at, `${context.invocationId} ${attempt}`);
    mine.add(id);
    const lock: Lock = { id, at: at.toISOString(), order, furtherTickets: [] };
    if (await takeLock(archive.rows, held, lock)) return begin(archive, context, lock);
  }
  throw tryAgain('Too many requests for this virtual network arrive at the same time');
}

async function begin(archive: Archive, context: InvocationContext, lock: Lock): Promise<Start> {
  await ensureStarted(archive, context, lock);
  return { id: lock.id, isNew: true, order: lock.order, isSameWish: true };
}

/** The record names a deployment before it runs, so nothing runs without a record. */
async function ensureStarted(
  archive: Archive,
  context: InvocationContext,
  { id, at, order }: Lock,
): Promise<void> {
  await remember(archive, { id, order, entry: 'asked', at, change: {} });
  const input = { ...order, cancelLock: await cancelLock(archive.rows, id) };
  await startOnce(getClient(context), orchestrationOf(order), id, input);
}

function orchestrationOf({ removes, migrates }: Order): string {
  if (removes) return 'removeVpnGateway';
  return migrates ? 'migrateVpnGateway' : 'provisionVpnGateway';
}

/** The lock, when its deployment runs or is being started; a start that broke off is completed. */
async function stillRunning(
  archive: Archive,
  context: InvocationContext,
  held: Row<Lock>,
): Promise<Row<Lock> | 'ended'> {
  const { id, at } = held.value;
  const isOverdue = (await passedSince(context, at)) > longestStart;
  const instance = await (isOverdue ? readDeployment(context, id) : soon(() => readDeployment(context, id)));
  if (instance && isRunning(instance)) return held;
  if (instance) {
    await endInterrupted(archive, context, held.value, instance);
    return 'ended';
  }
  // The process that took the lock is about to start it, or was killed before that. Nobody is told that it runs until
  // it does.
  if (!isOverdue) throw beingStarted();
  await ensureStarted(archive, context, held.value);
  return held;
}

async function joined(archive: Archive, held: Row<Lock>, order: Order): Promise<Start | 'changed'> {
  const { id, order: running, furtherTickets } = held.value;
  if (!isSameWish(running, order)) return { id, isNew: false, order: running, isSameWish: false };
  const { ticket } = order.request;
  const met: Start = { id, isNew: false, order: running, isSameWish: true };
  if ([running.request.ticket, ...furtherTickets].some((one) => isSameTicket(one, ticket))) {
    if (!(await joinCard(archive.rows, id, ticket))) throw beingStarted();
    return met;
  }
  const further = [...furtherTickets, ticket];
  if (!(await takeLock(archive.rows, held, { ...held.value, furtherTickets: further }))) return 'changed';
  // The other process may not have started it yet. When the ticket is sent again, it has joined already.
  if (!(await joinCard(archive.rows, id, ticket))) throw beingStarted();
  return met;
}

const isSameWish = (one: Order, other: Order) =>
  one.fingerprint === other.fingerprint && one.rotates?.gatewayId === other.rotates?.gatewayId;

const beingStarted = () => tryAgain('The deployment is still being started');
const tryAgain = (why: string) =>
  new VpnRadiusError({
    code: 'StartFailed',
    message: `${why}; try again.`,
    transient: true,
    retryAfterSeconds: 10,
  });

import type { InvocationContext } from '@azure/functions';
import { getClient } from 'durable-functions';
import { seconds } from '../../../shared/core/durable.ts';
import type { Row, Rows } from '../../../shared/ports.ts';
import { timeOfHost } from '../../durable-instances.ts';
import {
  checkDueAt,
  forgetOwnCheck,
  keepOwnCheck,
  type OwnCheck,
  ownChecks,
} from '../../records/own-checks.ts';
import { type ComplianceOrder, deployedOrder, startDeployedCheck, waitingOrder } from '../start.ts';

/** A timer may fire up to a second early. */
const early = seconds(1);
/** So many ids of gateways are a few times ten kilobytes in the input of a step. */
const mostInRun = 100;
/** Removals that are on their way at a time. */
const atOnce = 8;

/** Has a gateway checked when its deployment has ended. Deployments that end within minutes share one check. */
export const startOwnCheck =
  (rows: Rows) =>
  async ({ gatewayId, deploymentId }: Omit<OwnCheck, 'at'>, context: InvocationContext): Promise<void> => {
    const at = await timeOfHost(context);
    const check = { gatewayId, deploymentId, at: at.toISOString() };
    await keepOwnCheck(rows, check);
    await startDeployedCheck(getClient(context), check);
  };

/** What one run checks. `order` is undefined when nothing is due yet. */
export interface OwnChecksTaken {
  readonly order?: ComplianceOrder;
  readonly taken: readonly Pick<Row, 'key' | 'version'>[];
}

/** The gateways that are due at `now`, as one order. */
export const takeOwnChecks =
  (rows: Rows) =>
  async ({ now }: { readonly now: string }): Promise<OwnChecksTaken> => {
    const latest = Date.parse(now) + early;
    const due = (await ownChecks(rows)).filter(({ value }) => Date.parse(checkDueAt(value)) <= latest);
    const taken = due.slice(0, mostInRun);
    if (taken.length === 0) return { taken };
    return {
      order: deployedOrder(taken.map(({ value }) => value)),
      taken: taken.map(({ key, version }) => ({ key, version })),
    };
  };

/** Forgets what was checked. Returns the order of the run that follows; undefined when no gateway is left. */
export const forgetOwnChecks =
  (rows: Rows) =>
  async ({ taken }: Pick<OwnChecksTaken, 'taken'>): Promise<ComplianceOrder | undefined> => {
    for (let from = 0; from < taken.length; from += atOnce)
      await Promise.all(taken.slice(from, from + atOnce).map((row) => forgetOwnCheck(rows, row)));
    const [next] = await ownChecks(rows);
    return next && waitingOrder(next.value);
  };

import type { InvocationContext } from '@azure/functions';
import type { ComplianceFinding } from '../../../shared/compliance/assessment.ts';
import {
  plannedChanges,
  type RepairCandidate,
  type RepairPlans,
  repairCandidates,
  repairRequest,
  requesterOf,
  unsafe,
} from '../../../shared/compliance/repair.ts';
import { describeWindow, isOpen, type RepairWindow } from '../../../shared/compliance/repair-window.ts';
import type { Draft } from '../../../shared/compliance/report/report.ts';
import type { Order } from '../../../shared/deployment/contract.ts';
import { wishFingerprint } from '../../../shared/deployment/wish-fingerprint.ts';
import { againRequest } from '../../../shared/deployment/wished.ts';
import { virtualNetworkIdOf } from '../../../shared/gateway/gateway-subnet.ts';
import type { Archive, Documents, VpnGateways } from '../../../shared/ports.ts';
import { endOf } from '../../deployment/instances.ts';
import { type PlanNeeds, planFromFacts } from '../../deployment/planning/facts.ts';
import { startDeployment } from '../../deployment/start.ts';
import { deployedGateway, deployedGateways } from '../../records/deployed.ts';
import { finalFailure } from './discovery.ts';
import { runFolder } from './run-folder.ts';

/** A run repairs at most this many gateways; the next run takes the others. */
const mostAtOnce = 50;

export interface RepairOrder {
  readonly gatewayId: string;
  readonly virtualNetworkId: string;
  /** The person who was signed in and started the run: they may not approve what it repairs. */
  readonly requestedBy?: Order['requestedBy'];
}

/**
 * Plans every repair before any repair starts. Keeps what each one would change, or why it is left to a person. Returns
 * only those that are harmless by their plan.
 */
export const planRepairs =
  (needs: PlanNeeds, gateways: VpnGateways, store: Documents, window: RepairWindow | undefined) =>
  async ({
    runId,
    now,
  }: {
    readonly runId: string;
    readonly now: string;
  }): Promise<readonly RepairOrder[]> => {
    const folder = runFolder(store, runId);
    const { report } = await folder.readLarge<Draft>('draft');
    const deployed = await deployedGateways(needs.rows);
    const requestedBy = requesterOf(report);
    const plans: RepairPlans = {};
    const orders: RepairOrder[] = [];
    for (const candidate of repairCandidates(report.gateways, report.findings)) {
      const decided = await decide(candidate);
      for (const id of candidate.findings) plans[id] = decided.plan;
      if (decided.order) orders.push(decided.order);
    }
    await folder.write('repairs', plans);
    return orders;

    async function decide(
      candidate: RepairCandidate,
    ): Promise<{ plan: NonNullable<ComplianceFinding['repair']>; order?: RepairOrder }> {
      const refuse = (detail: string) => ({ plan: { status: 'refused', detail } as const });
      const [obstacle] = candidate.obstacles;
      if (obstacle) return refuse(obstacle);
      if (window && !isOpen(window, new Date(now)))
        return refuse(`repairs begin only from ${describeWindow(window)}`);
      if (orders.length >= mostAtOnce)
        return refuse(
          `only ${mostAtOnce} gateways are repaired in one run; this gateway is repaired in a later run`,
        );
      const its = deployed.get(candidate.gatewayId.toLowerCase());
      if (!its) return refuse('this app has not deployed the gateway');
      if (!its.isSettled) return refuse('a deployment of it is running');
      try {
        const gateway = await gateways.read(candidate.gatewayId);
        if (!gateway) return refuse('the gateway no longer exists');
        const request = repairRequest(againRequest(its), gateway, runId);
        const { plan, problems } = await planFromFacts(needs, request, [], false, async () => its.asked);
        if (!plan) return refuse(problems.map(({ message }) => message).join(' '));
        const reason = unsafe(plan);
        if (reason) return refuse(`it could disconnect users: ${reason}`);
        return {
          plan: { status: 'planned', detail: plannedChanges(plan.steps).join('; ') },
          order: {
            gatewayId: candidate.gatewayId,
            virtualNetworkId: virtualNetworkIdOf(gateway.subnetId),
            ...(requestedBy && { requestedBy }),
          },
        };
      } catch (error) {
        return refuse(finalFailure(error).message);
      }
    }
  };

export interface RepairStart extends RepairOrder {
  readonly runId: string;
  readonly now: string;
}

/**
 * Starts the repair as a deployment of the VNet; a VNet has one deployment at a time. Everything is decided again
 * first: while other repairs ran, the window may have closed, or the plan may have changed its meaning.
 */
export const startRepair =
  (archive: Archive, needs: PlanNeeds, gateways: VpnGateways, window: RepairWindow | undefined) =>
  async (
    { runId, gatewayId, now, requestedBy }: RepairStart,
    context: InvocationContext,
  ): Promise<{ readonly id: string } | { readonly refused: string }> => {
    if (!isOpen(window, new Date(now))) return { refused: 'the repair window has closed' };
    const its = await deployedGateway(archive.rows, gatewayId);
    const gateway = await gateways.read(gatewayId);
    if (!its || !gateway) return { refused: 'the gateway no longer exists' };
    const request = repairRequest(againRequest(its), gateway, runId, requestedBy?.name);
    const { plan } = await planFromFacts(needs, request, [], false, async () => its.asked);
    if (!plan || unsafe(plan)) return { refused: 'the gateway has changed after the repair was planned' };
    const order: Order = {
      request,
      repairs: its.request,
      fingerprint: wishFingerprint(its.request),
      isSeen: true,
      ...(requestedBy && { requestedBy }),
    };
    const { id, isNew } = await startDeployment(archive, context, order);
    return isNew ? { id } : { refused: 'a deployment of it is running' };
  };

/** How a repair ended; undefined while it runs. */
export const readRepair =
  (archive: Archive) =>
  ({ id }: { readonly id: string }, context: InvocationContext): ReturnType<typeof endOf> =>
    endOf(archive, context, id);

import type { InvocationContext } from '@azure/functions';
import { logLine } from '../../../shared/core/log-line.ts';
import { nameOf } from '../../../shared/core/resource-id.ts';
import { isVpn } from '../../../shared/gateway/gateway.ts';
import type { Archive, VpnGateways } from '../../../shared/ports.ts';
import { endOf } from '../instances.ts';
import { type RotationNeeds, rotationOrder } from '../secret/rotation-order.ts';
import { startDeployment } from '../start.ts';
import {
  changeDue,
  type DueRotation,
  type DueRotations,
  existingDue,
  keepDueEnd,
  rotationCounts,
  withGateway,
} from './due-rotations.ts';
import { findDue } from './find-due.ts';

export interface DueNeeds extends RotationNeeds, Archive {
  readonly gateways: VpnGateways;
}

/**
 * One run takes at most this many gateways, those with the oldest secrets. What it keeps of them must fit into a row.
 */
const mostInOneRun = 500;

type Named = Pick<DueRotations, 'id'>;

/** Finds the gateways whose secrets are due, once for each run. */
export const listDueSecrets =
  (needs: DueNeeds) =>
  async ({ id, at }: Named & { readonly at: string }): Promise<void> => {
    const asked = await existingDue(needs.rows, id);
    if (asked.gateways) return;
    const due = await findDue(needs, asked, new Date(at));
    const gateways = due.slice(0, mostInOneRun).map((one): DueRotation => ({ ...one, status: 'Waiting' }));
    await changeDue(needs.rows, id, (kept) => ({ ...kept, gateways, left: due.length - gateways.length }));
  };

export interface DueState extends Pick<DueRotations, 'windows'> {
  readonly running: number;
  /** The gateways whose turn is next; empty when no more are to begin. */
  readonly next: readonly string[];
}

/** Notes what became of the rotations that run. The first one that fails stops the others from beginning. */
export const followDueRotations =
  (needs: DueNeeds) =>
  async ({ id }: Named, context: InvocationContext): Promise<DueState> => {
    const { gateways = [], atOnce, windows } = await existingDue(needs.rows, id);
    for (const { gatewayId, deploymentId } of gateways.filter(({ status }) => status === 'Running')) {
      const end = await endOf(needs, context, deploymentId!);
      if (!end) continue;
      const status = isOurs(end.status) ? end.status : 'Failed';
      await changeDue(needs.rows, id, (kept) => {
        const noted = withGateway(kept, gatewayId, {
          status,
          ...(end.failure && { why: end.failure.message }),
        });
        if (status === 'Succeeded' || status === 'Rejected' || kept.stopped) return noted;
        return { ...noted, stopped: { why: `The rotation of ${nameOf(gatewayId)} has not succeeded.` } };
      });
    }
    const now = await existingDue(needs.rows, id);
    const of = (wanted: DueRotation['status']) =>
      (now.gateways ?? []).filter(({ status }) => status === wanted);
    const running = of('Running').length;
    return {
      windows,
      running,
      next: now.stopped
        ? []
        : of('Waiting')
            .slice(0, Math.max(0, atOnce - running))
            .map(({ gatewayId }) => gatewayId),
    };
  };

const isOurs = (status: string): status is 'Succeeded' | 'Failed' | 'Canceled' | 'Rejected' =>
  ['Succeeded', 'Failed', 'Canceled', 'Rejected'].includes(status);

/**
 * Begins one rotation, as `POST /rotations` does. When something stands in its way, the record says so, and the other
 * rotations go on.
 */
export const beginDueRotation =
  (needs: DueNeeds) =>
  async (
    { id, gatewayId }: Named & { readonly gatewayId: string },
    context: InvocationContext,
  ): Promise<void> => {
    const { rows, gateways } = needs;
    const note = (change: Partial<DueRotation>) =>
      changeDue(rows, id, (kept) => withGateway(kept, gatewayId, change));
    const { startedBy } = await existingDue(rows, id);
    const gateway = await gateways.read(gatewayId);
    if (!gateway || !isVpn(gateway) || !gateway.pointToSite?.radiusServers.length) {
      await note({
        status: 'Skipped',
        why: 'There is no longer a VPN gateway with RADIUS servers that has this id.',
      });
      return;
    }
    const { order, problems } = await rotationOrder(gateway, { id, requestedBy: startedBy.name }, needs);
    if (problems.length > 0) {
      await note({ status: 'Skipped', why: problems.map(({ message }) => message).join(' ') });
      return;
    }
    const requestedBy = startedBy.id ? { id: startedBy.id, name: startedBy.name } : undefined;
    const start = await startDeployment(needs, context, { ...order, ...(requestedBy && { requestedBy }) });
    await note(
      start.isSameWish
        ? { status: 'Running', deploymentId: start.id }
        : { status: 'Skipped', why: `Another deployment of its virtual network is running (${start.id}).` },
    );
  };

/** Keeps how the run ended; nothing changes it later. */
export const endDueRotations =
  (needs: DueNeeds) =>
  async (
    { id, at }: Named & { readonly at: string },
    context: InvocationContext,
  ): Promise<Pick<DueRotations, 'status'>> => {
    const ended = await changeDue(needs.rows, id, (kept) => {
      const gateways = (kept.gateways ?? []).map((one) =>
        one.status === 'Waiting' ? { ...one, status: 'NotStarted' as const } : one,
      );
      return { ...kept, gateways, endedAt: at, status: endStatus({ ...kept, gateways }) };
    });
    await keepDueEnd(needs, ended);
    const { status } = ended;
    context.log(logLine('VpnRadius.Rotations.Ended', id, { status, ...rotationCounts(ended) }));
    return { status };
  };

function endStatus(rotations: DueRotations): DueRotations['status'] {
  const { failed, skipped } = rotationCounts(rotations);
  if (failed > 0) return 'Failed';
  if (rotations.stopped) return 'Canceled';
  return skipped > 0 ? 'Incomplete' : 'Succeeded';
}

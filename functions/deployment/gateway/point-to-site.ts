import { runTogether, type Step, valueOrThrow } from '../../../shared/core/durable.ts';
import { gatewayInstanceId } from '../../../shared/deployment/ids.ts';
import { groupsWritten } from '../../../shared/deployment/removal/made.ts';
import type { Run } from '../run.ts';
import type { GatewayWritten } from '../steps/gateway.ts';
import type { GatewayOrder } from './order.ts';

/**
 * Step 3 of the article: address pool, authentication type RADIUS, the servers and the secret. A new gateway was
 * created with them. An existing gateway gets them here, after NPS knows the secret, and only where they differ,
 * because a write drops users.
 */
export function* configureP2sRadius(
  { step, context, progress, canceled, stamp }: Run,
  order: GatewayOrder,
  turn = 0,
): Step<string> {
  const differences = yield* step.compareGateway(order);
  if (differences.length === 0) return 'The gateway is already as requested';
  const instanceId = `${gatewayInstanceId(order.gatewayId)}-${stamp}-p2s${turn > 0 ? `-${turn}` : ''}`;
  progress.tell({ branches: [instanceId] });
  const [outcome] = yield* runTogether(context, [
    { orchestration: 'provisionGateway', instanceId, input: order },
  ]);
  progress.tell({ branches: [] });
  canceled.throwIfRaised();
  valueOrThrow<GatewayWritten>(outcome!);
  // Compared before the write: after a crash between the write and its note, the next attempt finds nothing to do.
  const changes = differences.map(({ done }) => done);
  const isNew = order.before !== undefined && order.before.pointToSite === undefined;
  const groups = groupsWritten(order.gatewayId, order.before, order.wish);
  progress.addToResult({
    changes,
    made: [...(isNew ? [{ what: 'pointToSite' as const, id: order.gatewayId }] : []), ...groups.made],
    ...(groups.removed.length > 0 && { removed: groups.removed }),
  });
  return changes.join('; ');
}

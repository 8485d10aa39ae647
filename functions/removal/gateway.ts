import { minutes, type Step, waitFor } from '../../shared/core/durable.ts';
import { failed } from '../../shared/core/errors.ts';
import { nameOf } from '../../shared/core/resource-id.ts';
import type { RemovalPlan } from '../../shared/deployment/contract.ts';
import { type Run, waitUntilReady } from '../deployment/run.ts';

/**
 * Point-to-site or the whole gateway goes first. After that nobody asks the NPS servers, and what stands behind the
 * gateway is free.
 */
export function* takeAwayGateway(run: Run, plan: RemovalPlan): Step<void> {
  const { progress } = run;
  const { gatewayId, removes } = plan;
  const name = nameOf(gatewayId);
  switch (removes.gateway) {
    case 'delete':
    case 'gone':
      progress.end('pointToSite', 'Skipped', 'It is removed together with the gateway');
      yield* progress.runStage('gateway', deleteAndWait(run, gatewayId, removes.gateway === 'delete'));
      return;
    case 'withoutPointToSite':
      yield* progress.runStage('pointToSite', takeAwayPointToSite(run, gatewayId));
      break;
    case 'withoutRadius':
      yield* progress.runStage('pointToSite', takeAwayRadius(run, gatewayId));
      break;
    case 'keep':
      progress.end('pointToSite', 'Skipped', `${name} has none`);
  }
  // A migration has already written the gateway in an earlier turn.
  const isUntouched = progress.status.stages.some(
    (one) => one.name === 'gateway' && one.status === 'Pending',
  );
  if (isUntouched) progress.end('gateway', 'Skipped', `${name} stays`);
}

function* takeAwayPointToSite(run: Run, gatewayId: string): Step<string> {
  const accepted = yield* run.step.removePointToSite({ gatewayId });
  yield* waitUntilReady(run, accepted, {
    look: () => run.step.readWithoutPointToSite({ gatewayId }),
    called: 'the gateway without point-to-site',
    target: gatewayId,
    limitMinutes: 60,
  });
  const what = `point-to-site removed from ${nameOf(gatewayId)}`;
  run.progress.addToResult({ changes: [what], removed: [{ what: 'pointToSite', id: gatewayId }] });
  return what;
}

function* takeAwayRadius(run: Run, gatewayId: string): Step<string> {
  const accepted = yield* run.step.removeRadius({ gatewayId });
  yield* waitUntilReady(run, accepted, {
    look: () => run.step.readWithoutRadius({ gatewayId }),
    called: 'the gateway without RADIUS',
    target: gatewayId,
    limitMinutes: 60,
  });
  const what = `RADIUS removed from ${nameOf(gatewayId)}`;
  run.progress.addToResult({ changes: [what] });
  return what;
}

/** A 404 may pass, and what follows cannot be taken back. So the gateway is gone when Azure says so twice. */
const looksForGone = 2;
/** Soon after the DELETE, Azure may not show yet that it deletes the gateway. */
const quietLooks = 2;

function* deleteAndWait(
  { step, context, progress, canceled }: Run,
  gatewayId: string,
  isThere: boolean,
): Step<string> {
  const name = nameOf(gatewayId);
  if (isThere) yield* step.deleteGateway({ gatewayId });
  let gone = 0;
  let looks = 0;
  yield* waitFor(context, {
    *look() {
      const seen = yield* step.readGatewayDeletion({ gatewayId });
      gone = seen === 'gone' ? gone + 1 : 0;
      if (!isThere && gone === 0) throw thereAgain(gatewayId);
      // Azure deletes nothing when a wrong 404 was all that answered the DELETE. It is sent again to a gateway that is not
      // being deleted.
      if (gone === 0 && ++looks > quietLooks && seen === 'there') yield* step.deleteGateway({ gatewayId });
      return gone >= looksForGone ? true : undefined;
    },
    at: [0.25, 0.5, 2, 4, 6, 8, 10, 12].map(minutes),
    canceled,
    limit: minutes(90),
    tooLate: failed(
      'GatewayNotDeletedInTime',
      'Azure did not delete the gateway within 90 minutes. Azure still works on it. Check its activity log, then send the removal again.',
      gatewayId,
    ),
  });
  const what = isThere ? `gateway ${name} deleted` : `gateway ${name} no longer exists`;
  progress.addToResult({
    changes: isThere ? [what] : [],
    removed: [
      { what: 'gateway', id: gatewayId },
      { what: 'pointToSite', id: gatewayId },
    ],
  });
  return what;
}

const thereAgain = (gatewayId: string) =>
  failed(
    'PlanChanged',
    'The gateway did not exist when the removal was planned, and now it exists again. Nothing was removed. Send the removal again.',
    gatewayId,
  );

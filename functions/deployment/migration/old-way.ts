import type { Step } from '../../../shared/core/durable.ts';
import type { Order, Plan } from '../../../shared/deployment/contract.ts';
import type { Brought } from '../../../shared/deployment/wished.ts';
import { type Asking, approvedPlan, type Occasion } from '../approval.ts';
import { broughtBy, planned } from '../provision-vpn-gateway.ts';
import { plannedRemoval, takeAwayAsAgreed } from '../removal/remove-vpn-gateway.ts';
import type { Run } from '../run.ts';
import { addressesCommitted, addressesTakenBack } from './addresses.ts';
import { writtenAlone } from './gateway-alone.ts';

const whenUsersMoved: Occasion = {
  stage: 'goAhead',
  leaves:
    'The old way and the new way both stay. When users have moved, send the migration again: it then asks again.',
};

/**
 * Waits until somebody says that the users have moved, and removes the old way. Returns what the gateway was brought
 * to.
 */
export function* oldWayTaken(run: Run, order: Order, asking: Asking, brought: Brought): Step<Brought> {
  if (order.migrates!.path !== 'to-entra') return yield* wishCompleted(run, order, asking, brought);
  const { progress } = run;
  const removal: Order = {
    ...order,
    removes: { gatewayId: order.migrates!.gatewayId, onlyRadius: true },
    isSeen: true,
  };
  const again = (turn: number) => plannedRemoval(run, removal, turn);
  const agreed = yield* approvedPlan(
    run,
    order,
    yield* again(asking.turn + 1),
    again,
    asking,
    whenUsersMoved,
  );
  progress.found({ removed: [] });
  yield* takeAwayAsAgreed(run, agreed, removal);
  return brought;
}

/** Brings only the gateway to the end of its path. */
function* wishCompleted(run: Run, order: Order, asking: Asking, brought: Brought): Step<Brought> {
  const last: Order = { ...order, migrates: { ...order.migrates!, isLastPart: true } };
  const again = (turn: number) => planned(run, last, turn);
  const isOfAddresses = order.migrates!.path === 'standard-public-ip';
  const occasion: Occasion = isOfAddresses
    ? { ...whenItWorks, rejected: () => addressesTakenBack(run, order.migrates!) }
    : whenUsersMoved;
  const plan = yield* approvedPlan(run, order, yield* again(asking.turn + 1), again, asking, occasion);
  yield* run.progress.stage('lastPart', isOfAddresses ? addressesCommitted(run, plan) : completed(run, plan));
  return { ...brought, ...broughtBy(plan) };
}

const whenItWorks: Occasion = {
  stage: 'goAhead',
  leaves:
    'The gateway works with the Standard address. Azure keeps the Basic address so that you can go back. Send the migration again to decide.',
};

/** Higher than every turn that the servers of the first part took. */
const lastTurn = 100;

function* completed(run: Run, plan: Plan): Step<string> {
  const { takesAway } = plan;
  const done = yield* writtenAlone(run, plan, lastTurn);
  return takesAway.length > 0 ? done : 'It was already removed';
}

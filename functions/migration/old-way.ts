import type { Step } from '../../shared/core/durable.ts';
import type { Order, Plan } from '../../shared/deployment/contract.ts';
import type { Brought } from '../../shared/deployment/wished.ts';
import { type Asking, agreeOnPlan, type Occasion } from '../deployment/approval.ts';
import { broughtBy, planAndTest } from '../deployment/provision-vpn-gateway.ts';
import type { Run } from '../deployment/run.ts';
import { planAndTestRemoval, takeAwayAsAgreed } from '../removal/remove-vpn-gateway.ts';
import { commitAddresses, takeAddressesBack } from './addresses.ts';
import { writeAndReadBack } from './gateway-alone.ts';

const whenUsersMoved: Occasion = {
  stage: 'goAhead',
  leaves:
    'The old way and the new way both stay. When users have moved, send the migration again: it then asks again.',
};

/**
 * Waits until somebody says that the users have moved, and removes the old way. Returns what the gateway was brought
 * to.
 */
export function* takeAwayOldWay(run: Run, order: Order, asking: Asking, brought: Brought): Step<Brought> {
  if (order.migrates!.path !== 'to-entra') return yield* completeWish(run, order, asking, brought);
  const { progress } = run;
  const removal: Order = {
    ...order,
    removes: { gatewayId: order.migrates!.gatewayId, onlyRadius: true },
    isSeen: true,
  };
  const again = (turn: number) => planAndTestRemoval(run, removal, turn);
  const agreed = yield* agreeOnPlan(run, order, yield* again(asking.turn + 1), again, asking, whenUsersMoved);
  progress.addToResult({ removed: [] });
  yield* takeAwayAsAgreed(run, agreed, removal);
  return brought;
}

/** Brings only the gateway to the end of its path. */
function* completeWish(run: Run, order: Order, asking: Asking, brought: Brought): Step<Brought> {
  const last: Order = { ...order, migrates: { ...order.migrates!, isLastPart: true } };
  const again = (turn: number) => planAndTest(run, last, turn);
  const isOfAddresses = order.migrates!.path === 'standard-public-ip';
  const occasion: Occasion = isOfAddresses
    ? { ...whenItWorks, rejected: () => takeAddressesBack(run, order.migrates!) }
    : whenUsersMoved;
  const plan = yield* agreeOnPlan(run, order, yield* again(asking.turn + 1), again, asking, occasion);
  yield* run.progress.runStage(
    'lastPart',
    isOfAddresses ? commitAddresses(run, plan) : writeLastPart(run, plan),
  );
  return { ...brought, ...broughtBy(plan) };
}

const whenItWorks: Occasion = {
  stage: 'goAhead',
  leaves:
    'The gateway works with the Standard address. Azure keeps the Basic address so that you can go back. Send the migration again to decide.',
};

/** Higher than every turn that the servers of the first part took. */
const lastTurn = 100;

function* writeLastPart(run: Run, plan: Plan): Step<string> {
  const { takesAway } = plan;
  const done = yield* writeAndReadBack(run, plan, lastTurn);
  return takesAway.length > 0 ? done : 'It was already removed';
}

import type { Step } from '../../shared/core/durable.ts';
import { failureOf, VpnRadiusError } from '../../shared/core/errors.ts';
import type { Plan } from '../../shared/deployment/contract.ts';
import { otherServers, serverTurns, toVerify } from '../../shared/gateway/changes/server-turns.ts';
import type { GatewayWish, RadiusServer } from '../../shared/gateway/model.ts';
import type { GatewayOrder } from './gateway/order.ts';
import { configureP2sRadius } from './gateway/point-to-site.ts';
import type { Run } from './run.ts';
import type { NpsOutcome } from './steps/nps.ts';
import { verifyBothSides } from './verification.ts';

/**
 * Brings a gateway that asks RADIUS servers to other servers, so that at every moment it asks one that is known to
 * work. A new server is verified on NPS before the gateway asks it, and on both sides before an old one goes. When that
 * fails, the old one stays. Returns the order of the last write, which is done as in every deployment.
 */
export function* changeServersInTurns(
  run: Run,
  plan: Plan,
  order: GatewayOrder,
  answers: readonly NpsOutcome[],
  proofKey: string,
): Step<GatewayOrder> {
  const held = heldServers(order);
  const wanted = order.wish.pointToSite.radiusServers;
  const leaving = otherServers(held, wanted);
  if (held.length === 0 || (leaving.length === 0 && otherServers(wanted, held).length === 0)) return order;

  const { progress } = run;
  const proved = toVerify(held, plan.servers);
  const of = { ...plan, servers: proved };
  const theirs = plan.servers.flatMap((server, index) => (proved.includes(server) ? [answers[index]!] : []));
  const turns = serverTurns(held, wanted).map((servers) => withServers(order, servers));
  let [now, staying] = [order, leaving];
  try {
    const first = { moment: 'beforeGateway', number: 1 } as const;
    yield* progress.runStage('verify', verifyBothSides(run, of, order, theirs, proofKey, first));
    for (const [index, turn] of turns.slice(0, -1).entries()) {
      const inTurn = { ...turn, before: now.before };
      staying = staying.filter(({ address }) => asks(turn.wish, address));
      yield* progress.runStage('pointToSite', configureP2sRadius(run, inTurn, index + 1));
      const next = { moment: 'betweenWrites', number: index + 2 } as const;
      const there = withAskedServers(of, theirs, turn.wish);
      yield* progress.runStage(
        'verify',
        verifyBothSides(run, there.plan, inTurn, there.answers, proofKey, next),
      );
      now = { ...order, before: formAfter(inTurn) };
    }
    return now;
  } catch (error) {
    const failure = failureOf(error);
    throw new VpnRadiusError({ ...failure, message: `${failure.message}${staysIn(staying)}` });
  }
}

/** The order that leaves the RADIUS servers of a gateway as they are until the new ones are verified. */
export function beforeTurns(order: GatewayOrder): GatewayOrder {
  const held = heldServers(order);
  return held.length > 0 ? withServers(order, held) : order;
}

const heldServers = ({ before }: GatewayOrder) => before?.pointToSite?.radiusServers ?? [];

const withServers = (order: GatewayOrder, radiusServers: readonly RadiusServer[]): GatewayOrder => ({
  ...order,
  wish: { ...order.wish, pointToSite: { ...order.wish.pointToSite, radiusServers } },
});

const asks = ({ pointToSite }: GatewayWish, address: string) =>
  pointToSite.radiusServers.some((server) => server.address === address);

/** Those of the servers that the gateway asks now. */
function withAskedServers(plan: Plan, answers: readonly NpsOutcome[], wish: GatewayWish) {
  const isAsked = plan.servers.map(({ address }) => asks(wish, address));
  return {
    plan: { ...plan, servers: plan.servers.filter((_, index) => isAsked[index]) },
    answers: answers.filter((_, index) => isAsked[index]),
  };
}

/**
 * The gateway as the write of an order leaves it. The next order is compared with it, to see what somebody else has
 * changed.
 */
function formAfter({ before, wish }: GatewayOrder): GatewayOrder['before'] {
  const { sku, activeActive, publicIpIds, pointToSite } = wish;
  return { sku, activeActive, publicIpIds, pointToSite: { ...before?.pointToSite, ...pointToSite } };
}

function staysIn(servers: readonly RadiusServer[]): string {
  if (servers.length === 0) return '';
  const addresses = servers.map(({ address }) => address).join(' and ');
  return ` The gateway still asks ${addresses}, which ${servers.length > 1 ? 'were' : 'was'} planned to be removed from it.`;
}

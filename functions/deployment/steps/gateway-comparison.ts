import { failed } from '../../../shared/core/errors.ts';
import {
  type Difference,
  gatewayDifferences,
  secretDifference,
} from '../../../shared/gateway/differences.ts';
import type { GatewayWish, VpnGateway } from '../../../shared/gateway/model.ts';
import { rebased } from '../../../shared/gateway/rebase.ts';
import type { Secrets, VpnGateways } from '../../../shared/ports.ts';
import type { GatewayOrder } from '../gateway/order.ts';
import { busy, gatewayGone, isBeingWritten } from '../gateway/state.ts';
import { secretValues } from './radius-secret.ts';

/** What the gateway still lacks. Empty when the gateway is as wished and holds the secret for every server. */
export const compareGateway =
  (gateways: VpnGateways, secrets: Secrets) =>
  async (order: GatewayOrder): Promise<readonly Difference[]> => {
    const gateway = await gateways.read(order.gatewayId);
    if (!gateway) throw gatewayGone(order.gatewayId);
    // The read of a gateway that is being written may be old: an answer now could take the earlier secret for the new
    // one.
    if (isBeingWritten(gateway)) throw busy(gateway);
    const wish = wishNow(order, gateway);
    return differencesOfGateway(gateways, gateway, wish, await secretValues(secrets, order.secrets));
  };

/** The wish over what somebody else changed since the plan. Stops when both changed the same. */
export function wishNow({ gatewayId, wish, before }: GatewayOrder, current: VpnGateway): GatewayWish {
  const now = rebased(wish, before, current);
  if (now.conflicts.length === 0) return now.wish;
  throw failed(
    'GatewayChanged',
    `Somebody has changed the gateway after it was planned: ${now.conflicts.join('; ')}. It was not overwritten. Send the ticket again: the new plan uses what exists now.`,
    gatewayId,
  );
}

/** Reads leave the secret out. So it is asked for when the rest agrees, and compared here; it goes no further. */
export async function differencesOfGateway(
  gateways: VpnGateways,
  current: VpnGateway,
  wish: GatewayWish,
  values: Readonly<Record<string, string>>,
): Promise<Difference[]> {
  const readable = gatewayDifferences(current, wish);
  if (readable.length > 0 || isBeingWritten(current)) return readable;
  const held = await gateways.radiusSecrets(current.id);
  return wish.pointToSite.radiusServers
    .filter(({ address }) => values[address] !== undefined)
    .filter(({ address }) => held.find((server) => server.address === address)?.secret !== values[address])
    .map(({ address }) => secretDifference(address));
}

import { failed, VpnRadiusError } from '../../../shared/core/errors.ts';
import { seal } from '../../../shared/core/sealed.ts';
import type { GatewayWish } from '../../../shared/gateway/model.ts';
import type { Secrets, VpnGateways } from '../../../shared/ports.ts';
import type { GatewayOrder } from '../gateway/order.ts';
import { busy, gatewayGone, isBeingWritten } from '../gateway/state.ts';
import { differencesOfGateway, wishNow } from './gateway-comparison.ts';
import { secretValues } from './radius-secret.ts';

export interface GatewayWritten {
  /**
   * `kept`: there was nothing to write. `underWay`: an earlier attempt wrote the same. `written`: Azure accepted a PUT.
   */
  readonly state: 'kept' | 'underWay' | 'written';
  readonly wasCreated: boolean;
  /** What was done, in the past tense. */
  readonly changes: readonly string[];
  readonly retryAfterSeconds: number;
  /**
   * The operation's signed URL. It is sealed with the shared secret, because everything that an activity returns is
   * stored.
   */
  readonly operation?: string;
}

/** Somebody else may write the gateway again and again. After this many attempts a person has to look. */
const mostAttempts = 3;

/** Reads the gateway once, compares it, and writes only over the state that was compared. */
export const writeGateway =
  (gateways: VpnGateways, secrets: Secrets) =>
  async (order: GatewayOrder): Promise<GatewayWritten> => {
    for (let attempt = 1; attempt <= mostAttempts; attempt++) {
      try {
        return await writeDifferences(gateways, secrets, order);
      } catch (error) {
        if (!(error instanceof VpnRadiusError && error.code === 'GatewayChanged' && error.failure.transient))
          throw error;
      }
    }
    throw failed(
      'GatewayBusy',
      `Somebody else wrote the gateway at each of the ${mostAttempts} attempts to write it. Nothing was overwritten. Find out who or what writes it, then send the ticket again.`,
      order.gatewayId,
    );
  };

async function writeDifferences(
  gateways: VpnGateways,
  secrets: Secrets,
  order: GatewayOrder,
): Promise<GatewayWritten> {
  const { gatewayId, mustWaitForNps } = order;
  const { gateway: current, write } = await gateways.open(gatewayId);
  const isNew = order.before === undefined;
  if (!current && !isNew) throw gatewayGone(gatewayId);
  const nothing = { wasCreated: false, changes: [], retryAfterSeconds: 10 };
  // When the plan found no gateway and there is one now, it comes from an earlier attempt, whose answer was lost.
  if (current && mustWaitForNps && current.provisioningState !== 'Failed')
    return { ...nothing, state: isBeingWritten(current) ? 'underWay' : 'kept', wasCreated: isNew };
  const values = await secretValues(secrets, order.secrets);
  const wish = current ? wishNow(order, current) : order.wish;
  const differing = current ? await differencesOfGateway(gateways, current, wish, values) : [];
  if (current && isBeingWritten(current)) {
    if (differing.length === 0) return { ...nothing, state: 'underWay', wasCreated: isNew };
    throw busy(current);
  }
  if (current?.provisioningState === 'Succeeded' && differing.length === 0)
    return { state: 'kept', ...nothing };
  const sent = await secretsByServer(gateways, gatewayId, wish, values);
  const { retryAfterSeconds, operationUrl } = await write(wish, sent);
  const key = sealKey(values) || sealKey(sent);
  return {
    state: 'written',
    wasCreated: !current,
    changes: differing.map(({ done }) => done),
    retryAfterSeconds,
    ...(key && { operation: seal(operationUrl, key, gatewayId) }),
  };
}

/**
 * A secret that a server keeps is read from the gateway and sent back at once, so Key Vault need not know it. Servers
 * that somebody added since the plan keep theirs too: no NPS was told another one.
 */
async function secretsByServer(
  gateways: VpnGateways,
  gatewayId: string,
  { pointToSite }: GatewayWish,
  values: Readonly<Record<string, string>>,
): Promise<Record<string, string>> {
  const addresses = pointToSite.radiusServers.map(({ address }) => address);
  const held = addresses.every((address) => values[address]) ? [] : await gateways.radiusSecrets(gatewayId);
  return Object.fromEntries(
    addresses.map((address) => {
      const secret = values[address] ?? held.find((server) => server.address === address)?.secret;
      if (!secret)
        throw failed(
          'RadiusSecretMissing',
          `Azure does not return the shared secret of the RADIUS server ${address}, which must stay the same. Nothing was written.`,
          gatewayId,
        );
      return [address, secret];
    }),
  );
}

/**
 * The secrets that the order names; without any, those that the gateway keeps. What is sealed with them can be opened
 * only by the same order.
 */
export const sealKey = (values: Readonly<Record<string, string>> | readonly string[]) =>
  Object.values(values).sort().join('\n');

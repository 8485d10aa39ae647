import { failed, VpnRadiusError } from '../../../shared/core/errors.ts';
import { seal, unseal } from '../../../shared/core/sealed.ts';
import {
  type Difference,
  gatewayDifferences,
  secretDifference,
} from '../../../shared/gateway/differences.ts';
import type { GatewayForm, GatewayWish, VpnGateway } from '../../../shared/gateway/model.ts';
import { rebased } from '../../../shared/gateway/rebase.ts';
import type { Secrets, VpnGateways } from '../../../shared/ports.ts';
import type { SecretReference } from '../../../shared/secret/model.ts';
import type { Cancelable } from '../../decisions/cancel-signal.ts';
import { secretValues } from './radius-secret.ts';

export interface GatewayOrder extends Cancelable {
  readonly gatewayId: string;
  readonly wish: GatewayWish;
  /** The gateway as the plan found it; undefined when there was none. */
  readonly before?: GatewayForm | undefined;
  /**
   * By the addresses of the RADIUS servers. For a server that is not here, the gateway keeps the secret that it holds.
   */
  readonly secrets: SecretsByServer;
  /** Does not write an existing gateway now, because a write would give it the new secret before NPS knows it. */
  readonly mustWaitForNps?: boolean;
}

export type SecretsByServer = Readonly<Record<string, SecretReference>>;

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

export const working = ({ provisioningState }: VpnGateway) =>
  !['Succeeded', 'Failed', 'Canceled'].includes(provisioningState);

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
    return { ...nothing, state: working(current) ? 'underWay' : 'kept', wasCreated: isNew };
  const values = await secretValues(secrets, order.secrets);
  const wish = current ? wishNow(order, current) : order.wish;
  const differing = current ? await differencesOfGateway(gateways, current, wish, values) : [];
  if (current && working(current)) {
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

/** The wish over what somebody else changed since the plan. Stops when both changed the same. */
function wishNow({ gatewayId, wish, before }: GatewayOrder, current: VpnGateway): GatewayWish {
  const now = rebased(wish, before, current);
  if (now.conflicts.length === 0) return now.wish;
  throw failed(
    'GatewayChanged',
    `Somebody has changed the gateway after it was planned: ${now.conflicts.join('; ')}. It was not overwritten. Send the ticket again: the new plan uses what exists now.`,
    gatewayId,
  );
}

/**
 * Azure answered 404 for a gateway that was there a moment ago: nothing may be done on that answer (a read that makes
 * no sense).
 */
export const gatewayGone = (gatewayId: string, since = 'when the deployment was planned') =>
  new VpnRadiusError({
    code: 'GatewayGone',
    message: `Azure says that there is no such gateway, but it existed ${since}.`,
    target: gatewayId,
    transient: true,
    retryAfterSeconds: 30,
  });

export const busy = ({ id, provisioningState }: VpnGateway) =>
  new VpnRadiusError({
    code: 'GatewayBusy',
    message: `Another operation runs on the gateway (${provisioningState}). This deployment waits until it ends.`,
    target: id,
    transient: true,
    retryAfterSeconds: 30,
  });

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
const sealKey = (values: Readonly<Record<string, string>> | readonly string[]) =>
  Object.values(values).sort().join('\n');

/** How the gateway's last operation ended; undefined while Azure works on it. */
export const readGateway =
  (gateways: VpnGateways) =>
  async ({
    gatewayId,
  }: {
    readonly gatewayId: string;
  }): Promise<'Succeeded' | 'Failed' | 'Canceled' | undefined> => {
    const gateway = await gateways.read(gatewayId);
    if (!gateway) throw gatewayGone(gatewayId);
    return working(gateway) ? undefined : (gateway.provisioningState as 'Succeeded' | 'Failed' | 'Canceled');
  };

export interface FailedGateway {
  readonly gatewayId: string;
  readonly secrets: SecretsByServer;
  readonly state: string;
  readonly operation: string | undefined;
}

/** Throws the error that Azure's own operation ended with: the gateway itself says only `Failed`. */
export const explainGatewayFailure =
  (gateways: VpnGateways, secrets: Secrets) =>
  async ({ gatewayId, secrets: references, state, operation }: FailedGateway): Promise<never> => {
    const values = await secretValues(secrets, references);
    const held = await gateways.radiusSecrets(gatewayId);
    const reason = operation
      ? await gateways.operationError(
          unseal(operation, sealKey(values) || sealKey(held.map(({ secret }) => secret)), gatewayId),
          ...new Set([...Object.values(values), ...held.map(({ secret }) => secret)]),
        )
      : undefined;
    throw failed(
      reason?.code ?? 'GatewayProvisioningFailed',
      `Azure could not provision the gateway (${state}): ${reason?.message ?? 'its activity log says why.'}`,
      gatewayId,
    );
  };

/** What the gateway still lacks. Empty when the gateway is as wished and holds the secret for every server. */
export const compareGateway =
  (gateways: VpnGateways, secrets: Secrets) =>
  async (order: GatewayOrder): Promise<readonly Difference[]> => {
    const gateway = await gateways.read(order.gatewayId);
    if (!gateway) throw gatewayGone(order.gatewayId);
    // The read of a gateway that is being written may be old: an answer now could take the earlier secret for the new
    // one.
    if (working(gateway)) throw busy(gateway);
    const wish = wishNow(order, gateway);
    return differencesOfGateway(gateways, gateway, wish, await secretValues(secrets, order.secrets));
  };

/** Reads leave the secret out. So it is asked for when the rest agrees, and compared here; it goes no further. */
async function differencesOfGateway(
  gateways: VpnGateways,
  current: VpnGateway,
  wish: GatewayWish,
  values: Readonly<Record<string, string>>,
): Promise<Difference[]> {
  const readable = gatewayDifferences(current, wish);
  if (readable.length > 0 || working(current)) return readable;
  const held = await gateways.radiusSecrets(current.id);
  return wish.pointToSite.radiusServers
    .filter(({ address }) => values[address] !== undefined)
    .filter(({ address }) => held.find((server) => server.address === address)?.secret !== values[address])
    .map(({ address }) => secretDifference(address));
}

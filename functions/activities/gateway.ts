import { failed, VpnRadiusError } from '../../shared/errors.ts';
import { gatewayDifferences } from '../../shared/gateway.ts';
import type { GatewayWish, Secrets, VpnGateway, VpnGateways } from '../../shared/ports.ts';
import { seal, unseal } from '../../shared/sealed.ts';
import { readSecret, type SecretReference } from './radius-secret.ts';

export interface GatewayOrder {
  readonly gatewayId: string;
  readonly wish: GatewayWish;
  readonly secret: SecretReference;
  /** Leaves the point-to-site configuration of an existing gateway alone for now: NPS must know the secret first. */
  readonly keepPointToSite?: boolean;
}

export interface GatewayWritten {
  /** `kept`: nothing to write. `underWay`: an earlier attempt wrote the same. `written`: a PUT was accepted. */
  readonly state: 'kept' | 'underWay' | 'written';
  readonly created: boolean;
  readonly changes: readonly string[];
  readonly retryAfterSeconds: number;
  /** The operation's signed URL, sealed with the shared secret because whatever an activity returns is stored. */
  readonly operation?: string;
}

const working = (gateway: VpnGateway) =>
  !['Succeeded', 'Failed', 'Canceled'].includes(gateway.provisioningState);

export const writeGateway =
  (gateways: VpnGateways, secrets: Secrets) =>
  async ({ gatewayId, wish, secret, keepPointToSite }: GatewayOrder): Promise<GatewayWritten> => {
    const current = await gateways.read(gatewayId);
    const wanted = current?.pointToSite && keepPointToSite ? withoutRadius(wish, current) : wish;
    const { value } = await readSecret(secrets, secret);
    const changes = current
      ? await differences(gateways, current, wanted, keepPointToSite ? undefined : value)
      : [];
    const nothing = { created: false, changes: [], retryAfterSeconds: 10 };
    if (current && working(current)) {
      if (changes.length === 0) return { state: 'underWay', ...nothing };
      throw new VpnRadiusError({
        code: 'GatewayBusy',
        message: `Another operation runs on the gateway (${current.provisioningState}); this one waits its turn.`,
        target: gatewayId,
        transient: true,
        retryAfterSeconds: 30,
      });
    }
    if (current?.provisioningState === 'Succeeded' && changes.length === 0)
      return { state: 'kept', ...nothing };
    const { retryAfterSeconds, operationUrl } = await gateways.write(gatewayId, wanted, value);
    return {
      state: 'written',
      created: !current,
      changes,
      retryAfterSeconds,
      operation: seal(operationUrl, value, gatewayId),
    };
  };

/** Until NPS is ready, an existing gateway keeps whoever it asks today. */
function withoutRadius(wish: GatewayWish, current: VpnGateway): GatewayWish {
  return { ...wish, pointToSite: current.pointToSite ?? wish.pointToSite, tags: {} };
}

/** True once the gateway is provisioned; undefined while Azure works on it. */
export const readGateway =
  (gateways: VpnGateways, secrets: Secrets) =>
  async (order: {
    readonly gatewayId: string;
    readonly secret: SecretReference;
    readonly operation?: string | undefined;
  }): Promise<true | undefined> => {
    const gateway = await gateways.read(order.gatewayId);
    if (!gateway)
      throw failed('GatewayGone', 'The gateway was deleted while it was being provisioned.', order.gatewayId);
    if (working(gateway)) return undefined;
    if (gateway.provisioningState === 'Succeeded') return true;
    const reason = order.operation
      ? await gateways.operationError(
          unseal(order.operation, (await readSecret(secrets, order.secret)).value, order.gatewayId),
        )
      : undefined;
    throw failed(
      reason?.code ?? 'GatewayProvisioningFailed',
      `Azure could not provision the gateway (${gateway.provisioningState}): ${reason?.message ?? 'its activity log says why.'}`,
      order.gatewayId,
    );
  };

/** What the gateway still lacks, in sentences; empty when it is as wished and holds the secret for every server. */
export const compareGateway =
  (gateways: VpnGateways, secrets: Secrets) =>
  async ({ gatewayId, wish, secret }: GatewayOrder): Promise<readonly string[]> => {
    const gateway = await gateways.read(gatewayId);
    if (!gateway)
      throw failed('GatewayGone', 'The gateway was deleted while it was being configured.', gatewayId);
    return differences(gateways, gateway, wish, (await readSecret(secrets, secret)).value);
  };

/** Reads leave the secret out, so it is asked for where the rest agrees, and compared here: it goes no further. */
async function differences(
  gateways: VpnGateways,
  current: VpnGateway,
  wish: GatewayWish,
  secret: string | undefined,
): Promise<string[]> {
  const readable = gatewayDifferences(current, wish);
  if (readable.length > 0 || secret === undefined || working(current)) return readable;
  const held = await gateways.radiusSecrets(current.id);
  return wish.pointToSite.radiusServers
    .filter(({ address }) => held.find((server) => server.address === address)?.secret !== secret)
    .map(({ address }) => `the shared secret of RADIUS server ${address} is another`);
}

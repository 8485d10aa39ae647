import { failed, VpnRadiusError } from '../../../shared/core/errors.ts';
import { seal, unseal } from '../../../shared/core/sealed.ts';
import { gatewayDifferences } from '../../../shared/gateway/gateway.ts';
import type { GatewayWish, VpnGateway } from '../../../shared/gateway/model.ts';
import type { Secrets, VpnGateways } from '../../../shared/ports.ts';
import type { SecretReference } from '../../../shared/secret/model.ts';
import { secretValues } from './radius-secret.ts';

export interface GatewayOrder {
  readonly gatewayId: string;
  readonly wish: GatewayWish;
  /** By the addresses of the RADIUS servers. For a server that is not here the gateway keeps the secret that it holds. */
  readonly secrets: Readonly<Record<string, SecretReference>>;
  /** Leaves an existing gateway alone for now: a write would give it the new secret before NPS knows it. */
  readonly untilNpsIsReady?: boolean;
  /** There was no gateway when it was planned: one that is there now comes from an earlier attempt, whose answer was lost. */
  readonly isNew?: boolean;
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
  async ({
    gatewayId,
    wish,
    secrets: references,
    untilNpsIsReady,
    isNew = false,
  }: GatewayOrder): Promise<GatewayWritten> => {
    const current = await gateways.read(gatewayId);
    const nothing = { created: false, changes: [], retryAfterSeconds: 10 };
    if (current && untilNpsIsReady && current.provisioningState !== 'Failed')
      return { ...nothing, state: working(current) ? 'underWay' : 'kept', created: isNew };
    const values = await secretValues(secrets, references);
    const changes = current ? await differences(gateways, current, wish, values) : [];
    if (current && working(current)) {
      if (changes.length === 0) return { ...nothing, state: 'underWay', created: isNew };
      throw busy(current);
    }
    if (current?.provisioningState === 'Succeeded' && changes.length === 0)
      return { state: 'kept', ...nothing };
    const { retryAfterSeconds, operationUrl } = await gateways.write(
      gatewayId,
      wish,
      await secretsByServer(gateways, gatewayId, wish, values),
    );
    return {
      state: 'written',
      created: !current,
      changes,
      retryAfterSeconds,
      operation: seal(operationUrl, sealKey(values), gatewayId),
    };
  };

const busy = ({ id, provisioningState }: VpnGateway) =>
  new VpnRadiusError({
    code: 'GatewayBusy',
    message: `Another operation runs on the gateway (${provisioningState}); this one waits its turn.`,
    target: id,
    transient: true,
    retryAfterSeconds: 30,
  });

/** What a server is to keep is asked of the gateway and sent straight back: Key Vault need not know it. */
async function secretsByServer(
  gateways: VpnGateways,
  gatewayId: string,
  { pointToSite }: GatewayWish,
  values: Readonly<Record<string, string>>,
): Promise<Readonly<Record<string, string>>> {
  const kept = pointToSite.radiusServers.filter(({ address }) => values[address] === undefined);
  const held = kept.length > 0 ? await gateways.radiusSecrets(gatewayId) : [];
  return { ...Object.fromEntries(held.map(({ address, secret }) => [address, secret])), ...values };
}

/** The secrets that the order names, whichever they are: what is sealed with them can be opened by the same order alone. */
const sealKey = (values: Readonly<Record<string, string>>) => Object.values(values).join('\n');

/** How the gateway's last operation ended; undefined while Azure works on it. */
export const readGateway =
  (gateways: VpnGateways) =>
  async ({
    gatewayId,
  }: {
    readonly gatewayId: string;
  }): Promise<'Succeeded' | 'Failed' | 'Canceled' | undefined> => {
    const gateway = await gateways.read(gatewayId);
    if (!gateway)
      throw failed('GatewayGone', 'The gateway was deleted while it was being provisioned.', gatewayId);
    return working(gateway) ? undefined : (gateway.provisioningState as 'Succeeded' | 'Failed' | 'Canceled');
  };

export interface FailedGateway {
  readonly gatewayId: string;
  readonly secrets: Readonly<Record<string, SecretReference>>;
  readonly state: string;
  readonly operation: string | undefined;
}

/** Throws the error that Azure's own operation ended with: the gateway itself only says `Failed`. */
export const explainGatewayFailure =
  (gateways: VpnGateways, secrets: Secrets) =>
  async ({ gatewayId, secrets: references, state, operation }: FailedGateway): Promise<never> => {
    const values = await secretValues(secrets, references);
    const held = await gateways.radiusSecrets(gatewayId);
    const reason = operation
      ? await gateways.operationError(
          unseal(operation, sealKey(values), gatewayId),
          ...Object.values(values),
          ...held.map((server) => server.secret),
        )
      : undefined;
    throw failed(
      reason?.code ?? 'GatewayProvisioningFailed',
      `Azure could not provision the gateway (${state}): ${reason?.message ?? 'its activity log says why.'}`,
      gatewayId,
    );
  };

/** What the gateway still lacks, in sentences; empty when it is as wished and holds the secret for every server. */
export const compareGateway =
  (gateways: VpnGateways, secrets: Secrets) =>
  async ({ gatewayId, wish, secrets: references }: GatewayOrder): Promise<readonly string[]> => {
    const gateway = await gateways.read(gatewayId);
    if (!gateway)
      throw failed('GatewayGone', 'The gateway was deleted while it was being configured.', gatewayId);
    // What is being written may be anything yet: an answer now could take the secret of before for the new one.
    if (working(gateway)) throw busy(gateway);
    return differences(gateways, gateway, wish, await secretValues(secrets, references));
  };

/** Reads leave the secret out, so it is asked for where the rest agrees, and compared here: it goes no further. */
async function differences(
  gateways: VpnGateways,
  current: VpnGateway,
  wish: GatewayWish,
  values: Readonly<Record<string, string>>,
): Promise<string[]> {
  const readable = gatewayDifferences(current, wish);
  if (readable.length > 0 || Object.keys(values).length === 0 || working(current)) return readable;
  const held = await gateways.radiusSecrets(current.id);
  return wish.pointToSite.radiusServers
    .filter(({ address }) => values[address] !== undefined)
    .filter(({ address }) => held.find((server) => server.address === address)?.secret !== values[address])
    .map(({ address }) => `the shared secret of RADIUS server ${address} is another`);
}

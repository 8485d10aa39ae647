import { failed } from '../../../shared/core/errors.ts';
import type { Rotation } from '../../../shared/deployment/contract.ts';
import type { Rows, Secrets, VpnGateways } from '../../../shared/ports.ts';
import type { SecretReference, ServerSecret } from '../../../shared/secret/model.ts';
import { secretProblem, takenBy } from '../../../shared/secret/radius-secret.ts';
import { busy, gatewayGone, isBeingWritten } from '../gateway/state.ts';
import { openSecret } from '../secret/agreed-version.ts';
import { newVersion, type SecretOrder, secretValues } from './radius-secret.ts';

export interface RotationOrder extends Rotation, SecretOrder {
  readonly address: string;
  /** The gateway has more servers. So a version that is not tagged with this server may be known to others. */
  readonly hasOthers?: boolean | undefined;
}

export interface RotatedSecret extends ServerSecret {
  /** False when a version that is in Key Vault already still has to be brought to both sides. */
  readonly wasCreated: boolean;
}

/**
 * The version of the shared secret that the gateway and the server should have. The gateway gets a version after NPS.
 * So a new version is stored only when the gateway already holds the newest one for this server. A rotation that was
 * interrupted can therefore be sent again, and goes on.
 */
export const rotateRadiusSecret =
  (gateways: VpnGateways, secrets: Secrets, rows: Rows, maxAgeDays: number) =>
  async (order: RotationOrder): Promise<RotatedSecret> => {
    const { address, name, gatewayId, hasOthers, deploymentId, replaces, carriesOn } = order;
    const { found, store } = await openSecret(secrets, rows, name);
    const taken = found && takenBy(order, found);
    if (taken)
      throw failed('RadiusSecretInvalid', `The Key Vault secret ${name} cannot be rotated: ${taken}.`, name);
    const before = carriesOn?.find((secret) => secret.address === address && secret.name === name);
    if (found?.madeBy === deploymentId)
      return { address, name, version: found.version, wasCreated: true, previous: before?.previous };
    const isOnGateway =
      found !== undefined && (await gatewayHolds(gateways, gatewayId, address, found.value));
    const isToReplace = replaces?.name === name && replaces.version === found?.version;
    const isItsOwn = found?.host !== undefined || !hasOthers;
    if (found && isItsOwn && !isToReplace && !secretProblem(found.value)) {
      const { version } = found;
      if (version === before?.version)
        return { address, name, version, wasCreated: false, previous: before.previous };
      if (!isOnGateway) return { address, name, version, wasCreated: false };
    }
    const stored = await store(...newVersion(order, maxAgeDays));
    if (!stored)
      throw failed('RadiusSecretNotFound', `The Key Vault secret ${name} does not exist any more.`, name);
    const previous = isOnGateway ? found.version : undefined;
    return { address, name, version: stored.version, wasCreated: true, previous };
  };

/** Whether the gateway holds that secret for the server; compared in memory. */
async function gatewayHolds(
  gateways: VpnGateways,
  gatewayId: string,
  address: string,
  value: string,
): Promise<boolean> {
  const held = await gateways.radiusSecrets(gatewayId);
  return held.find((server) => server.address === address)?.secret === value;
}

/** The addresses of the RADIUS servers for which the gateway holds the version that is named for them. */
export const readSecretHolders =
  (gateways: VpnGateways, secrets: Secrets) =>
  async ({
    gatewayId,
    secrets: references,
  }: {
    readonly gatewayId: string;
    readonly secrets: Readonly<Record<string, SecretReference>>;
  }): Promise<readonly string[]> => {
    const values = await secretValues(secrets, references);
    const held = await gateways.radiusSecrets(gatewayId);
    return held.filter(({ address, secret }) => secret === values[address]).map(({ address }) => address);
  };

/** At most this many versions are compared, the newest first. */
const mostVersions = 20;

/**
 * Which version of a secret in Key Vault the gateway holds for the server; undefined when Key Vault knows none that
 * fits. Values are compared in memory. While the gateway is being written, its answer may still change, so the step
 * waits.
 */
export const findSecretOnGateway =
  (gateways: VpnGateways, secrets: Secrets) =>
  async ({
    gatewayId,
    address,
    host,
    names,
  }: {
    readonly gatewayId: string;
    readonly address: string;
    readonly host: string;
    /** Names of the Key Vault secrets that may hold it. */
    readonly names: readonly string[];
  }): Promise<SecretReference | undefined> => {
    const gateway = await gateways.read(gatewayId);
    if (!gateway) throw gatewayGone(gatewayId);
    if (isBeingWritten(gateway)) throw busy(gateway);
    const held = (await gateways.radiusSecrets(gatewayId)).find((server) => server.address === address);
    if (!held) return undefined;
    for (const name of names) {
      const enabled = (await secrets.versions(name)).filter((one) => one.enabled);
      for (const { version } of enabled.slice(-mostVersions).reverse()) {
        const secret = await secrets.read(name, version, { mayBeExpired: true });
        if (secret?.value === held.secret && !takenBy({ gatewayId, host }, secret)) return { name, version };
      }
    }
    return undefined;
  };

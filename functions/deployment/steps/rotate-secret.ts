import { failed } from '../../../shared/core/errors.ts';
import { sameId } from '../../../shared/core/resource-id.ts';
import type { Rotation } from '../../../shared/deployment/contract.ts';
import type { Secrets, VpnGateways } from '../../../shared/ports.ts';
import { secretProblem, unusableFor } from '../../../shared/secret/radius-secret.ts';
import { secretExpiry } from '../../../shared/secret/rotation.ts';
import { newVersion, readSecret, type SecretReference } from './radius-secret.ts';

export interface RotationOrder extends Rotation {
  readonly name: string;
  /** ISO 8601 */
  readonly now: string;
}

export interface RotatedSecret extends SecretReference {
  /** False where a version that is in Key Vault already is still to be brought to both sides. */
  readonly created: boolean;
  /** What both sides had until now, where that is known. */
  readonly previous?: string | undefined;
}

/**
 * The version of the shared secret that both sides are to have. A new one is stored only when the gateway, which gets it
 * after NPS, holds the newest for every server: a rotation that was interrupted carries on, however often it is sent.
 */
export const rotateRadiusSecret =
  (gateways: VpnGateways, secrets: Secrets, maxAgeDays: number) =>
  async ({ name, gatewayId, now, replaces, carriesOn }: RotationOrder): Promise<RotatedSecret> => {
    const newest = await secrets.read(name, undefined, { evenExpired: true });
    if (newest?.gatewayId !== undefined && !sameId(newest.gatewayId, gatewayId)) {
      const message = `The Key Vault secret ${name} cannot be rotated: ${unusableFor(gatewayId, newest)}.`;
      throw failed('RadiusSecretInvalid', message, name);
    }
    const isEverywhere = newest !== undefined && (await holdsEverywhere(gateways, gatewayId, newest.value));
    if (newest && newest.version !== replaces && !secretProblem(newest.value)) {
      const { version } = newest;
      if (version === carriesOn?.version)
        return { name, version, created: false, previous: carriesOn.previous };
      if (!isEverywhere) return { name, version, created: false };
    }
    const written = await newVersion(
      secrets,
      name,
      newest ? newest.gatewayId : gatewayId,
      secretExpiry(now, maxAgeDays),
    );
    // Another gateway's rotation may have stored one of the same name at the same time: the newest is for all.
    const { version = written } = (await secrets.read(name, undefined, { evenExpired: true })) ?? {};
    return { name, version, created: true, previous: isEverywhere ? newest.version : undefined };
  };

/** Whether the gateway holds that secret for every server; compared in memory. */
export async function holdsEverywhere(
  gateways: VpnGateways,
  gatewayId: string,
  value: string,
): Promise<boolean> {
  const [gateway, held] = await Promise.all([gateways.read(gatewayId), gateways.radiusSecrets(gatewayId)]);
  const servers = gateway?.pointToSite?.radiusServers ?? [];
  return (
    servers.length > 0 &&
    servers.every(({ address }) => held.find((server) => server.address === address)?.secret === value)
  );
}

/** The addresses of the RADIUS servers for which the gateway holds that version. */
export const readSecretHolders =
  (gateways: VpnGateways, secrets: Secrets) =>
  async ({
    gatewayId,
    secret,
  }: {
    readonly gatewayId: string;
    readonly secret: SecretReference;
  }): Promise<readonly string[]> => {
    const { value } = await readSecret(secrets, secret);
    const held = await gateways.radiusSecrets(gatewayId);
    return held.filter((server) => server.secret === value).map(({ address }) => address);
  };

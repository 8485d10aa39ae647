import { randomBytes } from 'node:crypto';
import { failed } from '../../../shared/core/errors.ts';
import type { Secrets } from '../../../shared/ports.ts';
import type { Secret } from '../../../shared/secret/model.ts';
import { newRadiusSecret, unusableFor } from '../../../shared/secret/radius-secret.ts';
import { secretExpiry } from '../../../shared/secret/rotation.ts';

/** Names a version of the shared secret. The value itself never leaves the activity that needs it. */
export interface SecretReference {
  readonly name: string;
  readonly version: string;
}

/** Finds the shared secret in Key Vault, or generates one and stores it there before anyone uses it. */
export const ensureRadiusSecret =
  (secrets: Secrets, maxAgeDays: number) =>
  async ({
    name,
    gatewayId,
    now,
  }: {
    readonly name: string;
    readonly gatewayId: string;
    /** ISO 8601; a deployment that began under an earlier version of this app does not say it. */
    readonly now?: string;
  }): Promise<SecretReference & { readonly created: boolean }> => {
    const secret = await secrets.read(name, undefined, { evenExpired: true });
    if (!secret) {
      const version = await newVersion(secrets, name, gatewayId, secretExpiry(now, maxAgeDays));
      return { name, version, created: true };
    }
    const problem = unusableFor(gatewayId, secret);
    if (problem)
      throw failed('RadiusSecretInvalid', `The Key Vault secret ${name} cannot be used: ${problem}.`, name);
    return { name, version: secret.version, created: false };
  };

/** `gatewayId`: whose secret it is, and no other gateway's; undefined where somebody shares it among several. */
export function newVersion(
  secrets: Secrets,
  name: string,
  gatewayId: string | undefined,
  expiresAt: string | undefined,
): Promise<string> {
  const tags = gatewayId === undefined ? {} : { 'vpn-radius-gateway': gatewayId };
  return secrets.write(name, newRadiusSecret(randomBytes), tags, expiresAt);
}

export async function readSecret(secrets: Secrets, { name, version }: SecretReference): Promise<Secret> {
  const secret = await secrets.read(name, version, { evenExpired: true });
  if (!secret) {
    throw failed(
      'RadiusSecretNotFound',
      `The Key Vault secret ${name} has no version ${version} any more.`,
      name,
    );
  }
  return secret;
}

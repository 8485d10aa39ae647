import { randomBytes, randomUUID } from 'node:crypto';
import { failed } from '../../../shared/core/errors.ts';
import type { Rows, Secrets } from '../../../shared/ports.ts';
import type { Secret, SecretReference } from '../../../shared/secret/model.ts';
import { newRadiusSecret, unusableFor } from '../../../shared/secret/radius-secret.ts';
import { secretExpiry } from '../../../shared/secret/rotation.ts';
import { openSecret } from '../secret/agreed-version.ts';

export interface SecretOrder {
  readonly name: string;
  readonly gatewayId: string;
  /** The machine of the NPS server that will know it. */
  readonly host: string;
  /** Several servers of the gateway have shared it since before, and keep it until it is rotated. */
  readonly isShared?: boolean | undefined;
  readonly deploymentId: string;
  /** ISO 8601 */
  readonly now: string;
}

/** Finds the shared secret in Key Vault, or generates one and stores it there before anyone uses it. */
export const ensureRadiusSecret =
  (secrets: Secrets, rows: Rows, maxAgeDays: number) =>
  async (order: SecretOrder): Promise<SecretReference & { readonly wasCreated: boolean }> => {
    const { name, deploymentId } = order;
    const { found, store } = await openSecret(secrets, rows, name);
    const secret = found ?? (await store(...newVersion(order, maxAgeDays)));
    if (!secret)
      throw failed('RadiusSecretNotFound', `The Key Vault secret ${name} does not exist any more.`, name);
    const { version } = await claimed(secrets, secret, order);
    return { name, version, wasCreated: secret.madeBy === deploymentId };
  };

/**
 * A secret that somebody stored by hand has no tags. The first gateway and NPS server that use it are written into its
 * tags, so that no others get it. When two write tags at once, the tags that stay decide.
 */
async function claimed(secrets: Secrets, secret: Secret, order: SecretOrder): Promise<Secret> {
  const { name, gatewayId, isShared } = order;
  refuseOthers(secret, order);
  if (secret.gatewayId !== undefined && (isShared || secret.host !== undefined)) return secret;
  await secrets.tag(name, secret.version, secretTags(gatewayId, isShared ? undefined : order.host));
  const tagged = await readSecret(secrets, { name, version: secret.version });
  refuseOthers(tagged, order);
  return tagged;
}

function refuseOthers(secret: Secret, { name, gatewayId, host }: SecretOrder): void {
  const problem = unusableFor({ gatewayId, host }, secret);
  if (problem)
    throw failed('RadiusSecretInvalid', `The Key Vault secret ${name} cannot be used: ${problem}.`, name);
}

export const newest = (secrets: Secrets, name: string) =>
  secrets.read(name, undefined, { mayBeExpired: true });

/** What `Secrets.write` takes for a version that only the gateway and that server may know. */
export function newVersion(
  { gatewayId, host, isShared, deploymentId, now }: Omit<SecretOrder, 'name'>,
  maxAgeDays: number,
) {
  const tags = {
    ...secretTags(gatewayId, isShared ? undefined : host),
    'vpn-radius-deployment': deploymentId,
    'vpn-radius-attempt': randomUUID(),
  };
  return [newRadiusSecret(randomBytes), tags, secretExpiry(now, maxAgeDays)] as const;
}

const secretTags = (gatewayId: string, host: string | undefined) => ({
  'vpn-radius-gateway': gatewayId,
  ...(host && { 'vpn-radius-server': host }),
});

export async function readSecret(secrets: Secrets, { name, version }: SecretReference): Promise<Secret> {
  const secret = await secrets.read(name, version, { mayBeExpired: true });
  if (!secret) {
    throw failed(
      'RadiusSecretNotFound',
      `The Key Vault secret ${name} no longer has the version ${version}.`,
      name,
    );
  }
  return secret;
}

/** The values of the secrets, by the addresses of their servers; each is read once. */
export async function secretValues(
  secrets: Secrets,
  references: Readonly<Record<string, SecretReference>>,
): Promise<Readonly<Record<string, string>>> {
  const read = new Map<string, Promise<Secret>>();
  const values: Record<string, string> = {};
  for (const [address, reference] of Object.entries(references)) {
    const key = `${reference.name} ${reference.version}`;
    if (!read.has(key)) read.set(key, readSecret(secrets, reference));
    values[address] = (await read.get(key)!).value;
  }
  return values;
}

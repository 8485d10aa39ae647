import { isRestError } from '@azure/core-rest-pipeline';
import type {
  GetSecretOptions,
  KeyVaultSecret,
  SecretClient,
  SecretProperties,
} from '@azure/keyvault-secrets';
import { said } from '../wire/said.ts';

/** On a disabled version: the one that counts in its place. */
export const insteadTag = 'vpn-radius-instead';

/** On a version that a removal has disabled: nobody has decided that there is to be no secret. */
export const removedTag = 'vpn-radius-removed';

/**
 * As `getSecret`. Where the newest version was disabled by the app for another one, that other one: Key Vault itself gives the
 * newest or nothing (403 `SecretDisabled`). Undefined where a removal of the app has disabled the newest, so that the next
 * deployment stores another: one that was killed between recovering the secret and storing it finds it so. What a person
 * has disabled stays an error.
 */
export async function getSecretOrStandIn(
  client: SecretClient,
  name: string,
  options: GetSecretOptions,
): Promise<KeyVaultSecret | undefined> {
  try {
    return await client.getSecret(name, options);
  } catch (error) {
    const version = options.version || !isDisabled(error) ? undefined : await standIn(client, name);
    if (version === 'removed') return undefined;
    if (version === undefined) throw error;
    return client.getSecret(name, { ...options, version });
  }
}

const isDisabled = (error: unknown) =>
  isRestError(error) && error.statusCode === 403 && said(error).inner === 'SecretDisabled';

async function standIn(client: SecretClient, name: string): Promise<string | 'removed' | undefined> {
  const disabled: SecretProperties[] = [];
  const enabled: SecretProperties[] = [];
  for await (const one of client.listPropertiesOfSecretVersions(name))
    (one.enabled === false ? disabled : enabled).push(one);
  // Times are whole seconds: of the same second any may be the newest.
  const last = Math.max(...disabled.map(createdAt));
  const newest = disabled.filter((one) => createdAt(one) === last);
  if (newest.some(({ tags }) => tags?.[removedTag] !== undefined)) return 'removed';
  const named = newest.map(({ tags }) => tags?.[insteadTag]);
  return named.find((version) => enabled.some((one) => one.version === version));
}

const createdAt = ({ createdOn }: SecretProperties) => createdOn?.getTime() ?? 0;

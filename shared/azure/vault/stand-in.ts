import { isRestError } from '@azure/core-rest-pipeline';
import type {
  GetSecretOptions,
  KeyVaultSecret,
  SecretClient,
  SecretProperties,
} from '@azure/keyvault-secrets';
import { said } from '../wire/said.ts';

/** On a disabled version: the version that counts in its place. */
export const insteadTag = 'vpn-radius-instead';

/** On a version that a removal has disabled. It does not mean that somebody decided to have no secret. */
export const removedTag = 'vpn-radius-removed';

/**
 * The same as `getSecret`, with one difference: when the app disabled the newest version in favour of another
 * one, it returns that other one. Key Vault itself returns the newest version or nothing (403
 * `SecretDisabled`). The result is undefined when a removal of the app has disabled the newest version, so
 * that the next deployment stores a new one. A deployment that was killed between recovering the secret and
 * storing it finds the same. A version that a person disabled stays an error.
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
  // Times are whole seconds: of versions of the same second, any may be the newest.
  const last = Math.max(...disabled.map(createdAt));
  const newest = disabled.filter((one) => createdAt(one) === last);
  if (newest.some(({ tags }) => tags?.[removedTag] !== undefined)) return 'removed';
  const named = newest.map(({ tags }) => tags?.[insteadTag]);
  return named.find((version) => enabled.some((one) => one.version === version));
}

const createdAt = ({ createdOn }: SecretProperties) => createdOn?.getTime() ?? 0;

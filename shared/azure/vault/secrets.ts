import type { PipelineResponse } from '@azure/core-rest-pipeline';
import { SecretClient, type SecretProperties } from '@azure/keyvault-secrets';
import { failed } from '../../core/errors.ts';
import type { Secrets } from '../../ports.ts';
import type { SecretVersion } from '../../secret/model.ts';
import { isNearExpiry } from '../../secret/rotation.ts';
import type { Azure } from '../wire/connection.ts';
import { asking, found, foundForSure } from '../wire/errors.ts';
import { isLoopback } from '../wire/loopback.ts';
import { serverTime } from '../wire/retry-after.ts';
import { isNameOfDeleted, recoverRemoved } from './deleted-secret.ts';
import { plainErrorsTold } from './plain-errors.ts';
import { getSecretOrStandIn, insteadTag, removedTag } from './stand-in.ts';

export function secrets(azure: Azure): Secrets {
  const vault = azure.keyVaultUrl.replace(/\/+$/, '');
  const client = new SecretClient(vault, azure.credential, {
    ...azure.clientOptions,
    // The simulated vault asks for a token for Key Vault, and a loopback address is not in the domain of Key
    // Vault. A real vault has to prove that it is in the domain of the token that it asks for.
    disableChallengeResourceVerification: isLoopback(vault),
  });
  const told = <T>(call: Promise<T>) => plainErrorsTold(vault, call);
  const versionsOf = (name: string) => told(listed(client.listPropertiesOfSecretVersions(name)));
  const idOf = (name: string, version?: string) => [vault, 'secrets', name, version ?? []].flat().join('/');

  /** Another attempt may have disabled it already. A disabled version cannot be read, so its tags are those of the list. */
  const disabled = (name: string, version: string, more: Readonly<Record<string, string>>) =>
    asking(idOf(name, version), async () => {
      const its = (await versionsOf(name)).find((one) => one.version === version);
      if (!its) return;
      const tags = { ...its.tags, ...more };
      await told(client.updateSecretProperties(name, version, { enabled: false, tags }));
    });

  return {
    async read(name, version, { mayBeExpired = false } = {}) {
      const target = idOf(name, version);
      let response: PipelineResponse | undefined;
      const onResponse = (answer: PipelineResponse) => {
        response = answer;
      };
      const held = await foundForSure(target, () =>
        told(getSecretOrStandIn(client, name, { ...(version ? { version } : {}), onResponse })),
      );
      if (!held) return undefined;
      const { value, properties } = held;
      // Key Vault returns an expired secret too.
      const { expiresOn } = properties;
      const hasExpired = expiresOn !== undefined && expiresOn.getTime() <= serverTime(response?.headers);
      if (hasExpired && !mayBeExpired)
        throw failed('SecretExpired', `Expired on ${expiresOn.toISOString()}. Store a new version.`, target);
      if (!value || !properties.version)
        throw failed('SecretEmpty', 'Key Vault returned no value for this secret.', target);
      return {
        value,
        version: properties.version,
        createdAt: (properties.createdOn ?? new Date(0)).toISOString(),
        ...(hasExpired && { expiredAt: expiresOn.toISOString() }),
        ...(expiresOn && isNearExpiry(expiresOn, serverTime(response?.headers)) && { nearsExpiry: true }),
        ...saidByTags(properties.tags),
      };
    },

    async versions(name) {
      const held = (await foundForSure(idOf(name), () => versionsOf(name))) ?? [];
      return held.flatMap(versionOf).toSorted((one, other) => (one.createdAt < other.createdAt ? -1 : 1));
    },

    retire: (name, version) => disabled(name, version, { [removedTag]: 'true' }),

    async delete(name) {
      await found(idOf(name), () => told(client.beginDeleteSecret(name)));
    },

    tag: (name, version, tags) =>
      asking(idOf(name, version), async () => {
        const { properties } = await told(client.getSecret(name, { version }));
        await told(client.updateSecretProperties(name, version, { tags: { ...properties.tags, ...tags } }));
      }),

    disable: (name, version, instead) => disabled(name, version, { [insteadTag]: instead }),

    write: (name, value, tags, expiresAt) =>
      asking(idOf(name), async () => {
        const set = () =>
          told(
            client.setSecret(name, value, {
              tags: { ...tags },
              ...(expiresAt && { expiresOn: new Date(expiresAt) }),
            }),
          );
        const { properties } = await set().catch(async (error: unknown) => {
          if (!isNameOfDeleted(error)) throw error;
          await recoverRemoved(client, name, tags['vpn-radius-gateway'], azure.pause);
          return set();
        });
        if (!properties.version) throw failed('SecretEmpty', 'Key Vault stored no version.', idOf(name));
        return properties.version;
      }, [value]),
  };
}

async function listed<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

function versionOf({ version, createdOn, enabled, tags }: SecretProperties): SecretVersion[] {
  if (!version) return [];
  return [
    {
      version,
      createdAt: (createdOn ?? new Date(0)).toISOString(),
      enabled: enabled !== false,
      ...saidByTags(tags),
    },
  ];
}

/** For which gateway and NPS server a version is, and who stored it. */
function saidByTags(
  tags: SecretProperties['tags'],
): Pick<SecretVersion, 'gatewayId' | 'host' | 'madeBy' | 'attempt'> {
  const gatewayId = tags?.['vpn-radius-gateway'];
  const host = tags?.['vpn-radius-server'];
  const madeBy = tags?.['vpn-radius-deployment'];
  const attempt = tags?.['vpn-radius-attempt'];
  return {
    ...(gatewayId && { gatewayId }),
    ...(host && { host }),
    ...(madeBy && { madeBy }),
    ...(attempt && { attempt }),
  };
}

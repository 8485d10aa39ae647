import { SecretClient } from '@azure/keyvault-secrets';
import type { SecretCatalogue } from '../../ports.ts';
import type { SecretEntry } from '../../secret/model.ts';
import { type Azure, isLoopback } from '../wire/connection.ts';
import { asking } from '../wire/errors.ts';
import { insteadTag } from './stand-in.ts';

/** The names of the secrets in Key Vault, 25 a request. Values are never asked for. */
export function secretCatalogue(azure: Azure): SecretCatalogue {
  const vault = azure.keyVaultUrl.replace(/\/+$/, '');
  const client = new SecretClient(vault, azure.credential, {
    ...azure.clientOptions,
    // As for reading secrets: a loopback address is not in the domain of the tokens of the simulated vault.
    disableChallengeResourceVerification: isLoopback(vault),
  });
  return {
    list: () =>
      asking(`${vault}/secrets`, async () => {
        const entries: SecretEntry[] = [];
        for await (const { name, createdOn, updatedOn, enabled, tags } of client.listPropertiesOfSecrets()) {
          // Of the newest version: `updatedOn` also moves when a tag is changed, so it only stands in.
          const createdAt = (createdOn ?? updatedOn ?? new Date(0)).toISOString();
          const gatewayId = tags?.['vpn-radius-gateway'];
          const host = tags?.['vpn-radius-server'];
          entries.push({
            name,
            createdAt,
            // A newest version that names another in its place is no secret that somebody has disabled.
            enabled: (enabled ?? true) || tags?.[insteadTag] !== undefined,
            ...(gatewayId && { gatewayId }),
            ...(host && { host }),
          });
        }
        return entries;
      }),
  };
}

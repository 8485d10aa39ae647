import type { PipelinePolicy } from '@azure/core-rest-pipeline';
import { SecretClient, type SecretProperties } from '@azure/keyvault-secrets';
import type { SecretCatalogue } from '../../ports.ts';
import type { SecretEntry } from '../../secret/model.ts';
import type { Azure } from '../wire/connection.ts';
import { asking } from '../wire/errors.ts';
import { isLoopback } from '../wire/loopback.ts';
import { plainErrorsTold } from './plain-errors.ts';
import { insteadTag } from './stand-in.ts';

/** The names of the secrets in Key Vault, 25 in each request. Values are never read. */
export function secretCatalogue(azure: Azure): SecretCatalogue {
  const vault = azure.keyVaultUrl.replace(/\/+$/, '');
  const part = (pages: number, continuation?: string) =>
    asking(`${vault}/secrets`, async () => {
      const follows = nextLinks();
      const { additionalPolicies } = azure.clientOptions;
      const client = new SecretClient(vault, azure.credential, {
        ...azure.clientOptions,
        additionalPolicies: [{ policy: follows.policy, position: 'perCall' as const }, ...additionalPolicies],
        // The same as for reading secrets: a loopback address is not in the domain of the tokens of the
        // simulated vault.
        disableChallengeResourceVerification: isLoopback(vault),
      });
      const entries: SecretEntry[] = [];
      let read = 0;
      const settings = { ...(continuation && { continuationToken: continuation }) };
      const pagesOf = client.listPropertiesOfSecrets().byPage(settings);
      while (read < pages) {
        const { done, value } = await plainErrorsTold(vault, pagesOf.next());
        if (done) break;
        entries.push(...value.map(entryOf));
        read++;
      }
      const next = follows.last();
      return { entries, ...(next && { continuation: next }) };
    });
  return { part, list: async () => (await part(Number.POSITIVE_INFINITY)).entries };
}

/**
 * The client passes its pages on without the link to the next page. So the link is read on the way, from
 * answers that make sense.
 */
function nextLinks() {
  let link: string | undefined;
  const policy: PipelinePolicy = {
    name: 'nextLinkPolicy',
    async sendRequest(request, next) {
      const response = await next(request);
      const body = response.status === 200 ? response.bodyAsText : undefined;
      link = (JSON.parse(body || '{}') as { readonly nextLink?: string }).nextLink ?? undefined;
      return response;
    },
  };
  return { policy, last: () => link };
}

function entryOf({ name, createdOn, updatedOn, expiresOn, enabled, tags }: SecretProperties): SecretEntry {
  // The time of the newest version. `updatedOn` also changes when a tag changes, so it is used only when
  // there is no other time.
  const createdAt = (createdOn ?? updatedOn ?? new Date(0)).toISOString();
  const gatewayId = tags?.['vpn-radius-gateway'];
  const host = tags?.['vpn-radius-server'];
  return {
    name,
    createdAt,
    ...(expiresOn && { expiresAt: expiresOn.toISOString() }),
    // When the newest version names another version in its place, the secret does not count as disabled by a
    // person.
    enabled: (enabled ?? true) || tags?.[insteadTag] !== undefined,
    ...(gatewayId && { gatewayId }),
    ...(host && { host }),
  };
}

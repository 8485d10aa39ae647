import { describe, expect, it } from 'vitest';
import { bicepOf } from '../../../../shared/gateway/code/bicep.ts';
import type { GatewayResources, SecretPlace } from '../../../../shared/gateway/code/resources.ts';
import { terraformOf } from '../../../../shared/gateway/code/terraform.ts';
import { full, plain, siteToSite } from './found.ts';

/** The files beside this one are what a team takes into its own code: each change of one is read by people. */
describe('an existing gateway as code', () => {
  const vault = 'https://kv-hub.vault.azure.net/';
  const known: SecretPlace[] = [
    { address: '10.0.9.9', name: 'radius-of-another', version: 'v9' },
    { address: '10.0.1.4', name: 'radius-hub', version: 'v1' },
  ];

  it.each<[string, GatewayResources, SecretPlace[]]>([
    ['full', full, known],
    ['plain', plain, []],
    ['site-to-site', siteToSite, known],
  ])('%s', async (name, found, secrets) => {
    const bicep = bicepOf(found, secrets, vault);
    const terraform = terraformOf(found, secrets, vault);
    await expect(bicep).toMatchFileSnapshot(`${name}.bicep`);
    await expect(terraform).toMatchFileSnapshot(`${name}.tf`);
    for (const code of [bicep, terraform]) expect(code).not.toMatch(/hush|provisioningState|etag/);
  });
});

import { SecretClient } from '@azure/keyvault-secrets';
import { describe, expect, it } from 'vitest';
import { createAzure } from '../../../../simulator/azure/azure.ts';
import { inProcessHttpClient, simulatedCredential } from '../../../../simulator/azure/wire/http-client.ts';
import { virtualClock } from '../../../../simulator/clock.ts';

function vault(url = 'https://kv-hub.vault.azure.net') {
  const azure = createAzure({ clock: virtualClock(new Date('2027-01-04T08:00:00Z')), seed: 'vault' });
  return new SecretClient(url, simulatedCredential(azure), {
    httpClient: inProcessHttpClient(azure),
    retryOptions: { maxRetries: 0 },
  });
}

describe('Key Vault by its own client', () => {
  it('keeps secrets in the vault after the challenge that the client expects', async () => {
    const secrets = vault();
    await secrets.setSecret('radius-hub', 'first', { tags: { gateway: 'vpngw-hub' } });
    const second = await secrets.setSecret('radius-hub', 'second');
    expect((await secrets.getSecret('radius-hub')).value).toBe('second');
    await secrets.updateSecretProperties('radius-hub', second.properties.version!, { enabled: false });
    await expect(secrets.getSecret('radius-hub')).rejects.toMatchObject({ statusCode: 403 });
    await expect(secrets.getSecret('none')).rejects.toMatchObject({
      code: 'SecretNotFound',
      statusCode: 404,
    });
    const versions = [];
    for await (const version of secrets.listPropertiesOfSecretVersions('radius-hub'))
      versions.push(version.enabled);
    expect(versions).toEqual([true, false]);
  });
});

import { describe, expect, it } from 'vitest';
import { discreetSecrets } from '../../../../functions/deployment/planning/discreet-secrets.ts';
import { keepDeployed } from '../../../../functions/records/deployed.ts';
import { failed } from '../../../../shared/core/errors.ts';
import { gatewayId, network, npsId, request } from '../../../shared/hub.ts';
import { vault } from '../steps/vault.ts';

const named = (name: string) =>
  request({ radius: { secretName: name, servers: [{ address: '10.0.1.4', host: npsId }] } });

describe('a preview that names a secret', () => {
  it('of others learns nothing of it, and is told so whether it exists or not', async () => {
    const { secrets, rows } = vault({ 'of-others': {} });
    const there = await discreetSecrets(secrets, named('of-others'), rows);
    const missing = await discreetSecrets(secrets, named('not-there'), rows);
    expect(await there.secrets.read('OF-OTHERS')).toBeUndefined();
    expect(there.warning?.message.replace('of-others', 'not-there')).toBe(missing.warning?.message);
  });

  it('of its own gateway may know it', async () => {
    const { secrets, rows } = vault({ 'radius-own': {} });
    const order = { request: named('radius-own'), fingerprint: '1' };
    await keepDeployed(rows, 'vpn-hub-1', order, gatewayId, [
      { address: '10.0.1.4', name: 'radius-own', version: 'v1' },
    ]);
    const seen = await discreetSecrets(secrets, named('Radius-Own'), rows);
    expect(seen.warning).toBeUndefined();
    expect(await seen.secrets.read('radius-own')).toMatchObject({ version: 'v1' });
    const fromSpoke = { ...named('radius-own'), virtualNetworkId: network('virtualNetworks', 'spoke') };
    expect((await discreetSecrets(secrets, fromSpoke, rows)).warning).toMatchObject({
      target: 'radius.secretName',
    });
  });

  it('that the settings reserve is refused as ever', async () => {
    const { secrets, rows } = vault();
    const closed: typeof secrets = {
      ...secrets,
      read: () => Promise.reject(failed('SecretReserved', 'It is of the ticket system.')),
    };
    const { secrets: seen } = await discreetSecrets(closed, named('jira-token'), rows);
    await expect(seen.read('jira-token')).rejects.toMatchObject({ code: 'SecretReserved' });
  });

  it('without a name nothing is in the way', async () => {
    const { secrets, rows } = vault();
    expect(await discreetSecrets(secrets, request(), rows)).toEqual({ secrets });
  });
});

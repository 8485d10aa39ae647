import { describe, expect, it } from 'vitest';
import { vpnGateways } from '../../../../shared/azure/network/vpn-gateways.ts';
import { endpoint, failureOf, group, recordedAzure, subscriptionId } from '../recorded-azure.ts';

const id = `${group}/Microsoft.Network/virtualNetworkGateways/vpngw-hub`;

describe('a client profile', () => {
  const location = `${endpoint}/subscriptions/${subscriptionId}/providers/Microsoft.Network/locations/westeurope/operationResults/0f?api-version=2025-05-01&t=1&s=c2ln`;
  const url =
    'https://profiles.blob.example/vpnclientconfiguration.zip?sv=2020&se=2026-06-01T12%3A00%3A00Z&sr=b&sp=r&sig=c2ln';

  it('is followed to its URL, with the pauses that Azure asks for', async () => {
    const { azure, sent, pauses } = recordedAzure(({ method }, index) =>
      method === 'POST'
        ? { status: 202, headers: { Location: location, 'Retry-After': '10' }, body: null }
        : index < 2
          ? { status: 202, headers: { Location: `${location}2`, 'Retry-After': '5' }, body: null }
          : { status: 200, headers: { Location: location }, body: url },
    );
    expect(await vpnGateways(azure).clientProfile(id)).toEqual({
      url,
      expiresAt: '2026-06-01T12:00:00.000Z',
    });
    expect(sent.map(({ href }) => href).slice(1)).toEqual([location, `${location}2`]);
    expect(sent[0]).toMatchObject({ method: 'POST', body: { authenticationMethod: 'EAPMSCHAPv2' } });
    expect(sent[0]?.url.pathname).toBe(`${id}/generatevpnprofile`);
    expect(pauses).toEqual([10, 5]);
  });

  it('is given up after 100 seconds, to be asked for again', async () => {
    const { azure, pauses } = recordedAzure(() => ({
      status: 202,
      headers: { Location: location, 'Retry-After': '10' },
      body: null,
    }));
    const { failure } = await failureOf(vpnGateways(azure).clientProfile(id));
    expect(failure).toEqual({
      code: 'ClientProfileTimeout',
      message: 'Azure has not generated the client profile within 100 seconds. Ask again in a minute.',
      target: id,
      transient: true,
      retryAfterSeconds: 60,
    });
    expect(pauses.reduce((sum, pause) => sum + pause, 0)).toBe(100);
  });

  it.each([[null], [''], ['https://profiles.blob.example/x.zip'], [{ profileUrl: url }]])(
    'that is %j is an error without the URL',
    async (body) => {
      const { azure } = recordedAzure(({ method }) =>
        method === 'POST'
          ? { status: 202, headers: { Location: location }, body: null }
          : { status: 200, body },
      );
      const error = await failureOf(vpnGateways(azure).clientProfile(id));
      expect(error.failure).toEqual({
        code: 'ClientProfileMissing',
        message: 'Azure answered without the URL of a client profile.',
        target: id,
      });
      expect(JSON.stringify(error.failure)).not.toContain('c2ln');
    },
  );
});

it('a client profile is not waited for where Azure does not say where it will be', async () => {
  const { azure, sent } = recordedAzure(() => ({ status: 202 }));
  expect((await failureOf(vpnGateways(azure).clientProfile(id))).failure).toEqual({
    code: 'ClientProfileMissing',
    message: 'Azure did not say where the client profile will be.',
    target: id,
  });
  expect(sent).toHaveLength(1);
});

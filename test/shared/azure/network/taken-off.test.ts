import { describe, expect, it } from 'vitest';
import { vpnGateways } from '../../../../shared/azure/network/vpn-gateways.ts';
import type { GatewayWish } from '../../../../shared/gateway/model.ts';
import { endpoint, group, recordedAzure } from '../recorded-azure.ts';

const id = `${group}/Microsoft.Network/virtualNetworkGateways/vpngw-hub`;
const accepted = {
  status: 201,
  headers: { 'Azure-AsyncOperation': `${endpoint}/operations/1`, 'Retry-After': '10' },
  body: { id, properties: { provisioningState: 'Updating' } },
};
const ending = (type: string): GatewayWish => ({
  location: 'westeurope',
  sku: 'VpnGw1AZ',
  activeActive: false,
  subnetId: `${group}/Microsoft.Network/virtualNetworks/hub/subnets/GatewaySubnet`,
  publicIpIds: [],
  pointToSite: {
    addressPool: ['172.16.1.0/24'],
    protocols: ['OpenVPN'],
    authenticationTypes: ['Radius'],
    radiusServers: [{ address: '10.0.1.4', score: 30 }],
    endsSignIn: [type],
  },
  tags: {},
});

describe('what is taken off a gateway', () => {
  const entra = { aadTenant: 'https://login.example/t', aadAudience: 'a', aadIssuer: 'i' };
  const pool = { vpnClientAddressPool: { addressPrefixes: ['172.16.1.0/24'] } };
  const client = { ...pool, ...entra, radiusServerAddress: '10.0.1.4', futureClient: 'as it was' };
  const staff = { name: 'staff', properties: { isDefault: true, priority: 1, policyMembers: [] } };
  const body = {
    id,
    etag: 'W/"1"',
    properties: {
      provisioningState: 'Succeeded',
      futureFeature: 'On',
      enableBgp: true,
      virtualNetworkGatewayPolicyGroups: [
        // Read-only here: it is written on the other side, in `vpnClientConfiguration`.
        {
          ...staff,
          futureGroup: 1,
          properties: { ...staff.properties, vngClientConnectionConfigurations: [{ id: 'c' }] },
        },
      ],
      vpnClientConfiguration: client,
    },
  };
  type Opened = Awaited<ReturnType<ReturnType<typeof vpnGateways>['open']>>;
  const sentBy = async (write: (opened: Opened) => Promise<unknown>, read: object = body) => {
    const { azure, sent } = recordedAzure(({ method }) =>
      method === 'GET' ? { status: 200, body: read } : accepted,
    );
    const answer = await write(await vpnGateways(azure).open(id));
    expect(answer).toMatchObject({ retryAfterSeconds: 10 });
    expect(sent.map(({ method }) => method)).toEqual(['GET', 'GET', 'PUT']);
    expect(sent.at(-1)?.headers['if-match']).toBe('W/"1"');
    return sent.at(-1)!.body.properties as Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  };

  it('without point-to-site nothing of it is put back, and all else is', async () => {
    expect(await sentBy((opened) => opened.writeWithoutPointToSite())).toEqual({
      futureFeature: 'On',
      enableBgp: true,
      virtualNetworkGatewayPolicyGroups: [],
    });
  });

  it('without RADIUS its servers are not put back, and all else is', async () => {
    expect(await sentBy((opened) => opened.writeWithoutRadius())).toEqual({
      futureFeature: 'On',
      enableBgp: true,
      virtualNetworkGatewayPolicyGroups: [{ ...staff, futureGroup: 1 }],
      vpnClientConfiguration: {
        ...pool,
        ...entra,
        futureClient: 'as it was',
        radiusServers: [],
        vpnAuthenticationTypes: ['AAD'],
        vpnClientProtocols: ['OpenVPN'],
      },
    });
  });

  it.each([['aad'], ['Certificate']])(
    'with the end of sign-in by %s its settings are not put back',
    async (type) => {
      const { vpnClientConfiguration } = await sentBy((opened) => opened.write(ending(type), 'a-secret'));
      expect(vpnClientConfiguration).toMatchObject({ futureClient: 'as it was' });
      const names = Object.keys(vpnClientConfiguration!).filter((name) => name.startsWith('aad'));
      expect(names).toEqual(type === 'aad' ? [] : Object.keys(entra));
    },
  );

  it.each([{}, { vpnClientConfiguration: null }])(
    'the end of sign-in by Entra ID is written also to a gateway with %j',
    async (properties) => {
      const sent = await sentBy((opened) => opened.write(ending('AAD'), 'a-secret'), {
        ...body,
        properties: { ...properties, enableBgp: true, futureFeature: null, otherFeature: 'On' },
      });
      expect(sent).toMatchObject({
        otherFeature: 'On',
        enableBgp: true,
        vpnClientConfiguration: { radiusServers: [{}] },
      });
      expect(sent).not.toHaveProperty('futureFeature');
    },
  );
});

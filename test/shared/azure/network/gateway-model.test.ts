import type { VirtualNetworkGateway } from '@azure/arm-network';
import { describe, expect, it } from 'vitest';
import {
  expandGateway,
  flattenGateway,
  withoutRadius,
} from '../../../../shared/azure/network/gateway-model.ts';
import type { GatewayWish } from '../../../../shared/gateway/model.ts';
import { group } from '../recorded-azure.ts';

const id = `${group}/Microsoft.Network/virtualNetworkGateways/vpngw-hub`;
const subnetId = `${group}/Microsoft.Network/virtualNetworks/hub/subnets/GatewaySubnet`;
const address = (name: string) => `${group}/Microsoft.Network/publicIPAddresses/${name}`;

const wish: GatewayWish = {
  location: 'westeurope',
  sku: 'VpnGw1AZ',
  activeActive: false,
  subnetId,
  publicIpIds: [address('pip-1')],
  pointToSite: {
    addressPool: ['172.16.201.0/24'],
    protocols: ['IkeV2'],
    authenticationTypes: ['Radius'],
    radiusServers: [
      { address: '10.0.1.4', score: 30 },
      { address: '10.0.1.5', score: 10 },
    ],
  },
  tags: { 'vpn-radius': 'managed' },
};

/** A gateway that others have changed for years. */
const lived: VirtualNetworkGateway = {
  id,
  location: 'westeurope',
  tags: { owner: 'network-team' },
  identity: { type: 'UserAssigned' },
  gatewayType: 'Vpn',
  vpnType: 'RouteBased',
  vpnGatewayGeneration: 'Generation1',
  active: false,
  enableBgp: true,
  sku: { name: 'VpnGw1AZ', tier: 'VpnGw1AZ' },
  ipConfigurations: [
    {
      name: 'oldName',
      privateIPAllocationMethod: 'Dynamic',
      subnet: { id: subnetId },
      publicIPAddress: { id: address('PIP-1') },
    },
  ],
  bgpSettings: { asn: 65515, peerWeight: 0 },
  natRules: [{ name: 'nat', typePropertiesType: 'Static', mode: 'EgressSnat' }],
  customRoutes: { addressPrefixes: ['10.9.0.0/16'] },
  virtualNetworkGatewayPolicyGroups: [{ name: 'group', isDefault: true, priority: 1 }],
  virtualNetworkGatewayMigrationStatus: { state: 'None', phase: 'None' },
  vpnClientConfiguration: {
    vpnClientAddressPool: { addressPrefixes: ['192.168.200.0/24'] },
    vpnClientProtocols: ['OpenVPN'],
    vpnAuthenticationTypes: ['AAD'],
    vpnClientRootCertificates: [{ name: 'root', publicCertData: 'MII' }],
    aadTenant: 'https://login.microsoftonline.com/t',
    aadAudience: 'c632b3df-fb67-4d84-bdcf-b95ad541b5c8',
    radiusServerAddress: '10.0.1.9',
    radiusServerSecret: 'old',
    vngClientConnectionConfigurations: [{ name: 'connection' }],
  },
};

describe('a gateway from a wish', () => {
  it('is complete when there is none yet', () => {
    expect(expandGateway(undefined, wish, 'the-secret')).toEqual({
      location: 'westeurope',
      tags: { 'vpn-radius': 'managed' },
      gatewayType: 'Vpn',
      vpnType: 'RouteBased',
      sku: { name: 'VpnGw1AZ', tier: 'VpnGw1AZ' },
      active: false,
      ipConfigurations: [
        {
          name: 'default',
          privateIPAllocationMethod: 'Dynamic',
          subnet: { id: subnetId },
          publicIPAddress: { id: address('pip-1') },
        },
      ],
      vpnClientConfiguration: {
        vpnClientAddressPool: { addressPrefixes: ['172.16.201.0/24'] },
        vpnClientProtocols: ['IkeV2'],
        vpnAuthenticationTypes: ['Radius'],
        radiusServers: [
          { radiusServerAddress: '10.0.1.4', radiusServerScore: 30, radiusServerSecret: 'the-secret' },
          { radiusServerAddress: '10.0.1.5', radiusServerScore: 10, radiusServerSecret: 'the-secret' },
        ],
      },
    });
  });

  it('keeps what others configured', () => {
    const before = structuredClone(lived);
    const body = expandGateway(lived, wish, 'the-secret');
    expect(lived).toEqual(before);
    expect(body).toMatchObject({
      tags: { owner: 'network-team', 'vpn-radius': 'managed' },
      identity: { type: 'UserAssigned' },
      enableBgp: true,
      bgpSettings: { asn: 65515 },
      natRules: [{ name: 'nat' }],
      customRoutes: { addressPrefixes: ['10.9.0.0/16'] },
      virtualNetworkGatewayPolicyGroups: [{ name: 'group' }],
      vpnGatewayGeneration: 'Generation1',
      ipConfigurations: [{ name: 'oldName' }],
      vpnClientConfiguration: {
        vpnClientRootCertificates: [{ name: 'root' }],
        aadTenant: 'https://login.microsoftonline.com/t',
        vngClientConnectionConfigurations: [{ name: 'connection' }],
        vpnAuthenticationTypes: ['Radius'],
      },
    });
  });

  it('takes a way to sign in off with its settings where the wish says so, and leaves the others', () => {
    const ending = (endsSignIn: string[]) =>
      expandGateway(lived, { ...wish, pointToSite: { ...wish.pointToSite, endsSignIn } }, 's')
        .vpnClientConfiguration!;
    expect(ending(['Certificate'])).toMatchObject({
      vpnClientRootCertificates: [],
      vpnClientRevokedCertificates: [],
      aadTenant: 'https://login.microsoftonline.com/t',
    });
    expect(ending(['AAD'])).not.toHaveProperty('aadTenant');
    expect(ending(['AAD'])).toMatchObject({ vpnClientRootCertificates: [{ name: 'root' }] });
  });

  it('gives Entra sign-in to a gateway that has none, and leaves the one that is there', () => {
    const entra = { tenant: 'https://login.microsoftonline.com/u', audience: 'a', issuer: 'i' };
    const given = (current: VirtualNetworkGateway | undefined) =>
      expandGateway(current, { ...wish, pointToSite: { ...wish.pointToSite, entra } }, 's')
        .vpnClientConfiguration!;
    expect(given(undefined)).toMatchObject({ aadTenant: entra.tenant, aadAudience: 'a', aadIssuer: 'i' });
    expect(given(lived).aadTenant).toBe('https://login.microsoftonline.com/t');
  });

  it('loses RADIUS alone, and with it what Entra ID cannot use', () => {
    const before = structuredClone(lived);
    const vpnAuthenticationTypes = ['Radius', 'AAD'];
    const client = { ...lived.vpnClientConfiguration!, vpnAuthenticationTypes };
    const { vpnClientConfiguration, ...rest } = withoutRadius({ ...lived, vpnClientConfiguration: client });
    expect(lived).toEqual(before);
    expect(vpnClientConfiguration).toMatchObject({
      vpnAuthenticationTypes: ['AAD'],
      vpnClientProtocols: ['OpenVPN'],
      radiusServers: [],
      aadTenant: 'https://login.microsoftonline.com/t',
      vpnClientAddressPool: lived.vpnClientConfiguration!.vpnClientAddressPool,
    });
    expect(vpnClientConfiguration).not.toHaveProperty('radiusServerAddress');
    expect(rest).toMatchObject({ natRules: [{ name: 'nat' }], customRoutes: lived.customRoutes });
  });

  it('gives each RADIUS server its own secret, and none is left without', () => {
    const secrets = { '10.0.1.4': 'one', '10.0.1.5': 'other' };
    expect(expandGateway(lived, wish, secrets).vpnClientConfiguration?.radiusServers).toEqual([
      { radiusServerAddress: '10.0.1.4', radiusServerScore: 30, radiusServerSecret: 'one' },
      { radiusServerAddress: '10.0.1.5', radiusServerScore: 10, radiusServerSecret: 'other' },
    ]);
    expect(() => expandGateway(lived, wish, { '10.0.1.4': 'one' })).toThrow('no shared secret for 10.0.1.5');
  });

  it('takes the older single RADIUS server away', () => {
    const body = expandGateway(lived, wish, 'the-secret').vpnClientConfiguration;
    expect(body).not.toHaveProperty('radiusServerAddress');
    expect(body).not.toHaveProperty('radiusServerSecret');
    expect(JSON.stringify(body)).not.toContain('"old"');
  });

  it('adds the addresses of active-active beside the one that is there', () => {
    const publicIpIds = ['pip-1', 'pip-2', 'pip-3'].map(address);
    const { ipConfigurations } = expandGateway(lived, { ...wish, activeActive: true, publicIpIds }, 's');
    expect(ipConfigurations?.map(({ name }) => name)).toEqual(['oldName', 'default', 'activeActive']);
    expect(ipConfigurations?.map(({ publicIPAddress }) => publicIPAddress?.id)).toEqual([
      address('PIP-1'),
      address('pip-2'),
      address('pip-3'),
    ]);
  });

  it.each([
    ['VpnGw1AZ', undefined],
    ['VpnGw3AZ', undefined],
    ['VpnGw4AZ', 'Generation2'],
    ['VpnGw5AZ', 'Generation2'],
  ])('asks for %s in generation %s', (sku, generation) => {
    expect(expandGateway(undefined, { ...wish, sku }, 's').vpnGatewayGeneration).toBe(generation);
  });
});

describe('a gateway as it is read', () => {
  it('is what was wished', () => {
    const {
      sku,
      activeActive,
      subnetId: subnet,
      publicIpIds,
      pointToSite,
      tags,
    } = flattenGateway({ ...expandGateway(undefined, wish, 's'), provisioningState: 'Succeeded' }, id);
    expect({
      location: 'westeurope',
      sku,
      activeActive,
      subnetId: subnet,
      publicIpIds,
      pointToSite,
      tags,
    }).toEqual(wish);
  });

  it('shows the older single RADIUS server, and never its secret', () => {
    const read = flattenGateway(lived, id);
    expect(read.pointToSite?.radiusServers).toEqual([{ address: '10.0.1.9', score: 30 }]);
    expect(JSON.stringify(read)).not.toContain('old"');
  });

  it.each([
    [{}, undefined],
    [{ vpnClientConfiguration: {} }, undefined],
    [{ vpnClientConfiguration: { vpnClientAddressPool: { addressPrefixes: [] } } }, undefined],
  ])('has no point-to-site without an address pool: %j', (model: VirtualNetworkGateway, expected) => {
    expect(flattenGateway(model, id).pointToSite).toBe(expected);
  });

  it.each([
    ['Succeeded', 'Succeeded'],
    ['Failed', 'Failed'],
    ['Canceled', 'Canceled'],
    ['Deleting', 'Deleting'],
    [undefined, 'Updating'],
    ['Migrating', 'Updating'],
  ])('in state %s is %s', (provisioningState, state) => {
    const model = { ...(provisioningState ? { provisioningState } : {}) } as VirtualNetworkGateway;
    expect(flattenGateway(model, id).provisioningState).toBe(state);
  });
});

import type { VirtualNetworkGateway, VpnClientConfiguration } from '@azure/arm-network';
import { describe, expect, it } from 'vitest';
import {
  expandGateway,
  flattenGateway,
  isUnchanged,
  withoutPointToSite,
  withoutRadius,
} from '../../../../shared/azure/network/gateway-model.ts';
import type { GatewayWish, PointToSite } from '../../../../shared/gateway/model.ts';
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
    expect(expandGateway(undefined, wish, 'the-secret', id)).toEqual({
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
    const body = expandGateway(lived, wish, 'the-secret', id);
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
      expandGateway(lived, { ...wish, pointToSite: { ...wish.pointToSite, endsSignIn } }, 's', id)
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
      expandGateway(current, { ...wish, pointToSite: { ...wish.pointToSite, entra } }, 's', id)
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

  it.each([
    ['Entra ID', ['Radius', 'AAD'], ['OpenVPN']],
    ['certificates', ['Radius', 'Certificate'], ['IkeV2', 'OpenVPN']],
    ['certificates and Entra ID', ['Radius', 'Certificate', 'AAD'], ['IkeV2', 'OpenVPN']],
  ])('keeps, without RADIUS, the tunnel types that %s can use', (_, vpnAuthenticationTypes, protocols) => {
    const vpnClientProtocols = ['IkeV2', 'OpenVPN'];
    const client = { ...lived.vpnClientConfiguration!, vpnAuthenticationTypes, vpnClientProtocols };
    const without = withoutRadius({ vpnClientConfiguration: client });
    expect(without.vpnClientConfiguration?.vpnClientProtocols).toEqual(protocols);
  });

  it('without point-to-site has no user groups either, and keeps the rest', () => {
    const { virtualNetworkGatewayMigrationStatus: _, vpnClientConfiguration: __, ...rest } = lived;
    expect(withoutPointToSite(lived)).toEqual({ ...rest, virtualNetworkGatewayPolicyGroups: [] });
    const { virtualNetworkGatewayPolicyGroups: ___, ...ungrouped } = rest;
    expect(withoutPointToSite({ ...ungrouped, vpnClientConfiguration: {} })).toEqual(ungrouped);
  });

  const staff = {
    name: 'staff',
    isDefault: true,
    priority: 1,
    members: [{ name: 'class', type: 'RadiusAzureGroupId', value: '6ad1bd00' }],
    addressPool: ['172.16.202.0/24'],
  };

  it.each([
    ['a new one', undefined],
    ['one that exists', lived],
  ])('gives %s the user groups of the wish, under its id', (_, current) => {
    const groups = [staff];
    const body = expandGateway(current, { ...wish, pointToSite: { ...wish.pointToSite, groups } }, 's', id);
    const reference = { id: `${id}/virtualNetworkGatewayPolicyGroups/staff` };
    expect(body.virtualNetworkGatewayPolicyGroups).toMatchObject([{ ...reference, name: 'staff' }]);
    const [first, ...others] = body.vpnClientConfiguration!.vngClientConnectionConfigurations!;
    expect(first).toMatchObject({ name: 'staff', virtualNetworkGatewayPolicyGroups: [reference] });
    expect(others).toEqual(current?.vpnClientConfiguration?.vngClientConnectionConfigurations ?? []);
  });

  it('gives each RADIUS server its own secret, and none is left without', () => {
    const secrets = { '10.0.1.4': 'one', '10.0.1.5': 'other' };
    expect(expandGateway(lived, wish, secrets, id).vpnClientConfiguration?.radiusServers).toEqual([
      { radiusServerAddress: '10.0.1.4', radiusServerScore: 30, radiusServerSecret: 'one' },
      { radiusServerAddress: '10.0.1.5', radiusServerScore: 10, radiusServerSecret: 'other' },
    ]);
    expect(() => expandGateway(lived, wish, { '10.0.1.4': 'one' }, id)).toThrow(
      expect.objectContaining({
        failure: {
          code: 'RadiusSecretMissing',
          message: 'There is no shared secret for 10.0.1.5.',
          target: '10.0.1.5',
        },
      }),
    );
  });

  /** The RADIUS part of what is written over these client settings, for these servers with their scores. */
  const radiusOver = (current: VpnClientConfiguration, servers: readonly (readonly [string, number])[]) => {
    const radiusServers = servers.map(([address, score]) => ({ address, score }));
    const pointToSite = { ...wish.pointToSite, radiusServers };
    const { radiusServers: list, radiusServerAddress: single } = expandGateway(
      { ...lived, vpnClientConfiguration: current },
      { ...wish, pointToSite },
      's',
      id,
    ).vpnClientConfiguration!;
    return single ?? list!.map((one) => `${one.radiusServerAddress} ${one.radiusServerScore ?? 'as it is'}`);
  };
  const single = { radiusServerAddress: '10.0.1.9' };
  const listed = {
    radiusServers: [
      { radiusServerAddress: '10.0.1.9', radiusServerScore: 7 },
      { radiusServerAddress: '10.0.1.5' },
    ],
  };

  it.each([
    [
      'the single server of old, as long as it is the one that is wanted',
      single,
      [['10.0.1.9', 30]],
      '10.0.1.9',
    ],
    ['a list where another one is wanted', single, [['10.0.1.4', 30]], ['10.0.1.4 30']],
    [
      'a list where one more is wanted',
      single,
      [
        ['10.0.1.9', 30],
        ['10.0.1.4', 30],
      ],
      ['10.0.1.9 30', '10.0.1.4 30'],
    ],
    ['the list where Azure has both', { ...single, ...listed }, [['10.0.1.9', 7]], ['10.0.1.9 7']],
    ['a list where there was none', {}, [['10.0.1.9', 30]], ['10.0.1.9 30']],
    [
      'what is there in its order, before what is new; a score that Azure does not say is the highest',
      listed,
      [
        ['10.0.1.4', 1],
        ['10.0.1.5', 30],
        ['10.0.1.9', 7],
      ],
      ['10.0.1.9 7', '10.0.1.5 as it is', '10.0.1.4 1'],
    ],
    [
      'other scores',
      listed,
      [
        ['10.0.1.9', 30],
        ['10.0.1.5', 8],
      ],
      ['10.0.1.9 30', '10.0.1.5 8'],
    ],
  ] as const)('writes %s', (_, current, servers, expected) => {
    expect(radiusOver(current as VpnClientConfiguration, servers)).toEqual(expected);
  });

  it('sends lists as Azure has them where they mean what is wished, and what is new after them', () => {
    const current = {
      vpnClientAddressPool: { addressPrefixes: ['172.16.202.0/24', '172.16.201.0/24'] },
      vpnClientProtocols: ['OpenVPN', 'SSTP', 'IkeV2'],
      vpnAuthenticationTypes: ['AAD', 'Radius'],
    };
    const sent = (pointToSite: Partial<PointToSite>) =>
      expandGateway(
        { vpnClientConfiguration: current },
        { ...wish, pointToSite: { ...wish.pointToSite, ...pointToSite } },
        's',
        id,
      ).vpnClientConfiguration;
    const addressPool = ['172.16.201.0/24', '172.16.202.0/24'];
    const authenticationTypes = ['RADIUS', 'aad'];
    expect(sent({ addressPool, protocols: ['ikev2', 'openvpn'], authenticationTypes })).toMatchObject({
      ...current,
      vpnClientProtocols: ['OpenVPN', 'IkeV2'],
    });
    expect(sent({ addressPool: [...addressPool, '172.16.203.0/24'], authenticationTypes })).toMatchObject({
      vpnClientAddressPool: { addressPrefixes: ['172.16.202.0/24', '172.16.201.0/24', '172.16.203.0/24'] },
      vpnClientProtocols: ['IkeV2'],
    });
    expect(sent({ authenticationTypes: ['Radius', 'Certificate'] })).toMatchObject({
      vpnAuthenticationTypes: ['Radius', 'Certificate'],
    });
  });

  // Gateways from before `vpnAuthenticationTypes` have an empty list. What they are set up for counts.
  it.each([
    ['stays empty where it means what is wished', single, ['Radius'], []],
    ['stays empty where it means both that are wished', { ...single, aadTenant: 't' }, ['AAD', 'radius'], []],
    ['is filled where more is wished', single, ['Radius', 'AAD'], ['Radius', 'AAD']],
    ['is filled where less is wished', { ...single, aadTenant: 't' }, ['Radius'], ['Radius']],
    ['is filled where another is wished', { aadTenant: 't' }, ['Radius'], ['Radius']],
    ['is filled where it means nothing', {}, ['Radius'], ['Radius']],
  ])('an empty list of authentication types %s', (_, client, authenticationTypes, expected) => {
    const current = { vpnClientConfiguration: { ...client, vpnAuthenticationTypes: [] } };
    const wished = { ...wish, pointToSite: { ...wish.pointToSite, authenticationTypes } };
    expect(expandGateway(current, wished, 's', id).vpnClientConfiguration?.vpnAuthenticationTypes).toEqual(
      expected,
    );
    const { vpnAuthenticationTypes: __, ...unlisted } = current.vpnClientConfiguration;
    expect(
      expandGateway({ vpnClientConfiguration: unlisted }, wished, 's', id).vpnClientConfiguration,
    ).toMatchObject({ vpnAuthenticationTypes: expected });
  });

  it('takes the older single RADIUS server away', () => {
    const body = expandGateway(lived, wish, 'the-secret', id).vpnClientConfiguration;
    expect(body).not.toHaveProperty('radiusServerAddress');
    expect(body).not.toHaveProperty('radiusServerSecret');
    expect(JSON.stringify(body)).not.toContain('"old"');
  });

  it('adds the addresses of active-active beside the one that is there', () => {
    const publicIpIds = ['pip-1', 'pip-2', 'pip-3'].map(address);
    const { ipConfigurations } = expandGateway(lived, { ...wish, activeActive: true, publicIpIds }, 's', id);
    expect(ipConfigurations?.map(({ name }) => name)).toEqual(['oldName', 'default', 'activeActive']);
    expect(ipConfigurations?.map(({ publicIPAddress }) => publicIPAddress?.id)).toEqual([
      address('PIP-1'),
      address('pip-2'),
      address('pip-3'),
    ]);
  });

  const twoAddresses = { ...wish, activeActive: true, publicIpIds: ['pip-1', 'pip-2'].map(address) };

  // Azure compares the names of child resources without case, and refuses two that are the same.
  it.each([
    ['default', 'activeActive'],
    ['Default', 'activeActive'],
    ['ACTIVEACTIVE', 'default'],
  ])('names no second address like the first one: after %s comes %s', (name, next) => {
    const current = { ...lived, ipConfigurations: [{ ...lived.ipConfigurations![0]!, name }] };
    const { ipConfigurations } = expandGateway(current, twoAddresses, 's', id);
    expect(ipConfigurations?.map((one) => one.name)).toEqual([name, next]);
  });

  it('names every address by itself, also when none of the old ones stays', () => {
    const current = { ...lived, ipConfigurations: [{ name: 'default' }, { name: 'pointToSite' }] };
    const publicIpIds = ['a', 'b', 'c', 'd'].map(address);
    const { ipConfigurations = [] } = expandGateway(current, { ...wish, publicIpIds }, 's', id);
    expect(ipConfigurations.map(({ publicIPAddress }) => publicIPAddress?.id)).toEqual(publicIpIds);
    const names = ipConfigurations.map((one) => one.name);
    expect(names[0]).toBe('activeActive');
    expect(new Set(['default', 'pointToSite', ...names]).size).toBe(6);
  });

  it('names the three addresses of a new one for what they are', () => {
    const publicIpIds = ['pip', 'pip-2', 'pip-3'].map(address);
    const { ipConfigurations } = expandGateway(undefined, { ...wish, publicIpIds }, 's', id);
    expect(ipConfigurations?.map(({ name }) => name)).toEqual(['default', 'activeActive', 'pointToSite']);
  });

  it('keeps its addresses where the wish names none', () => {
    expect(expandGateway(lived, { ...wish, publicIpIds: [] }, 's', id).ipConfigurations).toEqual(
      lived.ipConfigurations,
    );
  });

  it.each([
    ['VpnGw1AZ', { name: 'VpnGw1AZ', tier: 'VpnGw1AZ', capacity: 2 }],
    ['vpngw1az', { name: 'VpnGw1AZ', tier: 'VpnGw1AZ', capacity: 2 }],
    ['VpnGw2AZ', { name: 'VpnGw2AZ', tier: 'VpnGw2AZ' }],
  ])('asked for %s has the size as it is, or another one', (sku, expected) => {
    const current = { ...lived, sku: { name: 'VpnGw1AZ', tier: 'VpnGw1AZ', capacity: 2 } };
    expect(expandGateway(current, { ...wish, sku }, 's', id).sku).toEqual(expected);
  });

  it('stays in its generation, which cannot change', () => {
    expect(expandGateway(lived, { ...wish, sku: 'VpnGw5AZ' }, 's', id).vpnGatewayGeneration).toBe(
      'Generation1',
    );
  });

  it.each([
    ['VpnGw1AZ', undefined],
    ['VpnGw3AZ', undefined],
    ['VpnGw4AZ', 'Generation2'],
    ['VpnGw5AZ', 'Generation2'],
    ['vpngw5', 'Generation2'],
  ])('asks for %s in generation %s', (sku, generation) => {
    expect(expandGateway(undefined, { ...wish, sku }, 's', id).vpnGatewayGeneration).toBe(generation);
  });
});

describe('two reads of a gateway', () => {
  const now = (change: object): VirtualNetworkGateway => ({ ...structuredClone(lived), ...change });
  const before = now({ etag: '1' });
  it.each([
    ['the etag says so, whatever is in the body', now({ etag: '1', tags: {} }), true],
    ['only the etag is another one', now({ etag: '2' }), true],
    ['a write has ended meanwhile', now({ etag: '2', provisioningState: 'Succeeded' }), true],
    [
      'a user has connected',
      now({
        etag: '2',
        vpnClientConfiguration: { ...lived.vpnClientConfiguration, vpnClientConnectionHealth: {} },
      }),
      true,
    ],
    ['a member is there without a value', now({ etag: '2', enableDnsForwarding: undefined }), true],
    ['a member has no value, and had none before', now({ etag: '2', enableDnsForwarding: null }), false],
    ['a tag is another one', now({ etag: '2', tags: { owner: 'others' } }), false],
    ['a list has one more', now({ etag: '2', natRules: [...lived.natRules!, { name: 'nat' }] }), false],
    ['a list has become an object', now({ etag: '2', natRules: { 0: lived.natRules![0] } }), false],
    ['it is gone', undefined, false],
  ])('are the same or not: %s', (_, second, expected) => {
    expect(isUnchanged(before, second)).toBe(expected);
    expect(isUnchanged(second, before)).toBe(expected);
  });

  it('without etags are compared by what they say', () => {
    expect(isUnchanged(lived, now({}))).toBe(true);
    expect(isUnchanged(lived, now({ tags: {} }))).toBe(false);
    expect(isUnchanged(undefined, undefined)).toBe(true);
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
    } = flattenGateway({ ...expandGateway(undefined, wish, 's', id), provisioningState: 'Succeeded' }, id);
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

  it('tells all that this app wants to know', () => {
    const { vpnClientConfiguration: client } = lived;
    const model: VirtualNetworkGateway = {
      ...lived,
      name: 'vpngw-hub',
      active: true,
      provisioningState: 'Succeeded',
      virtualNetworkGatewayMigrationStatus: { phase: 'Prepare', state: 'Failed', errorMessage: 'No room.' },
      vpnClientConfiguration: {
        ...client,
        vngClientConnectionConfigurations: [
          {
            name: 'connection',
            vpnClientAddressPool: { addressPrefixes: ['172.16.202.0/24'] },
            virtualNetworkGatewayPolicyGroups: [{ id: `${id}/virtualNetworkGatewayPolicyGroups/group` }],
          },
          { name: 'without a pool' },
        ],
      },
    };
    expect(flattenGateway(model, 'the id that was asked for')).toEqual({
      id,
      name: 'vpngw-hub',
      location: 'westeurope',
      tags: { owner: 'network-team' },
      provisioningState: 'Succeeded',
      gatewayType: 'Vpn',
      vpnType: 'RouteBased',
      sku: 'VpnGw1AZ',
      generation: 'Generation1',
      activeActive: true,
      subnetId,
      publicIpIds: [address('PIP-1')],
      bgpAsn: 65515,
      pointToSite: {
        addressPool: ['192.168.200.0/24'],
        protocols: ['OpenVPN'],
        authenticationTypes: ['AAD'],
        radiusServers: [{ address: '10.0.1.9', score: 30 }],
        rootCertificates: ['root'],
        entraTenant: 'https://login.microsoftonline.com/t',
        groupPools: ['172.16.202.0/24'],
        groups: [
          { name: 'group', isDefault: true, priority: 1, members: [], addressPool: ['172.16.202.0/24'] },
        ],
      },
      addressMigration: { phase: 'Prepare', state: 'Failed', errorMessage: 'No room.' },
    });
  });

  it('has nothing that Azure does not tell', () => {
    expect(flattenGateway({}, id)).toEqual({
      id,
      name: 'vpngw-hub',
      location: '',
      tags: {},
      provisioningState: 'Updating',
      gatewayType: '',
      vpnType: '',
      sku: '',
      activeActive: false,
      subnetId: '',
      publicIpIds: [],
    });
    const untold = {
      ipConfigurations: [{ name: 'default' }],
      bgpSettings: { asn: 0 },
      vpnClientConfiguration: { radiusServerAddress: '10.0.1.9' },
      virtualNetworkGatewayMigrationStatus: { phase: 'Commit' },
    };
    expect(flattenGateway(untold, id)).toMatchObject({ subnetId: '', publicIpIds: [] });
    expect(flattenGateway(untold, id)).not.toHaveProperty('bgpAsn');
    expect(flattenGateway(untold, id).pointToSite).toEqual({
      addressPool: [],
      protocols: [],
      authenticationTypes: [],
      radiusServers: [{ address: '10.0.1.9', score: 30 }],
    });
    expect(flattenGateway(untold, id).addressMigration).toEqual({ phase: 'Commit', state: 'None' });
  });

  it.each([{}, { phase: 'None', state: 'None' }, { state: 'Failed' }])(
    'is in no migration when it says %j of one',
    (virtualNetworkGatewayMigrationStatus) => {
      expect(flattenGateway({ virtualNetworkGatewayMigrationStatus }, id)).not.toHaveProperty(
        'addressMigration',
      );
    },
  );

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

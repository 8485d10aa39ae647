import type { JsonObject } from '../../../simulator/azure/wire/messages.ts';
import { gatewayId, hub, inResourceGroup, subnetId } from '../stage/stage.ts';

/** Two gateways that others have used for years, with everything that this app does not know. */

export const branch = inResourceGroup('Microsoft.Network/virtualNetworks/branch');
export const branchGatewayId = inResourceGroup('Microsoft.Network/virtualNetworkGateways/gw-branch-prod');
const factory = inResourceGroup('Microsoft.Network/localNetworkGateways/factory');
const identityId = inResourceGroup('Microsoft.ManagedIdentity/userAssignedIdentities/gateway-certificates');
const addressId = (name: string) => inResourceGroup(`Microsoft.Network/publicIPAddresses/${name}`);

/** A setting that is newer in Azure than the version of the API that this app uses. */
const unknownHere = (of: string) => ({ [`laterSettingOf${of}`]: { mode: 'Strict', since: 2031 } });

const address = (name: string) => ({
  id: addressId(name),
  zones: ['1', '2', '3'],
  tags: { kept: 'by the network team' },
  sku: { name: 'Standard', tier: 'Regional' },
  properties: { publicIPAllocationMethod: 'Static', publicIPAddressVersion: 'IPv4' },
});

const configuration = (gateway: string, subnet: string, name: string, publicIp: string) => ({
  name,
  id: `${gateway}/ipConfigurations/${name}`,
  properties: {
    privateIPAllocationMethod: 'Dynamic',
    ...unknownHere('address'),
    subnet: { id: subnet },
    publicIPAddress: { id: addressId(publicIp) },
  },
});

const peering = (gateway: string, name: string, custom: string) => ({
  ipconfigurationId: `${gateway}/ipConfigurations/${name}`,
  customBgpIpAddresses: [custom],
});

const userGroups = (gateway: string, pool: string) => ({
  virtualNetworkGatewayPolicyGroups: [
    {
      name: 'finance',
      id: `${gateway}/virtualNetworkGatewayPolicyGroups/finance`,
      properties: {
        isDefault: false,
        priority: 1,
        policyMembers: [
          { name: 'group', attributeType: 'RadiusAzureGroupId', attributeValue: '6ad1bd08' },
          { name: 'older', attributeType: 'AADGroupId', attributeValue: '9a1f' },
        ],
      },
    },
    {
      name: 'everybody',
      id: `${gateway}/virtualNetworkGatewayPolicyGroups/everybody`,
      properties: {
        isDefault: true,
        priority: 9,
        policyMembers: [{ name: 'all', attributeType: 'RadiusAzureGroupId', attributeValue: '6ad1bd00' }],
      },
    },
  ],
  connections: [
    {
      name: 'finance-pool',
      id: `${gateway}/vngClientConnectionConfigurations/finance-pool`,
      properties: {
        vpnClientAddressPool: { addressPrefixes: [pool] },
        virtualNetworkGatewayPolicyGroups: [{ id: `${gateway}/virtualNetworkGatewayPolicyGroups/finance` }],
      },
    },
  ],
});

const [ofHub, ofBranch] = [
  userGroups(gatewayId, '172.19.8.0/24'),
  userGroups(branchGatewayId, '172.19.9.0/24'),
];

/**
 * Users with certificates, with Entra ID and through two RADIUS servers, of which one is preferred; NAT, BGP, a default
 * site.
 */
const ofThreeKinds: JsonObject = {
  id: gatewayId,
  tags: { owner: 'network team', 'cost centre': '4711', empty: '' },
  identity: { type: 'UserAssigned', userAssignedIdentities: { [identityId]: {} } },
  properties: {
    gatewayType: 'Vpn',
    vpnType: 'RouteBased',
    vpnGatewayGeneration: 'Generation2',
    sku: { name: 'VpnGw2AZ', tier: 'VpnGw2AZ' },
    activeActive: false,
    enableBgp: true,
    enablePrivateIpAddress: true,
    enableDnsForwarding: false,
    disableIPSecReplayProtection: true,
    enableBgpRouteTranslationForNat: true,
    allowRemoteVnetTraffic: true,
    allowVirtualWanTraffic: true,
    adminState: 'Enabled',
    gatewayDefaultSite: { id: factory },
    customRoutes: { addressPrefixes: ['10.9.0.0/16', '192.0.2.0/24'] },
    natRules: [
      {
        name: 'to-factory',
        id: `${gatewayId}/natRules/to-factory`,
        properties: {
          type: 'Static',
          mode: 'EgressSnat',
          internalMappings: [{ addressSpace: '10.0.1.0/24', portRange: '100-200' }],
          externalMappings: [{ addressSpace: '100.64.1.0/24' }],
        },
      },
      {
        name: 'from-factory',
        id: `${gatewayId}/natRules/from-factory`,
        properties: {
          type: 'Static',
          mode: 'IngressSnat',
          internalMappings: [{ addressSpace: '192.168.0.0/24' }],
          externalMappings: [{ addressSpace: '100.64.2.0/24' }],
          ipConfigurationId: `${gatewayId}/ipConfigurations/theirs`,
        },
      },
    ],
    bgpSettings: {
      asn: 65010,
      peerWeight: 5,
      bgpPeeringAddresses: [peering(gatewayId, 'theirs', '169.254.21.55')],
    },
    ipConfigurations: [configuration(gatewayId, subnetId, 'theirs', 'pip-theirs')],
    virtualNetworkGatewayPolicyGroups: ofHub.virtualNetworkGatewayPolicyGroups,
    vpnClientConfiguration: {
      vpnClientAddressPool: { addressPrefixes: ['172.19.1.0/24', '172.19.0.0/24'] },
      ...unknownHere('client'),
      vpnClientProtocols: ['OpenVPN'],
      vpnAuthenticationTypes: ['Radius', 'Certificate', 'AAD'],
      vpnClientRootCertificates: [
        { name: 'corp-root-2031', properties: { publicCertData: 'TUlJQg==' } },
        { name: 'corp-root-2026', properties: { publicCertData: 'TUlJQw==' } },
      ],
      vpnClientRevokedCertificates: [{ name: 'lost-laptop', properties: { thumbprint: 'AB12CD34' } }],
      vpnClientIpsecPolicies: [],
      radiusServers: [
        {
          radiusServerAddress: '10.0.1.5',
          radiusServerScore: 12,
          radiusServerSecret: 'second-of-hub',
          ...unknownHere('server'),
        },
        { radiusServerAddress: '10.0.1.4', radiusServerScore: 25, radiusServerSecret: 'first-of-hub' },
      ],
      aadTenant: 'https://login.microsoftonline.com/99999999-8888-4777-8666-555555555555/',
      aadAudience: 'c632b3df-fb67-4d84-bdcf-b95ad541b5c8',
      aadIssuer: 'https://sts.windows.net/99999999-8888-4777-8666-555555555555/',
      vngClientConnectionConfigurations: ofHub.connections,
    },
  },
};

/**
 * Active-active, with the older form of a single RADIUS server, an IPsec policy of its own and no list of
 * authentication types.
 */
const ofOldForm: JsonObject = {
  id: branchGatewayId,
  tags: { Owner: 'branch office' },
  properties: {
    gatewayType: 'Vpn',
    vpnType: 'RouteBased',
    vpnGatewayGeneration: 'Generation2',
    sku: { name: 'VpnGw3AZ', tier: 'VpnGw3AZ' },
    activeActive: true,
    enableBgp: true,
    resiliencyModel: 'MultiHomed',
    bgpSettings: {
      asn: 65020,
      peerWeight: 7,
      bgpPeeringAddresses: [
        peering(branchGatewayId, 'first', '169.254.22.1'),
        peering(branchGatewayId, 'second', '169.254.22.2'),
        peering(branchGatewayId, 'third', '169.254.22.3'),
      ],
    },
    ipConfigurations: ['first', 'second', 'third'].map((name) =>
      configuration(branchGatewayId, `${branch}/subnets/GatewaySubnet`, name, `pip-${name}`),
    ),
    virtualNetworkGatewayPolicyGroups: ofBranch.virtualNetworkGatewayPolicyGroups,
    customRoutes: { addressPrefixes: ['10.99.0.0/16'] },
    vpnClientConfiguration: {
      vpnClientAddressPool: { addressPrefixes: ['172.19.4.0/24'] },
      ...unknownHere('client'),
      vpnClientProtocols: ['OpenVPN', 'IkeV2'],
      radiusServerAddress: '10.0.1.4',
      radiusServerSecret: 'only-of-branch',
      vpnClientIpsecPolicies: [
        {
          saLifeTimeSeconds: 86472,
          saDataSizeKilobytes: 429497,
          ipsecEncryption: 'AES256',
          ipsecIntegrity: 'SHA256',
          ikeEncryption: 'AES256',
          ikeIntegrity: 'SHA384',
          dhGroup: 'DHGroup14',
          pfsGroup: 'PFS14',
        },
      ],
      vngClientConnectionConfigurations: ofBranch.connections,
    },
  },
};

export const foreignEstate: JsonObject[] = [
  {
    id: hub,
    properties: {
      addressSpace: { addressPrefixes: ['10.0.0.0/16'] },
      subnets: [
        { name: 'servers', properties: { addressPrefix: '10.0.1.0/24' } },
        {
          name: 'GatewaySubnet',
          properties: {
            addressPrefix: '10.0.254.0/26',
            serviceEndpoints: [{ service: 'Microsoft.Storage' }],
          },
        },
      ],
      virtualNetworkPeerings: [
        {
          name: 'to-branch',
          properties: {
            remoteVirtualNetwork: { id: branch },
            remoteAddressSpace: { addressPrefixes: ['10.70.0.0/16'] },
            allowVirtualNetworkAccess: true,
            allowForwardedTraffic: true,
            peeringState: 'Connected',
          },
        },
      ],
    },
  },
  {
    id: branch,
    properties: {
      addressSpace: { addressPrefixes: ['10.70.0.0/16'] },
      subnets: [{ name: 'GatewaySubnet', properties: { addressPrefix: '10.70.255.0/26' } }],
      virtualNetworkPeerings: [
        {
          name: 'to-hub',
          properties: {
            remoteVirtualNetwork: { id: hub },
            remoteAddressSpace: { addressPrefixes: ['10.0.0.0/16'] },
            allowVirtualNetworkAccess: true,
            allowForwardedTraffic: true,
            peeringState: 'Connected',
          },
        },
      ],
    },
  },
  {
    id: factory,
    properties: {
      gatewayIpAddress: '203.0.113.9',
      localNetworkAddressSpace: { addressPrefixes: ['192.168.64.0/18'] },
    },
  },
  ...['pip-theirs', 'pip-first', 'pip-second', 'pip-third'].map(address),
  ofThreeKinds,
  ofOldForm,
];

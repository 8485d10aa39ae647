import type { ArmResource, GatewayResources } from '../../../../shared/gateway/code/resources.ts';
import { gatewayId, group, hubId, network } from '../../hub.ts';

/** As Resource Manager answers: with what only the service sets, with what others configured, and with what is newer. */
const answered = { etag: 'W/"1"', provisioningState: 'Succeeded', resourceGuid: 'a1' };
/** As Azure sometimes answers. */
const inOtherCase = (id: string) => id.replace('resourceGroups', 'resourcegroups');
const subnetId = `${hubId}/subnets/GatewaySubnet`;
const addressId = (name: string) => network('publicIPAddresses', name);
const elsewhere = addressId('3shared.pip').replace('rg-hub', 'rg-shared');
const groupId = `${gatewayId}/virtualNetworkGatewayPolicyGroups/finance`;

const configuration = (name: string, publicIp: string) => ({
  name,
  id: `${gatewayId}/ipConfigurations/${name}`,
  type: 'Microsoft.Network/virtualNetworkGateways/ipConfigurations',
  properties: {
    ...answered,
    privateIPAllocationMethod: 'Dynamic',
    privateIPAddress: '10.0.255.4',
    subnet: { id: inOtherCase(subnetId) },
    publicIPAddress: { id: publicIp },
  },
});
const peering = (name: string, ...customBgpIpAddresses: string[]) => ({
  ipconfigurationId: `${gatewayId}/ipConfigurations/${name}`,
  defaultBgpIpAddresses: ['10.0.255.30'],
  tunnelIpAddresses: ['20.1.2.3'],
  customBgpIpAddresses,
});

const subnet = (more: object): ArmResource => ({
  id: subnetId,
  name: 'GatewaySubnet',
  type: 'Microsoft.Network/virtualNetworks/subnets',
  properties: {
    ...answered,
    privateEndpointNetworkPolicies: 'Disabled',
    privateLinkServiceNetworkPolicies: 'Enabled',
    ipConfigurations: [{ id: `${gatewayId}/ipConfigurations/first` }],
    purpose: 'VirtualNetworkGateways',
    ...more,
  },
});

const publicIp = (id: string, more: object = {}, members: object = {}): ArmResource => ({
  id,
  name: id.split('/').at(-1)!,
  location: 'westeurope',
  type: 'Microsoft.Network/publicIPAddresses',
  sku: { name: 'Standard', tier: 'Regional' },
  zones: ['1', '2', '3'],
  properties: {
    ...answered,
    publicIPAllocationMethod: 'Static',
    publicIPAddressVersion: 'IPv4',
    idleTimeoutInMinutes: 4,
    ipAddress: '20.1.2.3',
    ipConfiguration: { id: `${gatewayId}/ipConfigurations/first` },
    ...more,
  },
  ...members,
});

/** Everything that a gateway can have, in the forms of today. */
export const full: GatewayResources = {
  gateway: {
    id: gatewayId,
    name: 'vpngw-hub',
    location: 'westeurope',
    type: 'Microsoft.Network/virtualNetworkGateways',
    tags: { owner: `it's $\{us}`, 'cost centre': '47"11\n%{ if }', path: 'a\\b' },
    extendedLocation: { name: 'edge-1', type: 'EdgeZone' },
    identity: {
      type: 'UserAssigned',
      principalId: 'p',
      userAssignedIdentities: { '/identities/certificates': { clientId: 'c', principalId: 'p' } },
    },
    properties: {
      ...answered,
      gatewayType: 'Vpn',
      vpnType: 'RouteBased',
      vpnGatewayGeneration: 'Generation2',
      sku: { name: 'VpnGw2AZ', tier: 'VpnGw2AZ', capacity: 2 },
      activeActive: true,
      enableBgp: true,
      enablePrivateIpAddress: true,
      enableDnsForwarding: true,
      inboundDnsForwardingEndpoint: '10.0.255.5',
      disableIPSecReplayProtection: true,
      enableBgpRouteTranslationForNat: true,
      allowRemoteVnetTraffic: true,
      allowVirtualWanTraffic: false,
      adminState: 'Enabled',
      resiliencyModel: 'MultiHomed',
      scaleOut: 1.5,
      nothing: null,
      laterText: '',
      laterList: [],
      laterObject: {},
      laterSwitch: false,
      laterHosts: ['vpn.contoso.com', 'vpn.internal'],
      gatewayDefaultSite: { id: inOtherCase(network('localnetworkgateways', 'factory')) },
      customRoutes: { addressPrefixes: ['10.9.0.0/16', '192.0.2.0/24'] },
      ipConfigurations: [
        configuration('first', addressId('vpngw-hub-pip')),
        configuration('second', elsewhere),
      ],
      bgpSettings: {
        asn: 65010,
        peerWeight: 5,
        bgpPeeringAddress: '10.0.255.30',
        bgpPeeringAddresses: [
          peering('first', '169.254.21.1', '169.254.21.2'),
          peering('none'),
          peering('second', '169.254.22.1'),
          peering('third', '169.254.23.1', '169.254.23.2'),
        ],
      },
      natRules: [
        {
          name: 'to factory',
          id: `${gatewayId}/natRules/to factory`,
          properties: {
            ...answered,
            type: 'Static',
            mode: 'EgressSnat',
            ipConfigurationId: `${gatewayId}/ipConfigurations/first`,
            internalMappings: [{ addressSpace: '10.0.1.0/24', portRange: '100-200' }],
            externalMappings: [{ addressSpace: '100.64.1.0/24' }],
            laterSetting: 7,
          },
        },
      ],
      virtualNetworkGatewayPolicyGroups: [
        {
          name: 'finance',
          id: groupId,
          properties: {
            ...answered,
            isDefault: true,
            priority: 0,
            policyMembers: ['01', '02', '03', '04'].map((digits) => ({
              name: digits,
              attributeType: 'RadiusAzureGroupId',
              attributeValue: `6ad1bd${digits}`,
            })),
            vngClientConnectionConfigurations: [{ id: `${gatewayId}/vngClientConnectionConfigurations/f` }],
          },
        },
      ],
      vpnClientConfiguration: {
        vpnClientAddressPool: { addressPrefixes: ['172.16.1.0/24', '172.16.0.0/24'] },
        vpnClientProtocols: ['OpenVPN', 'IkeV2'],
        vpnAuthenticationTypes: ['Radius', 'Certificate', 'AAD'],
        laterSetting: { mode: 'Strict' },
        aadTenant: 'https://login.microsoftonline.com/t/',
        aadAudience: 'c632b3df',
        aadIssuer: 'https://sts.windows.net/t/',
        vpnClientRootCertificates: [
          { name: 'corp', id: '/corp', properties: { publicCertData: 'TUlJQg==' } },
        ],
        vpnClientRevokedCertificates: [{ name: 'lost', properties: { thumbprint: 'AB12' } }],
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
          { dhGroup: 'DHGroup24' },
        ],
        radiusServers: [
          { radiusServerAddress: '10.0.1.4', radiusServerScore: 12, radiusServerSecret: 'hush' },
          { radiusServerAddress: '10.0.1.5', radiusServerSecret: 'hush' },
        ],
        vngClientConnectionConfigurations: [
          {
            name: 'f',
            id: `${gatewayId}/vngClientConnectionConfigurations/f`,
            properties: {
              ...answered,
              vpnClientAddressPool: { addressPrefixes: ['172.19.8.0/24'] },
              virtualNetworkGatewayPolicyGroups: [{ id: groupId }],
            },
          },
        ],
      },
    },
  },
  subnet: subnet({
    addressPrefixes: ['10.0.255.0/27', 'fd00::/64'],
    defaultOutboundAccess: false,
    natGateway: { id: network('natGateways', 'out') },
    routeTable: { id: inOtherCase(network('routetables', 'rt-hub')) },
    networkSecurityGroup: { id: network('networksecuritygroups', 'nsg-hub') },
    serviceEndpoints: [{ service: 'Microsoft.Storage', provisioningState: 'Succeeded' }],
    serviceEndpointPolicies: [{ id: network('serviceEndpointPolicies', 'only-ours') }],
    delegations: [{ name: 'd', properties: { ...answered, serviceName: 'Microsoft.Sql/managedInstances' } }],
  }),
  publicIps: [
    publicIp(addressId('vpngw-hub-pip'), {
      dnsSettings: {
        domainNameLabel: 'vpn-hub',
        domainNameLabelScope: 'TenantReuse',
        fqdn: 'vpn-hub.westeurope.cloudapp.azure.com',
        reverseFqdn: 'vpn.contoso.com.',
      },
      ddosSettings: { protectionMode: 'Enabled', ddosProtectionPlan: { id: '/ddos' } },
      publicIPPrefix: { id: '/prefix' },
      deleteOption: 'Detach',
      ipTags: [{ ipTagType: 'RoutingPreference', tag: 'Internet' }],
    }),
    publicIp(elsewhere, {}, { laterMember: 'x' }),
  ],
};

/** As little as a gateway can have, with the older form of a single RADIUS server. */
export const plain: GatewayResources = {
  gateway: {
    id: `${group.replace('resourceGroups', 'resourcegroups')}/providers/microsoft.network/virtualnetworkgateways/old`,
    name: 'old',
    properties: {
      gatewayType: 'Vpn',
      sku: { name: 'VpnGw1AZ' },
      disableIPSecReplayProtection: false,
      enableBgp: false,
      ipConfigurations: [configuration('only', addressId('gateway'))],
      bgpSettings: { peerWeight: 0, bgpPeeringAddresses: [peering('only')] },
      vpnClientConfiguration: { radiusServerAddress: '10.0.1.4', radiusServerSecret: 'hush' },
    },
  },
  subnet: subnet({ addressPrefix: '10.0.255.0/27', privateLinkServiceNetworkPolicies: 'Disabled' }),
  publicIps: [publicIp(addressId('gateway'))],
};

/** Site-to-site alone, in the case that Azure sometimes answers with, and with names that give one label. */
export const siteToSite: GatewayResources = {
  gateway: {
    id: gatewayId,
    name: 'vpngw-hub',
    tags: {},
    properties: {
      gatewayType: 'Vpn',
      sku: { name: 'VpnGw1AZ' },
      activeActive: false,
      customRoutes: { addressPrefixes: [] },
      ipConfigurations: [configuration('only', addressId('gateway'))],
      bgpSettings: {
        asn: 65010,
        bgpPeeringAddresses: [peering('only', '169.254.21.1'), peering('other', '169.254.22.1')],
      },
    },
  },
  subnet: {
    ...subnet({ addressPrefix: '10.0.255.0/27' }),
    id: `${network('virtualnetworks', 'hub')}/SUBNETS/GatewaySubnet`,
  },
  publicIps: ['gateway', 'gateway-subnet', 'pip-2', 'pip.2', 'pip_2'].map((name) =>
    publicIp(network('publicipaddresses', name), { ipTags: [] }),
  ),
};

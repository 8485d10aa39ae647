import { describe, expect, it } from 'vitest';
import { fleet } from '../../../../shared/azure/network/fleet.ts';
import { vpnGateways } from '../../../../shared/azure/network/vpn-gateways.ts';
import { group, recordedAzure, subscriptionId } from '../recorded-azure.ts';

const id = `${group}/Microsoft.Network/virtualNetworkGateways/vpngw-hub`;
const subnetId = `${group}/Microsoft.Network/virtualNetworks/hub/subnets/GatewaySubnet`;

/** Everything that this app reads of a gateway, as Resource Manager answers it. */
const gateway = {
  id,
  name: 'vpngw-hub',
  location: 'westeurope',
  etag: 'W/"1"',
  tags: { properties: 'a tag may have this name', owner: 'net' },
  properties: {
    provisioningState: 'Succeeded',
    gatewayType: 'Vpn',
    vpnType: 'RouteBased',
    vpnGatewayGeneration: 'Generation1',
    sku: { name: 'VpnGw1AZ', tier: 'VpnGw1AZ', capacity: 2 },
    activeActive: true,
    bgpSettings: { asn: 65515, bgpPeeringAddress: null },
    ipConfigurations: ['default', 'activeActive'].map((name) => ({
      id: `${id}/ipConfigurations/${name}`,
      name,
      properties: {
        subnet: { id: subnetId },
        publicIPAddress: { id: `${group}/Microsoft.Network/publicIPAddresses/pip-${name}` },
      },
    })),
    virtualNetworkGatewayMigrationStatus: { phase: 'Prepare', state: 'Failed', errorMessage: 'no' },
    virtualNetworkGatewayPolicyGroups: [
      {
        name: 'staff',
        properties: {
          isDefault: true,
          priority: 0,
          policyMembers: [{ name: 'class', attributeType: 'RadiusAzureGroupId', attributeValue: '6ad1bd00' }],
        },
      },
    ],
    vpnClientConfiguration: {
      vpnClientAddressPool: { addressPrefixes: ['172.16.201.0/24'] },
      vpnClientProtocols: ['IkeV2', 'OpenVPN'],
      vpnAuthenticationTypes: ['Radius', 'AAD'],
      aadTenant: 'https://login.microsoftonline.com/t',
      vpnClientRootCertificates: [{ name: 'root', properties: { publicCertData: 'MII' } }],
      radiusServers: [{ radiusServerAddress: '10.0.1.4', radiusServerScore: 30 }],
      vngClientConnectionConfigurations: [
        {
          name: 'staff',
          properties: {
            vpnClientAddressPool: { addressPrefixes: ['172.16.202.0/24'] },
            virtualNetworkGatewayPolicyGroups: [{ id: `${id}/virtualNetworkGatewayPolicyGroups/staff` }],
          },
        },
      ],
    },
  },
};

describe('a model that is read without the SDK', () => {
  it('says of a gateway what the SDK says, by the same request of the same version', async () => {
    const { azure, sent } = recordedAzure(() => ({ status: 200, body: gateway }));
    const gateways = vpnGateways(azure);
    const read = await gateways.read(id);
    expect(read).toEqual((await gateways.open(id)).gateway);
    expect(read).toMatchObject({ activeActive: true, pointToSite: { groups: [{ name: 'staff' }] } });
    const [own, its] = sent.map(({ method, href, headers }) => `${method} ${href} ${headers.accept}`);
    expect(own).toBe(its);
  });

  it('follows a list to its end, by the link as it came', async () => {
    const network = (name: string) => ({
      id: `${group}/Microsoft.Network/virtualNetworks/${name}`,
      name,
      properties: {
        addressSpace: { addressPrefixes: ['10.0.0.0/16'] },
        subnets: [{ name: 'GatewaySubnet', properties: { addressPrefix: '10.0.255.0/27' } }],
      },
    });
    const next = 'https://management.example/subscriptions/page-2?$skiptoken=x%2By';
    const { azure, sent } = recordedAzure(({ href }) => ({
      status: 200,
      body: href.includes('/virtualNetworks?')
        ? { value: [network('one')], nextLink: next }
        : { value: href === next ? [network('two')] : [] },
    }));
    const { virtualNetworks } = await fleet(azure).networks(subscriptionId);
    expect(virtualNetworks.map(({ name }) => name)).toEqual(['one', 'two']);
    expect(virtualNetworks[0]).toMatchObject({
      addressPrefixes: ['10.0.0.0/16'],
      subnets: [{ addressPrefixes: ['10.0.255.0/27'] }],
    });
    expect(sent.map(({ href }) => href)).toContain(next);
  });
});

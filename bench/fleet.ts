import type { SeedResource } from '../simulator/azure/default-world.ts';
import type { Local } from '../simulator/local/local.ts';

const subscriptionOf = (index: number) => `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;

/** One in so many gateways has a retired SKU, which the check confirms by reading it. */
const retiredEvery = 20;

/**
 * Puts gateways into the simulated world, spread over subscriptions, each with VNet and public IP address, all of them RADIUS clients of
 * one NPS server, each with a secret of its own in Key Vault.
 */
export function seedFleet({ world }: Pick<Local, 'world'>, gateways: number, subscriptions: number): void {
  const each = gateways / subscriptions;
  const resources: SeedResource[] = [];
  for (let index = 0; index < gateways; index++) {
    const group = `/subscriptions/${subscriptionOf(Math.floor(index / each))}/resourceGroups/rg-${index}/providers`;
    const network = `${group}/Microsoft.Network/virtualNetworks/hub-${index}`;
    const address = `${group}/Microsoft.Network/publicIPAddresses/vpngw-${index}-pip`;
    const sku = index % retiredEvery === 0 ? 'VpnGw1' : 'VpnGw1AZ';
    const pool = `172.${16 + (index >> 10)}.${(index >> 2) & 255}.${(index & 3) * 64}/26`;
    resources.push(
      {
        id: network,
        properties: {
          addressSpace: { addressPrefixes: ['10.0.0.0/8'] },
          subnets: [{ name: 'GatewaySubnet', properties: { addressPrefix: subnetOf(index) } }],
        },
      },
      {
        id: address,
        sku: { name: 'Standard', tier: 'Regional' },
        properties: {
          publicIPAllocationMethod: 'Static',
          ipConfiguration: {
            id: `${group}/Microsoft.Network/virtualNetworkGateways/vpngw-${index}/ipConfigurations/default`,
          },
        },
      },
      {
        id: `${group}/Microsoft.Network/virtualNetworkGateways/vpngw-${index}`,
        properties: {
          gatewayType: 'Vpn',
          vpnType: 'RouteBased',
          sku: { name: sku, tier: sku },
          ipConfigurations: [
            {
              name: 'default',
              properties: {
                subnet: { id: `${network}/subnets/GatewaySubnet` },
                publicIPAddress: { id: address },
              },
            },
          ],
          vpnClientConfiguration: {
            vpnClientAddressPool: { addressPrefixes: [pool] },
            vpnClientProtocols: ['IkeV2'],
            vpnAuthenticationTypes: ['Radius'],
            radiusServers: [
              {
                radiusServerAddress: '10.0.1.4',
                radiusServerScore: 30,
                radiusServerSecret: secretOf(index),
              },
            ],
          },
        },
      },
    );
  }
  world.azure.seed(resources);
  world.npsServers.get('nps-01')!.change((state) => {
    state.networkPolicies[0]!.grant = true;
    for (let index = 0; index < gateways; index++)
      state.radiusClients.push({
        name: `vpngw-${index}`,
        address: subnetOf(index),
        vendor: 'RADIUS Standard',
        enabled: true,
        authAttributeRequired: false,
        secret: secretOf(index),
      });
  });
}

/** What a scenario needs, so that the secrets are in Key Vault. */
export function fleetSecrets(gateways: number, name: (gatewayId: string) => string, subscriptions: number) {
  const each = gateways / subscriptions;
  return Array.from({ length: gateways }, (_, index) => ({
    name: name(
      `/subscriptions/${subscriptionOf(Math.floor(index / each))}/resourceGroups/rg-${index}/providers/Microsoft.Network/virtualNetworkGateways/vpngw-${index}`,
    ),
    value: secretOf(index),
  }));
}

export function fleetSubscriptions(count: number): string {
  return Array.from({ length: count }, (_, index) => subscriptionOf(index)).join(',');
}

/** A RADIUS client is one gateway subnet: each has its own. */
const subnetOf = (index: number) => `10.${32 + (index >> 11)}.${(index >> 3) & 255}.${(index & 7) * 32}/27`;

const secretOf = (index: number) => `simulated-secret-of-gateway-${index}`;

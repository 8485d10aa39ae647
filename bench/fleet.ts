import type { SeedResource } from '../simulator/azure/default-world.ts';
import type { Local } from '../simulator/local/local.ts';

const subscriptionOf = (index: number) => `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;

/** One in so many gateways has a retired SKU, which the check confirms by reading it. */
const retiredEvery = 20;
/** So many gateways use an NPS server that is known; of as many the shared secret is in Key Vault. */
const known = 100;

/** Puts gateways into the simulated world, spread over subscriptions, each with VNet and public IP address. */
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
          addressSpace: { addressPrefixes: ['10.0.0.0/16'] },
          subnets: [{ name: 'GatewaySubnet', properties: { addressPrefix: `10.0.${index % 250}.0/27` } }],
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
                radiusServerAddress: index < known ? '10.0.1.4' : '10.0.9.4',
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
    for (let index = 0; index < Math.min(known, gateways); index++)
      state.radiusClients.push({
        name: `vpngw-${index}`,
        address: `10.0.${index % 250}.0/27`,
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
  return Array.from({ length: Math.min(known, gateways) }, (_, index) => ({
    name: name(
      `/subscriptions/${subscriptionOf(Math.floor(index / each))}/resourceGroups/rg-${index}/providers/Microsoft.Network/virtualNetworkGateways/vpngw-${index}`,
    ),
    value: secretOf(index),
  }));
}

export function fleetSubscriptions(count: number): string {
  return Array.from({ length: count }, (_, index) => subscriptionOf(index)).join(',');
}

const secretOf = (index: number) => `simulated-secret-of-gateway-${index}`;

import { hubNetworkId, npsMachineId, type SeedResource } from '../azure/default-world.ts';
import type { Scenario } from '../azure/scenario.ts';
import type { World } from '../local/world.ts';

/** Gateways that have existed for a long time, each in its own VNet beside the hub, with the NPS servers of the hub. */
export interface OldGateway {
  readonly name: string;
  readonly servers: readonly ('nps-01' | 'nps-02')[];
  /** The age of its shared secrets. */
  readonly daysOld: number;
}

const addresses = { 'nps-01': '10.0.1.4', 'nps-02': '10.0.1.5' } as const;
const inHub = hubNetworkId.slice(0, hubNetworkId.indexOf('/virtualNetworks/'));
export const oldGatewayId = (name: string) => `${inHub}/virtualNetworkGateways/${name}`;
const networkId = (name: string) => `${inHub}/virtualNetworks/${name.replace(/^vpngw-/, '')}`;
/** One secret for all servers of a gateway, as people often did by hand. */
const secretName = (name: string) => `radius-${name}`;
const secretValue = (name: string) => `of-long-ago-${name}-4711`;
const gatewayPrefix = (index: number) => `10.${index + 1}.255.0/27`;

/** The scenario of a world with these gateways, and the setting that says which machines their RADIUS servers are. */
export function oldSecrets(gateways: readonly OldGateway[]) {
  const resources = gateways.flatMap(({ name, servers }, index): SeedResource[] => {
    const pip = `${inHub}/publicIPAddresses/${name}-pip`;
    const peering = (to: string) => ({
      name: to.split('/').at(-1)!,
      properties: {
        remoteVirtualNetwork: { id: to },
        peeringState: 'Connected',
        remoteAddressSpace: { addressPrefixes: ['10.0.0.0/16'] },
      },
    });
    return [
      {
        id: networkId(name),
        properties: {
          addressSpace: { addressPrefixes: [`10.${index + 1}.0.0/16`] },
          subnets: [{ name: 'GatewaySubnet', properties: { addressPrefix: gatewayPrefix(index) } }],
          virtualNetworkPeerings: [peering(hubNetworkId)],
        },
      },
      { id: pip, sku: { name: 'Standard' }, properties: { publicIPAllocationMethod: 'Static' } },
      {
        id: oldGatewayId(name),
        properties: {
          gatewayType: 'Vpn',
          vpnType: 'RouteBased',
          vpnGatewayGeneration: 'Generation1',
          sku: { name: 'VpnGw1AZ', tier: 'VpnGw1AZ' },
          activeActive: false,
          ipConfigurations: [
            {
              name: 'default',
              properties: {
                subnet: { id: `${networkId(name)}/subnets/GatewaySubnet` },
                publicIPAddress: { id: pip },
              },
            },
          ],
          vpnClientConfiguration: {
            vpnClientAddressPool: { addressPrefixes: [`172.30.${index}.0/24`] },
            vpnClientProtocols: ['IkeV2'],
            vpnAuthenticationTypes: ['Radius'],
            radiusServers: servers.map((server, turn) => ({
              radiusServerAddress: addresses[server],
              radiusServerScore: 30 - turn * 20,
              radiusServerSecret: secretValue(name),
            })),
          },
        },
      },
    ];
  });
  const secrets = gateways.map(({ name }) => ({ name: secretName(name), value: secretValue(name) }));
  const defaults = Object.entries(addresses).map(([server, address]) => ({
    address,
    host: npsMachineId.replace(/nps-01$/, server),
  }));
  return {
    scenario: { resources, secrets } as Scenario,
    settings: { DEFAULT_NPS_SERVERS: JSON.stringify(defaults) },
  };
}

/** What is not in Azure's network: the age and tags of their secrets, and what the NPS servers know. */
export function grown({ azure, npsServers }: World, now: Date, gateways: readonly OldGateway[]): void {
  for (const [index, { name, servers, daysOld }] of gateways.entries()) {
    const [version] = azure.world.vault.secrets.get(secretName(name))!;
    version!.created = Math.round(now.getTime() / 1000) - daysOld * 86_400;
    version!.tags = { 'vpn-radius-gateway': oldGatewayId(name) };
    for (const server of servers)
      npsServers.get(server)!.change((state) => {
        Object.assign(state.networkPolicies[0]!, {
          grant: true,
          authenticationMethods: ['EAP', 'EAP-MSCHAPv2'],
        });
        state.blastRadius = {
          ...state.blastRadius,
          limitProxyState: true,
          requireMessageAuthenticator: true,
        };
        state.radiusClients.push({
          name,
          address: gatewayPrefix(index),
          vendor: 'RADIUS Standard',
          enabled: true,
          authAttributeRequired: false,
          secret: secretValue(name),
        });
      });
  }
}

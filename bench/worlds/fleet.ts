import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { shortHash } from '../../shared/core/resource-id.ts';
import { newDeploymentId } from '../../shared/deployment/ids.ts';
import type { VpnGatewayRequest } from '../../shared/deployment/request.ts';
import type { SeedResource } from '../../simulator/azure/default-world.ts';
import type { Local } from '../../simulator/local/local.ts';

const subscriptionOf = (index: number) => `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;

/** One gateway in this number has a retired SKU, which the check confirms by reading the gateway. */
const retiredEvery = 20;
/** One NPS server in this number asks for text codes, which the gateway cannot carry. */
const faultyEvery = 20;
/** This number of gateways uses one NPS server. */
const gatewaysOfServer = 50;

const serverOf = (index: number) => Math.floor(index / gatewaysOfServer);
const addressOf = (server: number) => `10.0.${100 + (server >> 7)}.${(server & 127) + 4}`;
export const npsServerName = (server: number) => `nps-${1000 + server}`;
const inServers = (path: string) =>
  `/subscriptions/${subscriptionOf(0)}/resourceGroups/rg-nps/providers/${path}`;
const machineOf = (server: number) => inServers(`Microsoft.Compute/virtualMachines/${npsServerName(server)}`);
const gatewayOf = (index: number, each: number) =>
  `${groupOf(index, each)}/Microsoft.Network/virtualNetworkGateways/vpngw-${index}`;
const networkOf = (index: number, each: number) =>
  `${groupOf(index, each)}/Microsoft.Network/virtualNetworks/hub-${index}`;
const groupOf = (index: number, each: number) =>
  `/subscriptions/${subscriptionOf(Math.floor(index / each))}/resourceGroups/rg-${index}/providers`;
const secretOf = (index: number) => `simulated-secret-of-gateway-${index}`;

const counted = (count: number) => Array.from({ length: count }, (_, index) => index);
const serversFor = (gateways: number) => counted(Math.ceil(gateways / gatewaysOfServer));

/** A machine with NPS, and the network card that tells its address. */
export function npsServerResources(machineId: string, address: string) {
  const nic = machineId.replace('Microsoft.Compute/virtualMachines', 'Microsoft.Network/networkInterfaces');
  return [
    {
      id: nic,
      properties: {
        ipConfigurations: [{ name: 'ipconfig1', properties: { privateIPAddress: address, primary: true } }],
        virtualMachine: { id: machineId },
      },
    },
    {
      id: machineId,
      tags: { 'vpn-radius-nps': 'enabled' },
      properties: { networkProfile: { networkInterfaces: [{ id: nic, properties: { primary: true } }] } },
    },
  ];
}

/** What the world begins with: the machines with NPS, and the secret of every gateway in Key Vault. */
export function fleetScenario(
  gateways: number,
  subscriptions: number,
  secretName: (gatewayId: string) => string,
) {
  return {
    resources: serversFor(gateways).flatMap((server) =>
      npsServerResources(machineOf(server), addressOf(server)),
    ),
    secrets: counted(gateways).map((index) => ({
      name: secretName(gatewayOf(index, gateways / subscriptions)),
      value: secretOf(index),
    })),
  };
}

/**
 * What the app has kept of the deployments of all these gateways. From it the app knows their NPS servers and secrets.
 */
export function seedDeployed(
  reportFolder: string,
  gateways: number,
  subscriptions: number,
  secretName: (gatewayId: string) => string,
): void {
  const each = gateways / subscriptions;
  const lines = counted(gateways).map((index) => {
    const gatewayId = gatewayOf(index, each);
    const address = addressOf(serverOf(index));
    const request: VpnGatewayRequest = {
      ticket: { system: 'webhook', id: `REQ${index}` },
      virtualNetworkId: networkOf(index, each),
      gateway: {},
      pointToSite: { addressPool: 'auto' },
      radius: { servers: [{ address, score: 30, host: machineOf(serverOf(index)) }] },
      nps: {},
      approval: { required: false, timeoutDays: 7 },
    };
    const secrets = [{ address, name: secretName(gatewayId), version: '1' }];
    const deploymentId = newDeploymentId(request.virtualNetworkId, new Date(0), String(index));
    const kept = {
      gatewayId,
      virtualNetworkId: request.virtualNetworkId,
      request,
      asked: request,
      deploymentId,
      secrets,
    };
    return JSON.stringify({ key: shortHash(gatewayId), json: JSON.stringify(kept) });
  });
  mkdirSync(join(reportFolder, 'rows'), { recursive: true });
  writeFileSync(join(reportFolder, 'rows', 'deployed.jsonl'), `${lines.join('\n')}\n`);
}

export const fleetSubscriptions = (count: number): string => counted(count).map(subscriptionOf).join(',');

/**
 * Puts gateways into the simulated world, spread over subscriptions. Each has a VNet and a public IP address, and its
 * NPS server knows it.
 */
export function seedFleet({ world }: Pick<Local, 'world'>, gateways: number, subscriptions: number): void {
  const each = gateways / subscriptions;
  const resources: SeedResource[] = [];
  for (let index = 0; index < gateways; index++) {
    const group = groupOf(index, each);
    const network = networkOf(index, each);
    const address = `${group}/Microsoft.Network/publicIPAddresses/vpngw-${index}-pip`;
    const sku = index % retiredEvery === 0 ? 'VpnGw1' : 'VpnGw1AZ';
    const pool = `172.${16 + (index >> 10)}.${(index >> 2) & 255}.${(index & 3) * 64}/26`;
    resources.push(
      {
        id: network,
        properties: {
          addressSpace: { addressPrefixes: ['10.0.0.0/16'] },
          subnets: [
            { name: 'GatewaySubnet', properties: { addressPrefix: `10.0.${index % gatewaysOfServer}.0/27` } },
          ],
        },
      },
      {
        id: address,
        sku: { name: 'Standard', tier: 'Regional' },
        properties: {
          publicIPAllocationMethod: 'Static',
          ipConfiguration: { id: `${gatewayOf(index, each)}/ipConfigurations/default` },
        },
      },
      {
        id: gatewayOf(index, each),
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
                radiusServerAddress: addressOf(serverOf(index)),
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
  for (const server of serversFor(gateways)) {
    const its = counted(gateways).slice(server * gatewaysOfServer, (server + 1) * gatewaysOfServer);
    world.npsServers.get(npsServerName(server))!.change((state) => {
      Object.assign(state.networkPolicies[0]!, {
        grant: true,
        authenticationMethods: ['EAP', 'EAP-MSCHAPv2'],
      });
      state.blastRadius = { limitProxyState: true, requireMessageAuthenticator: true };
      if (server % faultyEvery !== 0) state.mfa.overrideNumberMatching = 'FALSE';
      state.radiusClients.push(
        ...its.map((index) => ({
          name: `vpngw-${index}`,
          address: `10.0.${index % gatewaysOfServer}.0/27`,
          vendor: 'RADIUS Standard' as const,
          enabled: true,
          authAttributeRequired: false,
          secret: secretOf(index),
        })),
      );
    });
  }
}

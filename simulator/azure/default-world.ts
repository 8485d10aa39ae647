import { key, parseResourceId, type ResourceId } from './arm/identifiers.ts';
import { resourceTypes } from './arm/resource-table.ts';
import { type Core, nextEtag, nextGuid } from './core.ts';
import { regionName } from './settings.ts';
import { copy, isObject, type JsonObject, list, object, text } from './wire/messages.ts';
import { type AzureWorld, groupKey, type Resource, resourceStore } from './world.ts';

export const subscriptionId = '11111111-2222-4333-8444-555555555555';
const tenantId = '99999999-8888-4777-8666-555555555555';

/** The resources that exist at the beginning, unless a scenario says otherwise. */
export function defaultWorld(seed: string): AzureWorld {
  return {
    seed,
    ids: 0,
    tenantId,
    principal: {
      objectId: '5f0a1b6c-3d21-4c57-9a3e-0d1f2e3c4b5a',
      clientId: 'c7d2e9f4-6b18-4f0d-8a95-1e2d3c4b5a69',
    },
    application: {
      objectId: '0b9c8d7e-6f5a-4b3c-9d2e-1f0a9b8c7d6e',
      clientId: 'a1b2c3d4-e5f6-4718-9293-a4b5c6d7e8f9',
      clientSecret: 'simulated-client-secret',
    },
    identityHeader: 'simulated-identity-header',
    subscriptions: [{ subscriptionId, displayName: 'Simulated subscription' }],
    resourceGroups: new Map(),
    resources: resourceStore(),
    operations: new Map(),
    vault: { name: 'kv-hub', region: 'westeurope', softDelete: true, secrets: new Map(), deleted: new Map() },
  };
}

export interface SeedResource {
  id: string;
  location?: string;
  tags?: Record<string, string>;
  properties?: JsonObject;
  [member: string]: unknown;
}

/**
 * Puts a resource into the world as if it had been provisioned long ago. Its group is created when it is missing. A
 * resource of a type that the simulator does not know is kept as it is given. A subnet or a peering becomes part of its
 * network.
 */
export function seedResource(core: Core, given: SeedResource): Resource {
  const id = parseResourceId(given.id);
  if (!id) throw new Error(`'${given.id}' is not the id of a resource.`);
  const name = `${id.namespace}/${id.type}`;
  const type = resourceTypes.get(key(name));
  const network = id.type.match(/^virtualNetworks\/(subnets|virtualNetworkPeerings)$/i)?.[1];
  if (network) return seedChild(core, given, id, network);
  const location = regionName(given.location ?? 'westeurope');
  seedGroup(core, { subscription: id.subscriptionId, name: id.resourceGroup, location });
  const { location: _, ...rest } = copy(given);
  const resource = { ...rest, name: id.names.at(-1)!, type: type?.type ?? name, location } as Resource;
  resource.properties = isObject(given.properties) ? copy(given.properties) : {};
  type?.seed(core, resource);
  resource.etag = nextEtag(core);
  resource.properties.provisioningState = text(given.properties?.provisioningState) ?? 'Succeeded';
  core.world.resources.set(resource);
  return resource;
}

function seedChild(core: Core, given: SeedResource, id: ResourceId, collection: string): Resource {
  const networkId = given.id.split('/').slice(0, -2).join('/');
  const network = core.world.resources.get(networkId);
  if (!network) throw new Error(`'${given.id}' belongs to a virtual network that is not there.`);
  const name = id.names.at(-1)!;
  const at = key(collection) === 'subnets' ? 'subnets' : 'virtualNetworkPeerings';
  const others = list(network.properties[at]).filter((child) => key(text(child.name) ?? '') !== key(name));
  const child = { ...copy(given), name };
  const siblings = list(network.properties.subnets).map((subnet) => exported(subnet));
  const properties = { ...network.properties, subnets: siblings, [at]: [...others.map(exported), child] };
  return seedResource(core, { ...network, properties });
}

/** A subnet as an export shows it, with the resources in it. */
const exported = (child: JsonObject): JsonObject => {
  const { occupants, ...properties } = object(child.properties);
  return occupants === undefined
    ? child
    : { ...child, properties: { ...properties, ipConfigurations: occupants } };
};

interface SeedGroup {
  subscription: string;
  name: string;
  location: string;
  tags?: Record<string, string>;
  managedBy?: string;
}

/** The group where AKS keeps the nodes of a cluster is called MC_{group}_{cluster}_{region} and is managed by the cluster (aks/faq). */
function keeperOf({ subscription, name }: SeedGroup): string | undefined {
  const [, group, cluster] = /^MC_(.+)_([^_]+)_[^_]+$/i.exec(name) ?? [];
  return group && cluster
    ? `/subscriptions/${subscription}/resourcegroups/${group}/providers/Microsoft.ContainerService/managedClusters/${cluster}`
    : undefined;
}

export function seedGroup(core: Core, given: SeedGroup): void {
  const { subscription, name, location, tags } = given;
  const isKnown = core.world.subscriptions.some((one) => one.subscriptionId === subscription.toLowerCase());
  if (!isKnown)
    core.world.subscriptions.push({ subscriptionId: subscription.toLowerCase(), displayName: subscription });
  const at = groupKey(subscription, name);
  const before = core.world.resourceGroups.get(at);
  const managedBy = given.managedBy ?? before?.managedBy ?? keeperOf(given);
  core.world.resourceGroups.set(at, {
    id: `/subscriptions/${subscription}/resourceGroups/${name}`,
    name,
    location: before?.location ?? location,
    ...((tags ?? before?.tags) && { tags: { ...before?.tags, ...tags } }),
    ...(managedBy && { managedBy }),
  });
}

const inHub = (path: string): string =>
  `/subscriptions/${subscriptionId}/resourceGroups/rg-hub/providers/${path}`;
export const hubNetworkId = inHub('Microsoft.Network/virtualNetworks/hub');
export const npsMachineId = inHub('Microsoft.Compute/virtualMachines/nps-01');

/** The tag with which the owner says that a machine is an NPS server which deployments may configure. */
const npsTag = { 'vpn-radius-nps': 'enabled' };

/** The world of simulator/README.md: a hub network with two NPS servers, a third on premises, and no gateway. */
export function seedDefaults(core: Core): void {
  seedResource(core, {
    id: hubNetworkId,
    properties: {
      addressSpace: { addressPrefixes: ['10.0.0.0/16'] },
      subnets: [{ name: 'servers', properties: { addressPrefix: '10.0.1.0/24' } }],
    },
  });
  for (const [name, address] of [
    ['nps-01', '10.0.1.4'],
    ['nps-02', '10.0.1.5'],
  ]) {
    const nic = inHub(`Microsoft.Network/networkInterfaces/${name}-nic`);
    const machine = inHub(`Microsoft.Compute/virtualMachines/${name}`);
    seedResource(core, {
      id: nic,
      properties: {
        ipConfigurations: [
          {
            name: 'ipconfig1',
            properties: {
              privateIPAddress: address,
              privateIPAllocationMethod: 'Static',
              subnet: { id: `${hubNetworkId}/subnets/servers` },
              primary: true,
              privateIPAddressVersion: 'IPv4',
            },
          },
        ],
        primary: true,
        macAddress: `00-0D-3A-${nextGuid(core)
          .slice(0, 6)
          .toUpperCase()
          .replace(/(..)(..)(..)/, '$1-$2-$3')}`,
        virtualMachine: { id: machine },
      },
    });
    seedResource(core, {
      id: machine,
      tags: { ...npsTag },
      properties: { networkProfile: { networkInterfaces: [{ id: nic, properties: { primary: true } }] } },
    });
  }
  seedResource(core, {
    id: inHub('Microsoft.Network/localNetworkGateways/onprem'),
    properties: {
      gatewayIpAddress: '203.0.113.10',
      localNetworkAddressSpace: { addressPrefixes: ['192.168.0.0/16'] },
    },
  });
  seedResource(core, {
    id: inHub('Microsoft.HybridCompute/machines/nps-onprem'),
    tags: { ...npsTag },
    properties: { privateIPAddress: '192.168.10.4' },
  });
  seedResource(core, {
    id: inHub(`Microsoft.KeyVault/vaults/${core.world.vault.name}`),
    properties: {
      tenantId,
      sku: { family: 'A', name: 'standard' },
      enableRbacAuthorization: true,
      enableSoftDelete: true,
      softDeleteRetentionInDays: 90,
      vaultUri: `https://${core.world.vault.name}.vault.azure.net/`,
    },
  });
}

import { formatResourceId, key } from '../arm/identifiers.ts';
import type { ResourceType } from '../arm/resource-types.ts';
import type { Core } from '../core.ts';
import { AzureError, copy, defined, type JsonObject, list, object, text } from '../wire/messages.ts';
import type { Resource } from '../world.ts';
import {
  childView,
  envelope,
  networkDefaults,
  resourceFrom,
  resourceGuid,
  withIds,
} from './network-shapes.ts';

interface Simple {
  name: string;
  /** Arrays whose members Azure gives ids, etags and states. */
  children?: string[];
  defaults?: JsonObject;
  etagHeader?: boolean;
  more?: Partial<ResourceType>;
}

/** A resource of Microsoft.Network that keeps what it is told: defaults, children with ids, an operation for every write. */
function simple({ name, children = [], defaults = {}, etagHeader = true, more = {} }: Simple): ResourceType {
  const type = `Microsoft.Network/${name}`;
  const propertiesOf = (
    core: Core,
    id: string,
    body: JsonObject,
    previous: Resource | undefined,
  ): JsonObject => {
    const { provisioningState: _, ...asked } = copy(object(body.properties));
    const properties: JsonObject = {
      resourceGuid: resourceGuid(core, previous),
      ...copy(defaults),
      ...asked,
    };
    for (const collection of children)
      properties[collection] = withIds(id, type, collection, asked[collection]);
    return properties;
  };
  return {
    ...networkDefaults,
    type,
    etagHeader,
    draft(call, id, body, previous) {
      const { core } = call;
      const properties = propertiesOf(core, previous?.id ?? formatResourceId(id), body, previous);
      return {
        resource: resourceFrom(type, id, body, properties, previous),
        seconds: core.settings.durations.other,
      };
    },
    seed(core, resource) {
      resource.properties = propertiesOf(core, resource.id, resource, undefined);
    },
    view(resource) {
      const { provisioningState, resourceGuid: guid, ...rest } = resource.properties;
      const shown = copy(rest);
      for (const collection of children) {
        shown[collection] = list(rest[collection]).map((child) =>
          childView(child, resource, copy(object(child.properties))),
        );
      }
      return envelope(
        resource,
        { provisioningState, resourceGuid: guid, ...shown },
        defined({ sku: resource.sku, zones: resource.zones }),
      );
    },
    ...more,
  };
}

const gatewaysOf = (connection: Resource): string[] =>
  ['virtualNetworkGateway1', 'virtualNetworkGateway2'].flatMap((member) => {
    const id = text(object(connection.properties[member]).id);
    return id ? [id] : [];
  });

const connections = simple({
  name: 'connections',
  etagHeader: false,
  defaults: { routingWeight: 0, enableBgp: false },
  more: {
    patchesAtOnce: false,
    holds: gatewaysOf,
    provisioned(_core, connection) {
      connection.properties.connectionStatus ??= 'Unknown';
    },
  },
});

const networkInterfaces = simple({
  name: 'networkInterfaces',
  children: ['ipConfigurations'],
  defaults: {
    dnsSettings: { dnsServers: [], appliedDnsServers: [] },
    enableAcceleratedNetworking: false,
    enableIPForwarding: false,
    hostedWorkloads: [],
    tapConfigurations: [],
    nicType: 'Standard',
  },
});

/** What no client may set or see again: Azure returns a connection's key by its own call only. */
const hidden = ['sharedKey', 'authorizationKey'];

export const networkResources: ResourceType[] = [
  simple({ name: 'localNetworkGateways' }),
  {
    ...connections,
    view(resource, apiVersion, moment, core, expand) {
      const body = connections.view(resource, apiVersion, moment, core, expand);
      for (const member of hidden) delete object(body.properties)[member];
      return body;
    },
  },
  simple({
    name: 'networkSecurityGroups',
    children: ['securityRules'],
    more: { beforeDelete: (core, group) => refuseIfAttached(core, group, 'networkSecurityGroup') },
  }),
  simple({
    name: 'routeTables',
    children: ['routes'],
    defaults: { disableBgpRoutePropagation: false },
    more: { beforeDelete: (core, table) => refuseIfAttached(core, table, 'routeTable') },
  }),
  {
    ...networkInterfaces,
    view(resource, apiVersion, moment, core, expand) {
      const body = networkInterfaces.view(resource, apiVersion, moment, core, expand);
      if (apiVersion < '2020-01-01') {
        for (const member of ['hostedWorkloads', 'tapConfigurations', 'nicType'])
          delete object(body.properties)[member];
      }
      return body;
    },
  },
  ...['natGateways', 'loadBalancers', 'privateEndpoints', 'networkWatchers', 'expressRouteCircuits'].map(
    (name) => simple({ name }),
  ),
];

const codes: Record<string, string> = {
  networkSecurityGroup: 'InUseNetworkSecurityGroupCannotBeDeleted',
  routeTable: 'InUseRouteTableCannotBeDeleted',
};

function refuseIfAttached(core: Core, resource: Resource, member: string): void {
  for (const network of core.world.resources) {
    for (const subnet of list(network.properties.subnets)) {
      const attached = text(object(object(subnet.properties)[member]).id) ?? '';
      if (key(attached) !== key(resource.id)) continue;
      throw new AzureError(
        400,
        codes[member]!,
        `${resource.type.split('/').at(-1)} ${resource.id} cannot be deleted because it is in use by the following resources: ${subnet.id}.`,
        { details: [] },
      );
    }
  }
}

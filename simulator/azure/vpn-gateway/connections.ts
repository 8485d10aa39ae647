import { key } from '../arm/identifiers.ts';
import type { ResourceType } from '../arm/resource-types.ts';
import type { Core } from '../core.ts';
import { plainResource } from '../network/plain-resources.ts';
import { object, text } from '../wire/messages.ts';
import type { Resource } from '../world.ts';

const type = 'Microsoft.Network/connections';

const gatewaysOf = (connection: Resource): string[] =>
  ['virtualNetworkGateway1', 'virtualNetworkGateway2'].flatMap(
    (member) => text(object(connection.properties[member]).id) ?? [],
  );

/** The connections that end at a gateway, in any group: site-to-site, VNet-to-VNet and ExpressRoute. */
export const connectionsOf = (core: Core, gatewayId: string): Resource[] =>
  [...core.world.resources].filter(
    (resource) => resource.type === type && gatewaysOf(resource).some((id) => key(id) === key(gatewayId)),
  );

const plain = plainResource({
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

/** Members that a client may not set, or may not read again: Azure returns a connection's key only by its own call. */
const hidden = ['sharedKey', 'authorizationKey'];

export const connections: ResourceType = {
  ...plain,
  view(resource, apiVersion, moment, core, expand) {
    const body = plain.view(resource, apiVersion, moment, core, expand);
    for (const member of hidden) delete object(body.properties)[member];
    return body;
  },
};

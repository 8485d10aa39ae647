import { formatResourceId } from '../arm/identifiers.ts';
import type { ResourceType } from '../arm/resource-types.ts';
import type { Core } from '../core.ts';
import { copy, defined, type JsonObject, list, object } from '../wire/messages.ts';
import type { Resource } from '../world.ts';
import {
  childView,
  envelope,
  networkDefaults,
  resourceFrom,
  resourceGuid,
  withIds,
} from './network-shapes.ts';

interface Plain {
  name: string;
  /** Arrays whose members get ids, etags and states from Azure. */
  children?: string[];
  defaults?: JsonObject;
  etagHeader?: boolean;
  more?: Partial<ResourceType>;
}

/**
 * A resource of Microsoft.Network that keeps what it is given. It has defaults and children with ids, and every write
 * is an operation.
 */
export function plainResource({
  name,
  children = [],
  defaults = {},
  etagHeader = true,
  more = {},
}: Plain): ResourceType {
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

/** Resources without rules of their own. A Route Server is a virtual hub of kind RouteServer whose ip configurations are children. */
export const plainResources: ResourceType[] = [
  'localNetworkGateways',
  'loadBalancers',
  'privateEndpoints',
  'networkWatchers',
  'expressRouteCircuits',
  'virtualHubs',
  'virtualHubs/ipConfigurations',
].map((name) => plainResource({ name }));

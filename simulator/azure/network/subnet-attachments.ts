import type { ResourceType } from '../arm/resource-types.ts';
import { AzureError, type JsonObject, object } from '../wire/messages.ts';
import { plainResource } from './plain-resources.ts';

interface Attachment {
  name: string;
  children?: string[];
  defaults?: JsonObject;
  /**
   * The code with which Azure refuses to delete it while a subnet uses it. It is recorded for network security groups.
   * For NAT gateways it is assumed: InUseNatGatewayCannotBeDeleted.
   */
  inUse: string;
}

/**
 * A resource that subnets are attached to. A read lists its subnets, and it cannot be deleted while a subnet uses it.
 */
function attachment({ inUse, ...plain }: Attachment): ResourceType {
  const kept = plainResource(plain);
  return {
    ...kept,
    view(resource, apiVersion, moment, core, expand) {
      const body = kept.view(resource, apiVersion, moment, core, expand);
      const subnets = core.world.resources.usersOf(resource.id).map((id) => ({ id }));
      const { subnets: _, ...properties } = object(body.properties);
      return { ...body, properties: subnets.length > 0 ? { ...properties, subnets } : properties };
    },
    beforeDelete(core, resource) {
      const [subnet] = core.world.resources.usersOf(resource.id);
      if (!subnet) return;
      throw new AzureError(
        400,
        inUse,
        `${resource.type.split('/').at(-1)} ${resource.id} cannot be deleted because it is in use by the following resources: ${subnet}.`,
        { details: [] },
      );
    },
  };
}

export const subnetAttachments: ResourceType[] = [
  attachment({
    name: 'networkSecurityGroups',
    children: ['securityRules'],
    inUse: 'InUseNetworkSecurityGroupCannotBeDeleted',
  }),
  attachment({
    name: 'routeTables',
    children: ['routes'],
    defaults: { disableBgpRoutePropagation: false },
    inUse: 'InUseRouteTableCannotBeDeleted',
  }),
  attachment({ name: 'natGateways', inUse: 'InUseNatGatewayCannotBeDeleted' }),
];

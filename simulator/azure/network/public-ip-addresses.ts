import { formatResourceId } from '../arm/identifiers.ts';
import type { ResourceType } from '../arm/resource-types.ts';
import type { Core } from '../core.ts';
import { regions } from '../settings.ts';
import { AzureError, badRequest, copy, defined, type JsonObject, object, text } from '../wire/messages.ts';
import type { Resource } from '../world.ts';
import { envelope, networkDefaults, publicAddress, resourceFrom, resourceGuid } from './network-shapes.ts';

const type = 'Microsoft.Network/publicIPAddresses';

function publicIpProperties(core: Core, body: JsonObject, previous: Resource | undefined): JsonObject {
  const { provisioningState: _, ipConfiguration: __, ...asked } = object(body.properties);
  return {
    resourceGuid: resourceGuid(core, previous),
    ...(previous?.properties.ipAddress ? { ipAddress: previous.properties.ipAddress } : {}),
    publicIPAddressVersion: 'IPv4',
    publicIPAllocationMethod: 'Dynamic',
    idleTimeoutInMinutes: 4,
    ipTags: [],
    ...copy(asked),
  };
}

function completeSku(resource: Resource): void {
  resource.sku = { name: 'Basic', tier: 'Regional', ...object(resource.sku) };
}

/** A dynamic address gets its value only when something uses it. Standard addresses are static. */
export function allocateAddress(core: Core, resource: Resource): void {
  const { properties } = resource;
  const isInUse = core.world.resources.usersOf(resource.id).length > 0;
  if (properties.publicIPAllocationMethod === 'Static' || isInUse) {
    properties.ipAddress ??= publicAddress(text(properties.resourceGuid) ?? '');
  }
}

export const publicIpAddresses: ResourceType = {
  ...networkDefaults,
  type,
  retryAfter: 1,
  draft(call, id, body, previous) {
    const { core } = call;
    const properties = publicIpProperties(core, body, previous);
    const resource = resourceFrom(type, id, body, properties, previous);
    completeSku(resource);
    const sku = text(object(resource.sku).name);
    if (sku === 'Standard' && properties.publicIPAllocationMethod !== 'Static') {
      throw badRequest(
        'StandardSkuPublicIPAddressesMustBeStatic',
        `Standard sku publicIp ${formatResourceId(id)} must have AllocationMethod set to Static.`,
      );
    }
    if (resource.zones !== undefined && regions[resource.location ?? '']?.hasZones === false) {
      throw badRequest(
        'LocationNotSupportAvailabilityZones',
        `The resource '${resource.type}/${resource.name}' does not support availability zones at location '${resource.location}'.`,
      );
    }
    if (!previous && sku === 'Basic' && core.clock.now() >= new Date('2025-10-01')) {
      // Basic addresses were retired on 2025-09-30. The sentence is the one of that quota.
      throw badRequest(
        'IPv4BasicSkuPublicIpCountLimitReached',
        'Cannot create more than 0 IPv4 Basic SKU public IP addresses for this subscription in this region.',
      );
    }
    if (previous && JSON.stringify(previous.zones) !== JSON.stringify(resource.zones)) {
      throw badRequest(
        'ResourceAvailabilityZonesCannotBeModified',
        `Resource ${previous.id} has an existing availability zone constraint ${zoneConstraint(previous)} and the request has availability zone constraint ${zoneConstraint(resource)}, which do not match. Zones cannot be added/updated/removed once the resource is created. The resource cannot be updated from regional to zonal or vice-versa.`,
      );
    }
    return { resource, seconds: core.settings.durations.publicIpAddress };
  },
  seed(core, resource) {
    resource.properties = publicIpProperties(core, resource, undefined);
    completeSku(resource);
    allocateAddress(core, resource);
  },
  provisioned: allocateAddress,
  view(resource, apiVersion, _moment, core) {
    const {
      ipAddress,
      resourceGuid: guid,
      ipTags,
      ddosSettings,
      provisioningState,
      ...rest
    } = resource.properties;
    const user = core.world.resources.usersOf(resource.id)[0];
    const sku = object(resource.sku);
    const isNewer = apiVersion >= '2022-05-01';
    return {
      ...envelope(
        resource,
        {
          provisioningState,
          resourceGuid: guid,
          ipAddress,
          ...copy(rest),
          dnsSettings: dnsSettings(resource),
          ipTags: apiVersion >= '2018-01-01' ? copy(ipTags) : undefined,
          ipConfiguration: user ? { id: user } : undefined,
          ddosSettings: isNewer ? (ddosSettings ?? { protectionMode: 'VirtualNetworkInherited' }) : undefined,
        },
        { zones: resource.zones },
      ),
      sku: defined({ name: sku.name, tier: apiVersion >= '2020-08-01' ? sku.tier : undefined }),
    };
  },
  beforeDelete(core, resource) {
    const user = core.world.resources.usersOf(resource.id)[0];
    if (!user) return;
    throw new AzureError(
      400,
      'PublicIPAddressCannotBeDeleted',
      `Public IP address ${resource.id} can not be deleted since it is still allocated to resource ${user}. In order to delete the public IP, disassociate/detach the Public IP address from the resource.  To learn how to do this, see aka.ms/deletepublicip.`,
      { details: [] },
    );
  },
};

function dnsSettings(resource: Resource): JsonObject | undefined {
  const asked = resource.properties.dnsSettings;
  if (asked === undefined) return undefined;
  const label = text(object(asked).domainNameLabel);
  const fqdn = label ? { fqdn: `${label}.${resource.location}.cloudapp.azure.com` } : {};
  return { ...object(copy(asked)), ...fqdn };
}

const zoneConstraint = (resource: Resource) =>
  (resource.zones as string[] | undefined)?.join(', ') ?? 'NoZone';

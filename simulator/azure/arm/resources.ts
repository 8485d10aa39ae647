import { bodyOf, type Call, type Core, nextEtag } from '../core.ts';
import { connectPeers, peeringView } from '../network/peerings.ts';
import { subnetInUse, usersOf } from '../network/subnet-rules.ts';
import { subnetView, withChild } from '../network/virtual-networks.ts';
import {
  AzureError,
  copy,
  empty,
  type JsonObject,
  json,
  list,
  object,
  text,
  type WireResponse,
} from '../wire/messages.ts';
import { childOf, type Operation, type Resource } from '../world.ts';
import { formatResourceId, key, parseResourceId, type ResourceId } from './identifiers.ts';
import { type NewOperation, operationUrl, refuseWhileHeld, startOperation } from './operations.ts';
import { checkPreconditions } from './preconditions.ts';
import { refuseFilter } from './resource-filter.ts';
import { resourceTypes } from './resource-table.ts';
import type { ResourceType } from './resource-types.ts';

/** ARM's own sentence, without `details` (recorded xplat_vngw_delete). */
const resourceNotFound = (type: ResourceType, id: ResourceId): AzureError =>
  new AzureError(
    404,
    'ResourceNotFound',
    `The Resource '${type.type.split('/').slice(0, 2).join('/')}/${id.names.join('/')}' under resource group '${id.resourceGroup}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`,
    { headers: { 'x-ms-failure-cause': 'gateway' } },
  );

const childCollection = (id: ResourceId): 'subnets' | 'virtualNetworkPeerings' | undefined => {
  const collection = id.type.split('/')[1];
  if (!/^virtualNetworks\//i.test(id.type)) return undefined;
  return collection?.toLowerCase() === 'subnets' ? 'subnets' : 'virtualNetworkPeerings';
};

const ownerOf = (id: ResourceId): ResourceId => ({
  ...id,
  type: id.type.split('/')[0]!,
  names: id.names.slice(0, 1),
});

function ownerNetwork(call: Call, id: ResourceId): Resource {
  const owner = call.core.world.resources.get(formatResourceId(ownerOf(id)));
  if (owner) return owner;
  throw new AzureError(
    404,
    'ResourceNotFound',
    `The Resource 'Microsoft.Network/virtualNetworks/${id.names[0]}' under resource group '${id.resourceGroup}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`,
  );
}

export function getResource(call: Call, type: ResourceType, id: ResourceId): WireResponse {
  const { core, apiVersion } = call;
  const collection = childCollection(id);
  if (collection) {
    const network = ownerNetwork(call, id);
    const found = childOf(network, collection, id.names[1]!);
    // A missing subnet of an existing network has the network provider's own code (recorded).
    if (!found)
      throw new AzureError(404, 'NotFound', `Resource ${formatResourceId(id)} not found.`, { details: [] });
    const shown =
      collection === 'subnets' ? subnetView(found, network, apiVersion, core) : peeringView(found, network);
    return json(200, shown, { ETag: network.etag ?? '' });
  }
  const resource = core.world.resources.get(formatResourceId(id));
  if (!resource) throw resourceNotFound(type, id);
  const expand = call.url.searchParams.get('$expand') ?? undefined;
  const headers: Record<string, string> = type.etagHeader && resource.etag ? { ETag: resource.etag } : {};
  return json(200, type.view(resource, apiVersion, 'read', core, expand), headers);
}

/** The newest api-version of Microsoft.Network for which the simulator has its own form. */
const newest = '2025-05-01';

/** What a read of the resource at the newest api-version shows, without a request. Undefined when it does not exist. */
export function viewOf(core: Core, id: string): JsonObject | undefined {
  const resource = core.world.resources.get(id);
  if (resource) {
    const type = resourceTypes.get(key(resource.type));
    return type ? type.view(resource, newest, 'read', core, undefined) : copy(resource);
  }
  const named = parseResourceId(id);
  const collection = named && childCollection(named);
  const network = collection && core.world.resources.get(formatResourceId(ownerOf(named)));
  const found = network && childOf(network, collection, named.names[1] ?? '');
  if (!network || !found) return undefined;
  return collection === 'subnets' ? subnetView(found, network, newest, core) : peeringView(found, network);
}

export function listResources(
  call: Call,
  type: ResourceType,
  where: { subscriptionId: string; resourceGroup: string | undefined },
  parent: ResourceId | undefined,
): WireResponse {
  const { core, apiVersion } = call;
  refuseFilter(call);
  if (parent) {
    const collection = type.type.endsWith('/subnets') ? 'subnets' : 'virtualNetworkPeerings';
    const network = ownerNetwork(call, parent);
    const all = list(network.properties[collection]);
    return json(200, {
      value: all.map((one) =>
        collection === 'subnets' ? subnetView(one, network, apiVersion, core) : peeringView(one, network),
      ),
    });
  }
  const scope = key(
    where.resourceGroup
      ? `/subscriptions/${where.subscriptionId}/resourceGroups/${where.resourceGroup}/`
      : `/subscriptions/${where.subscriptionId}/`,
  );
  const value: JsonObject[] = [];
  for (const resource of core.world.resources) {
    if (resource.type !== type.type || !key(resource.id).startsWith(scope)) continue;
    value.push(type.view(resource, apiVersion, 'read', core, undefined));
  }
  return json(200, { value });
}

/** The children of a resource that are resources themselves, such as the run commands of a machine. */
export function listChildren(call: Call, type: ResourceType, parentId: string): WireResponse {
  const { core, apiVersion } = call;
  const expand = call.url.searchParams.get('$expand') ?? undefined;
  const prefix = `${key(parentId)}/${key(type.type.split('/').at(-1)!)}/`;
  const value = [...core.world.resources]
    .filter((resource) => key(resource.id).startsWith(prefix))
    .map((resource) => type.view(resource, apiVersion, 'read', core, expand));
  return json(200, { value });
}

/**
 * PUT: 201 for a new resource, 200 for an existing one. Both answer with the resource as it will be, and with its
 * operation.
 */
export function putResource(call: Call, type: ResourceType, id: ResourceId): WireResponse {
  const { core } = call;
  const previous = core.world.resources.get(formatResourceId(id));
  const target = previous?.id ?? formatResourceId(id);
  refuseWhileHeld(core, [target, ...(previous ? type.holds(previous) : [])]);
  if (type.type.startsWith('Microsoft.Network/')) checkPreconditions(call, target, previous);
  const { resource, seconds } = type.draft(call, id, bodyOf(call), previous);
  refuseWhileHeld(core, type.holds(resource));
  return storeResource(
    call,
    type,
    resource,
    seconds,
    previous ? 200 : type.createdStatus,
    resource.id,
    `${type.type}/write`,
  );
}

/** PUT of a subnet or peering writes the network. The other children of the network stay. */
export function putChild(call: Call, id: ResourceId): WireResponse {
  const { core, apiVersion } = call;
  const network = ownerNetwork(call, id);
  const collection = childCollection(id)!;
  const didExist = childOf(network, collection, id.names[1]!) !== undefined;
  refuseWhileHeld(core, [network.id]);
  checkPreconditions(call, formatResourceId(id), didExist ? network : undefined);
  const next = withChild(core, network, collection, id.names[1]!, bodyOf(call));
  connectPeers(core, next);
  const answer = storeResource(
    call,
    undefined,
    next,
    core.settings.durations.virtualNetwork,
    didExist ? 200 : 201,
    `${network.id}/${collection}/${id.names[1]}`,
    `Microsoft.Network/virtualNetworks/${collection}/write`,
  );
  const written = childOf(next, collection, id.names[1]!)!;
  const shown =
    collection === 'subnets' ? subnetView(written, next, apiVersion, core) : peeringView(written, next);
  return { ...answer, body: JSON.stringify(shown) };
}

function storeResource(
  call: Call,
  type: ResourceType | undefined,
  resource: Resource,
  seconds: number,
  status: number,
  target: string,
  action: string,
): WireResponse {
  const { core, apiVersion } = call;
  resource.etag = nextEtag(core);
  const isSynchronous = type?.asynchronous === false;
  resource.properties.provisioningState = isSynchronous ? 'Succeeded' : 'Updating';
  core.world.resources.set(resource);
  if (isSynchronous) {
    type.provisioned(core, resource);
    notifyDone(call, target, action);
    return json(status, type.view(resource, apiVersion, 'write', core, undefined));
  }
  const operation = begin(
    call,
    { kind: 'provision', target, action, seconds },
    resource,
    type?.holds(resource),
  );
  return json(status, type?.view(resource, apiVersion, 'write', core, undefined) ?? null, {
    'Retry-After': String(type?.retryAfter ?? 3),
    ...(status === 201 && apiVersion >= '2020-01-01' ? { 'Azure-AsyncNotification': 'Enabled' } : {}),
    'Azure-AsyncOperation': operationUrl(call, operation, 'operations'),
  });
}

/** PATCH changes only tags. */
export function patchResource(call: Call, type: ResourceType, id: ResourceId): WireResponse {
  const { core, apiVersion } = call;
  const resource = core.world.resources.get(formatResourceId(id));
  if (!resource) throw resourceNotFound(type, id);
  const { tags } = bodyOf(call);
  refuseWhileHeld(core, [resource.id]);
  if (type.type.startsWith('Microsoft.Network/')) checkPreconditions(call, resource.id, resource);
  const next: Resource = { ...copy(resource), tags: object(tags) as Record<string, string> };
  if (!type.patchesAtOnce) {
    return storeResource(
      call,
      type,
      next,
      core.settings.durations.gatewayUpdate,
      200,
      next.id,
      `${type.type}/write`,
    );
  }
  next.etag = nextEtag(core);
  core.world.resources.set(next);
  notifyDone(call, next.id, `${type.type}/write`);
  return json(200, type.view(next, apiVersion, 'read', core, undefined));
}

/** DELETE: 202 with both headers and no body; 204 when the resource does not exist (recorded). */
export function deleteResource(
  call: Call,
  type: ResourceType,
  id: ResourceId,
  deleteCommand: (command: Resource) => WireResponse,
): WireResponse {
  const { core } = call;
  const collection = childCollection(id);
  if (collection) return deleteChild(call, id, collection);
  const resource = core.world.resources.get(formatResourceId(id));
  if (!resource) return empty(204);
  if (/\/runcommands$/i.test(type.type)) return deleteCommand(resource);
  refuseWhileHeld(core, [resource.id, ...type.holds(resource)]);
  if (type.type.startsWith('Microsoft.Network/')) checkPreconditions(call, resource.id, resource);
  type.beforeDelete(core, resource);
  if (!type.asynchronous || type.deletedAtOnce) {
    core.world.resources.delete(resource.id);
    notifyDone(call, resource.id, `${type.type}/delete`);
    return empty(type.deletedAtOnce ? 204 : 200);
  }
  resource.properties.provisioningState = 'Deleting';
  const action = `${type.type}/delete`;
  const wish = { kind: 'delete', target: resource.id, action, seconds: type.deletionSeconds(core) } as const;
  return accepted(call, begin(call, wish, resource, type.holds(resource)));
}

function deleteChild(
  call: Call,
  id: ResourceId,
  collection: 'subnets' | 'virtualNetworkPeerings',
): WireResponse {
  const { core } = call;
  const network = core.world.resources.get(formatResourceId(ownerOf(id)));
  const found = network && childOf(network, collection, id.names[1]!);
  if (!network || !found) return empty(204);
  refuseWhileHeld(core, [network.id]);
  checkPreconditions(call, formatResourceId(id), network);
  const users = usersOf(core, found);
  if (users.length > 0) throw subnetInUse(text(found.id) ?? '', users);
  const next = withChild(core, network, collection, id.names[1]!, undefined);
  next.properties.provisioningState = 'Updating';
  core.world.resources.set(next);
  const action = `Microsoft.Network/virtualNetworks/${collection}/delete`;
  const { virtualNetwork: seconds } = core.settings.durations;
  return accepted(call, begin(call, { kind: 'delete', target: text(found.id) ?? '', action, seconds }, next));
}

/** Begins an operation that holds its owner and the resources in `holds`. */
const begin = (
  call: Call,
  wish: Pick<NewOperation, 'kind' | 'target' | 'action' | 'seconds'>,
  owner: Resource,
  holds: readonly string[] = [],
) =>
  startOperation(call, {
    ...wish,
    namespace: 'Microsoft.Network',
    location: owner.location ?? '',
    locks: [owner.id, ...holds],
  });

/** Sends the event of a change that is complete when its request is answered. */
const notifyDone = ({ core, correlationId, caller }: Call, id: string, action: string) =>
  core.notify({ id, action, status: 'Succeeded', correlationId, callerId: caller.objectId });

function accepted(call: Call, operation: Operation): WireResponse {
  return empty(202, {
    Location: operationUrl(call, operation, 'operationResults'),
    'Retry-After': '10',
    'Azure-AsyncOperation': operationUrl(call, operation, 'operations'),
  });
}

/** POST actions, and what GET reads below a resource. Undefined when there is no such thing. */
export function actOn(call: Call, type: ResourceType, id: ResourceId, sub: string): WireResponse | undefined {
  const table = call.method === 'POST' ? type.actions : call.method === 'GET' ? type.reads : {};
  const act = table[sub.toLowerCase()];
  if (!act) return undefined;
  const resource = call.core.world.resources.get(formatResourceId(id));
  if (!resource) throw resourceNotFound(type, id);
  return act(call, resource);
}

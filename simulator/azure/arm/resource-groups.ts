import { bodyOf, type Call, type Core, holding } from '../core.ts';
import { regionName, regions } from '../settings.ts';
import {
  AzureError,
  copy,
  defined,
  empty,
  type JsonObject,
  json,
  object,
  text,
  type WireResponse,
} from '../wire/messages.ts';
import { groupKey, type ResourceGroup } from '../world.ts';
import { requireAction } from './access.ts';
import { key } from './identifiers.ts';
import { refuseWhileHeld } from './operations.ts';
import { filterOf } from './resource-filter.ts';
import { deleteGroup, pollGroup } from './resource-group-deletion.ts';
import { resourceTypes } from './resource-table.ts';

const managedBy = (id: string | undefined): { managedBy?: string } => (id ? { managedBy: id } : {});

const groupView = (core: Core, group: ResourceGroup): JsonObject =>
  defined({
    id: group.id,
    name: group.name,
    type: 'Microsoft.Resources/resourceGroups',
    location: group.location,
    managedBy: group.managedBy,
    tags: group.tags,
    properties: { provisioningState: holding(core, [key(group.id)]) ? 'Deleting' : 'Succeeded' },
  });

/** `/subscriptions/{id}/resourceGroups[/{name}]`. */
export function resourceGroupRoutes(call: Call, path: string): WireResponse | undefined {
  const polled = pollGroup(call, path);
  if (polled) return polled;
  const match = /^\/subscriptions\/([^/]+)\/resourceGroups(?:\/([^/]+))?$/i.exec(path);
  if (!match) return undefined;
  const { core, method, caller } = call;
  const { resourceGroups } = core.world;
  const [, subscriptionId, name] = match as unknown as [string, string, string | undefined];
  const action = 'Microsoft.Resources/subscriptions/resourceGroups';
  if (name === undefined) {
    if (method !== 'GET') return undefined;
    requireAction(core, caller, `${action}/read`, path);
    const inside = [...resourceGroups.values()].filter((group) =>
      key(group.id).startsWith(`${key(`/subscriptions/${subscriptionId}`)}/`),
    );
    return json(200, { value: inside.filter(filterOf(call)).map((group) => groupView(core, group)) });
  }
  const id = groupKey(subscriptionId, name);
  const group = resourceGroups.get(id);
  const missing = () =>
    new AzureError(404, 'ResourceGroupNotFound', `Resource group '${name}' could not be found.`, {
      headers: { 'x-ms-failure-cause': 'gateway' },
    });
  if (method === 'GET' || method === 'HEAD') {
    requireAction(core, caller, `${action}/read`, path);
    if (!group) throw missing();
    return method === 'GET' ? json(200, groupView(core, group)) : empty(204);
  }
  if (method === 'PUT') {
    requireAction(core, caller, `${action}/write`, path);
    const body = bodyOf(call);
    const location = text(body.location) ?? group?.location;
    if (!location)
      throw new AzureError(400, 'LocationRequired', 'The location property is required for this definition.');
    const next: ResourceGroup = {
      id: group?.id ?? `/subscriptions/${subscriptionId}/resourceGroups/${name}`,
      name: group?.name ?? name,
      location: regionName(location),
      ...(body.tags === undefined ? {} : { tags: copy(object(body.tags)) as Record<string, string> }),
      ...managedBy(text(body.managedBy) ?? group?.managedBy),
    };
    resourceGroups.set(id, next);
    return json(group ? 200 : 201, groupView(core, next));
  }
  if (method === 'DELETE') {
    requireAction(core, caller, `${action}/delete`, path);
    if (!group) throw missing();
    refuseWhileHeld(core, [group.id]);
    return deleteGroup(call, group);
  }
  return undefined;
}

/** What tools read first: tenants, subscriptions, regions, resource providers. */
export function subscriptionRoutes(call: Call, path: string): WireResponse | undefined {
  if (call.method !== 'GET') return undefined;
  const { world } = call.core;
  if (/^\/tenants$/i.test(path)) {
    return json(200, {
      value: [{ id: `/tenants/${world.tenantId}`, tenantId: world.tenantId, displayName: 'Simulated' }],
    });
  }
  const shown = world.subscriptions.map((subscription) => ({
    id: `/subscriptions/${subscription.subscriptionId}`,
    authorizationSource: 'RoleBased',
    managedByTenants: [],
    subscriptionId: subscription.subscriptionId,
    tenantId: world.tenantId,
    displayName: subscription.displayName,
    state: 'Enabled',
    subscriptionPolicies: {
      locationPlacementId: 'Public_2014-09-01',
      quotaId: 'PayAsYouGo_2014-09-01',
      spendingLimit: 'Off',
    },
  }));
  if (/^\/subscriptions$/i.test(path)) {
    return json(200, { value: shown, count: { type: 'Total', value: shown.length } });
  }
  const group = /^\/subscriptions\/([^/]+)\/resourceGroups\/([^/]+)\/resources$/i.exec(path);
  if (group) return json(200, { value: resourcesOf(call, path.slice(0, -'resources'.length)) });
  const match = /^\/subscriptions\/([^/]+)(?:\/(locations|providers|resources)(?:\/([^/]+))?)?$/i.exec(path);
  if (!match) return undefined;
  const subscriptionId = match[1]!.toLowerCase();
  switch (match[2]?.toLowerCase()) {
    case undefined:
      return json(
        200,
        shown.find((one) => one.subscriptionId === subscriptionId),
      );
    case 'locations':
      return json(200, {
        value: Object.entries(regions).map(([name, region]) => ({
          id: `/subscriptions/${subscriptionId}/locations/${name}`,
          name,
          type: 'Region',
          displayName: region.displayName,
          regionalDisplayName: region.displayName,
          metadata: { regionType: 'Physical', regionCategory: 'Recommended' },
        })),
      });
    case 'resources':
      return match[3]
        ? undefined
        : json(200, { value: resourcesOf(call, `/subscriptions/${subscriptionId}/`) });
    default:
      return providers(subscriptionId, match[3]);
  }
}

function resourcesOf(call: Call, scope: string): JsonObject[] {
  const fits = filterOf(call);
  return [...call.core.world.resources]
    .filter((resource) => key(resource.id).startsWith(key(scope)) && fits(resource))
    .map(({ id, name, type, location, tags, sku, kind, managedBy: keeper }) =>
      defined({ id, name, type, location, tags, sku, kind, managedBy: keeper }),
    );
}

/** The api-versions that `az resource` may choose from, the newest first, as ARM lists them. */
const apiVersions = [
  '2025-05-01',
  '2025-01-01',
  '2024-10-01',
  '2024-05-01',
  '2024-03-01',
  '2023-09-01',
  '2022-01-01',
  '2020-05-01',
];

function providers(subscriptionId: string, wanted: string | undefined): WireResponse {
  const byNamespace = new Map<string, string[]>();
  for (const { type } of resourceTypes.values()) {
    const [namespace, ...rest] = type.split('/');
    byNamespace.set(namespace!, [...(byNamespace.get(namespace!) ?? []), rest.join('/')]);
  }
  const value = [...byNamespace].map(([namespace, types]) => ({
    id: `/subscriptions/${subscriptionId}/providers/${namespace}`,
    namespace,
    registrationState: 'Registered',
    registrationPolicy: 'RegistrationRequired',
    resourceTypes: types.map((resourceType) => ({
      resourceType,
      locations: Object.values(regions).map((region) => region.displayName),
      apiVersions,
      capabilities: 'SupportsTags, SupportsLocation',
    })),
  }));
  if (wanted === undefined) return json(200, { value });
  const one = value.find((provider) => key(provider.namespace) === key(wanted));
  if (one) return json(200, one);
  throw new AzureError(404, 'InvalidResourceNamespace', `The resource namespace '${wanted}' is invalid.`);
}

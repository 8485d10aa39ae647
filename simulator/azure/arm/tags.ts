import { bodyOf, type Call, type Core, nextEtag } from '../core.ts';
import {
  AzureError,
  copy,
  empty,
  type JsonObject,
  json,
  object,
  text,
  type WireResponse,
} from '../wire/messages.ts';
import type { Resource, ResourceGroup } from '../world.ts';
import { requireAction } from './access.ts';
import { key } from './identifiers.ts';
import { refuseWhileHeld, startOperation } from './operations.ts';
import { resourceTypes } from './resource-table.ts';

type Tags = Record<string, string>;

const route = /^(\/subscriptions\/[^/]+(?:\/.+)?)\/providers\/Microsoft\.Resources\/tags\/default$/i;

/** The ARM action of a request to the Tags API. Undefined for any other request. */
export function tagsAction(method: string, path: string): string | undefined {
  const verb = { GET: 'read', PUT: 'write', PATCH: 'write', DELETE: 'delete' }[method];
  return verb && route.test(path) ? `Microsoft.Resources/tags/${verb}` : undefined;
}

/**
 * `{scope}/providers/Microsoft.Resources/tags/default`: all tags of a resource or a resource group. PUT sets them,
 * PATCH merges, replaces or deletes some. Its event is `Microsoft.Resources/tags/write` about the tags, and not an
 * event of the resource (learn: event-schema-subscriptions; rest: resources/tags/update-at-scope).
 */
export function tagRoutes(call: Call, path: string): WireResponse | undefined {
  const { core, method, caller } = call;
  const scope = route.exec(path)?.[1];
  const action = tagsAction(method, path);
  if (!scope || !action) return undefined;
  requireAction(core, caller, action, path);
  const owner = core.world.resources.get(scope) ?? core.world.resourceGroups.get(key(scope));
  if (!owner) {
    throw new AzureError(
      404,
      'ResourceNotFound',
      `The Resource '${scope.split('/providers/').at(-1)}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`,
    );
  }
  const shown = method === 'GET' ? owner : writeTags(call, owner, wished(call, owner.tags ?? {}), action);
  return method === 'DELETE' ? empty(200) : json(200, viewTags(shown));
}

const viewTags = (owner: Resource | ResourceGroup): JsonObject => ({
  id: `${owner.id}/providers/Microsoft.Resources/tags/default`,
  name: 'default',
  type: 'Microsoft.Resources/tags',
  properties: { tags: copy(owner.tags ?? {}) },
});

function wished(call: Call, before: Tags): Tags {
  if (call.method === 'DELETE') return {};
  const body = bodyOf(call);
  const tags = object(object(body.properties).tags) as Tags;
  if (call.method === 'PUT') return copy(tags);
  switch (text(body.operation)?.toLowerCase()) {
    case 'merge':
      return { ...before, ...copy(tags) };
    case 'replace':
      return copy(tags);
    case 'delete':
      return Object.fromEntries(Object.entries(before).filter(([name, value]) => tags[name] !== value));
    default:
      throw new AzureError(
        400,
        'InvalidRequestContent',
        `The request content was invalid and could not be deserialized: 'operation must be Merge, Replace or Delete'.`,
      );
  }
}

function writeTags(
  call: Call,
  owner: Resource | ResourceGroup,
  tags: Tags,
  action: string,
): Resource | ResourceGroup {
  const { core, correlationId, caller } = call;
  const next = isResource(core, owner) ? writeResource(call, owner, tags) : Object.assign(owner, { tags });
  core.notify({
    id: `${owner.id}/providers/Microsoft.Resources/tags/default`,
    action,
    status: 'Succeeded',
    correlationId,
    callerId: caller.objectId,
  });
  return next;
}

function writeResource(call: Call, owner: Resource, tags: Tags): Resource {
  const { core } = call;
  refuseWhileHeld(core, [owner.id]);
  const next: Resource = { ...copy(owner), tags, etag: nextEtag(core) };
  core.world.resources.set(next);
  // A gateway continues to update after the answer. Measured on a gateway of Virtual WAN. For this kind of
  // gateway it is assumed: busy-after-tags.
  if (resourceTypes.get(key(owner.type))?.patchesAtOnce === false) {
    next.properties.provisioningState = 'Updating';
    startOperation(call, {
      kind: 'provision',
      target: next.id,
      action: `${next.type}/write`,
      namespace: 'Microsoft.Network',
      location: next.location ?? '',
      seconds: core.settings.durations.gatewayUpdate,
      locks: [next.id],
    });
  }
  return next;
}

const isResource = (core: Core, owner: Resource | ResourceGroup): owner is Resource =>
  core.world.resources.get(owner.id) === owner;

import type { Call, Core } from '../core.ts';
import { empty, type WireResponse } from '../wire/messages.ts';
import type { ResourceGroup } from '../world.ts';
import { key } from './identifiers.ts';
import { startOperation } from './operations.ts';

/**
 * A resource group is deleted with everything in it: 202 with a `Location` that answers 202 until it is done and then
 * 200, both without a body, Retry-After 15 (recorded net_fluent_vngw_create_update).
 */
export function deleteGroup(call: Call, group: ResourceGroup): WireResponse {
  const { core } = call;
  const operation = startOperation(call, {
    kind: 'deleteGroup',
    target: group.id,
    action: 'Microsoft.Resources/subscriptions/resourceGroups/delete',
    namespace: 'Microsoft.Resources',
    location: group.location,
    seconds: core.settings.durations.resourceGroupDelete,
    locks: [group.id],
  });
  return empty(202, { Location: locationOf(call, group.id, operation.id), 'Retry-After': '15' });
}

const locationOf = (call: Call, groupId: string, operationId: string): string => {
  const job = Buffer.from(JSON.stringify({ jobId: operationId })).toString('base64url');
  return `${call.url.origin}${groupId.split('/resourceGroups/')[0]}/operationresults/${job}?api-version=${call.apiVersion}`;
};

/** `GET /subscriptions/{id}/operationresults/{job}`. */
export function pollGroup(call: Call, path: string): WireResponse | undefined {
  const match = /^\/subscriptions\/[^/]+\/operationresults\/([\w-]+)$/i.exec(path);
  if (!match || call.method !== 'GET') return undefined;
  const operation = call.core.world.operations.get(jobOf(match[1]!));
  if (operation?.kind !== 'deleteGroup') return undefined;
  return operation.status === 'InProgress'
    ? empty(202, { Location: locationOf(call, operation.target, operation.id), 'Retry-After': '15' })
    : empty(200);
}

function jobOf(text: string): string {
  try {
    return String((JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as { jobId?: unknown }).jobId);
  } catch {
    return '';
  }
}

export function emptyGroup(core: Core, groupId: string): void {
  const inside = [...core.world.resources].filter((resource) =>
    key(resource.id).startsWith(`${key(groupId)}/`),
  );
  for (const resource of inside) core.world.resources.delete(resource.id);
  core.world.resourceGroups.delete(key(groupId));
}

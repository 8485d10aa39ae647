import { parsedJson } from '../../parsed-json.ts';
import { deleteRunCommand, isRunCommand, putRunCommand } from '../compute/run-commands.ts';
import { type Call, type Core, holding } from '../core.ts';
import { queryResources } from '../graph/resource-graph.ts';
import { AzureError, json, object, text, type WireResponse } from '../wire/messages.ts';
import { groupKey } from '../world.ts';
import { allowed, authorizationFailed, linkedAuthorizationFailed, requireAction } from './access.ts';
import { parseResourceId, type ResourceId } from './identifiers.ts';
import { installationRoutes } from './installation.ts';
import { pollOperation } from './operations.ts';
import { resourceGroupRoutes, subscriptionRoutes } from './resource-groups.ts';
import { resourceTypes } from './resource-table.ts';
import type { ResourceType } from './resource-types.ts';
import {
  actOn,
  deleteResource,
  getResource,
  listChildren,
  listResources,
  patchResource,
  putChild,
  putResource,
} from './resources.ts';
import { tagRoutes, tagsAction } from './tags.ts';

/** The resource or collection that a request names, and the ARM action that it needs. */
export interface Target {
  action: string;
  scope: string;
  type?: ResourceType;
  id?: ResourceId;
  /** The last part of the path of a POST action, or of a sub-path of GET. */
  sub?: string;
  list?: { subscriptionId: string; resourceGroup: string | undefined };
}

const verbs: Record<string, string> = {
  GET: 'read',
  HEAD: 'read',
  PUT: 'write',
  PATCH: 'write',
  DELETE: 'delete',
};

/** `…/providers/Microsoft.Network/virtualNetworks/hub/subnets`: a collection, a resource, or an action on one. */
function targetOf(method: string, path: string): Target | undefined {
  const match =
    /^\/subscriptions\/([^/]+)(?:\/resourceGroups\/([^/]+))?\/providers\/([^/]+)\/(.+?)\/?$/i.exec(path);
  if (!match) return undefined;
  const [, subscriptionId, resourceGroup, namespace, rest] = match as unknown as string[];
  const parts = rest!.split('/');
  const isResource = parts.length % 2 === 0;
  if (!isResource && method === 'GET') {
    const named = typeNamed(namespace!, parts);
    if (named) {
      const parentPath = path.split('/').slice(0, -1).join('/');
      return {
        type: named,
        action: `${named.type}/read`,
        scope: parts.length === 1 ? path.split('/providers/')[0]! : parentPath,
        list: { subscriptionId: subscriptionId!, resourceGroup },
        ...(parts.length > 1 ? idOf(parentPath) : {}),
      };
    }
  }
  // An odd number of parts is an action, or a view such as virtualMachines/{name}/instanceView.
  const resourcePath = isResource ? path : path.split('/').slice(0, -1).join('/');
  const id = parseResourceId(resourcePath.replace(/\/$/, ''));
  const type =
    id &&
    typeNamed(
      id.namespace,
      id.type.split('/').flatMap((part, index) => [part, id.names[index]!]),
    );
  if (!id || !type) return undefined;
  const sub = isResource ? undefined : parts.at(-1)!;
  const verb = verbOf(method, sub);
  return {
    type,
    id: canonical(id, type),
    action: `${type.type.replace('/runcommands', '/runCommands')}/${verb}`,
    scope: resourcePath,
    ...(sub ? { sub } : {}),
  };
}

function verbOf(method: string, sub: string | undefined): string {
  const verb = verbs[method] ?? method;
  if (!sub) return verb;
  return method === 'POST' ? `${actionName(sub)}/action` : `${sub}/${verb}`;
}

const idOf = (path: string): { id?: ResourceId } => {
  const id = parseResourceId(path);
  return id ? { id } : {};
};

const children = new Map(
  ['subnets', 'virtualNetworkPeerings'].map((name) => [
    `microsoft.network/virtualnetworks/${name.toLowerCase()}`,
    {
      ...resourceTypes.get('microsoft.network/virtualnetworks')!,
      type: `Microsoft.Network/virtualNetworks/${name}`,
    },
  ]),
);

function typeNamed(namespace: string, parts: string[]): ResourceType | undefined {
  const name = `${namespace}/${parts.filter((_, index) => index % 2 === 0).join('/')}`.toLowerCase();
  return resourceTypes.get(name) ?? children.get(name);
}

function canonical(id: ResourceId, type: ResourceType): ResourceId {
  const [namespace, ...types] = type.type.split('/');
  return { ...id, namespace: namespace!, type: types.join('/') };
}

/** Azure's spelling of the actions whose paths are in lower case. */
const actionNames = [
  'generatevpnprofile',
  'getvpnprofilepackageurl',
  'listRadiusSecrets',
  'getVpnClientConnectionHealth',
  'reset',
];
const actionName = (sub: string): string =>
  actionNames.find((name) => name.toLowerCase() === sub.toLowerCase()) ?? sub;

/** The ARM action of a request, for the log, for RBAC and for faults. Undefined when it has none. */
export function actionOf(method: string, path: string): string | undefined {
  const operation =
    /\/providers\/([^/]+)\/locations\/[^/]+\/(operations|operationResults|operationstatus)\//i.exec(path);
  if (operation) return `${operation[1]}/locations/${operation[2]}/read`;
  if (/^\/providers\/Microsoft.ResourceGraph\/resources$/i.test(path))
    return 'Microsoft.ResourceGraph/resources/read';
  if (/^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+$/i.test(path)) {
    return `Microsoft.Resources/subscriptions/resourceGroups/${verbs[method] ?? method}`;
  }
  if (/^\/subscriptions\/[^/]+\/resourceGroups\/?$/i.test(path))
    return 'Microsoft.Resources/subscriptions/resourceGroups/read';
  return tagsAction(method, path) ?? targetOf(method, path)?.action;
}

/** Answers a request to Azure Resource Manager. */
export async function arm(call: Call): Promise<WireResponse> {
  const path = call.url.pathname.replace(/\/+$/, '') || '/';
  const action = actionOf(call.method, path);
  if (call.fault?.kind === 'deny') throw authorizationFailed(call.caller, action ?? call.method, path);
  checkSubscription(call, path);
  // To follow an operation, the caller needs the right to read it (learn: track asynchronous Azure operations).
  if (action && /\/locations\//.test(action)) requireAction(call.core, call.caller, action, path);
  const answer =
    (await pollOperation(call)) ??
    (await queryResources(call)) ??
    tagRoutes(call, path) ??
    installationRoutes(call, path) ??
    resourceGroupRoutes(call, path) ??
    subscriptionRoutes(call, path);
  if (answer) return answer;
  const target = targetOf(call.method, path);
  if (!target?.type) return keptResource(call, path) ?? refuseRoute(call);
  if (call.method === 'GET' && target.id) await scriptsOf(call, target);
  return answerTarget(call, target, target.type);
}

/** A resource that a scenario brought and whose type the simulator does not know: it can be read. */
function keptResource({ core, method, caller }: Call, path: string): WireResponse | undefined {
  const resource = method === 'GET' ? core.world.resources.get(path) : undefined;
  if (!resource) return undefined;
  requireAction(core, caller, `${resource.type}/read`, resource.id);
  return json(200, resource);
}

/** A script whose simulated time is over may still run in reality. A request for its outcome waits for it. */
async function scriptsOf({ core }: Call, { scope }: Target): Promise<void> {
  const operation = text(core.world.resources.get(scope)?.properties.run);
  if (operation) await core.scripts.get(operation);
}

function checkSubscription({ core, apiVersion, method, caller }: Call, path: string): void {
  if (!apiVersion) {
    throw new AzureError(
      400,
      'MissingApiVersionParameter',
      'The api-version query parameter (?api-version=) is required for all requests.',
    );
  }
  if (!/^\d{4}-\d{2}-\d{2}(-\w+)?$/.test(apiVersion)) {
    throw new AzureError(400, 'InvalidApiVersionParameter', `The api-version '${apiVersion}' is invalid.`);
  }
  const subscriptionId = /^\/subscriptions\/([^/]+)/i.exec(path)?.[1];
  if (
    subscriptionId &&
    !core.world.subscriptions.some((known) => known.subscriptionId === subscriptionId.toLowerCase())
  ) {
    throw new AzureError(
      404,
      'SubscriptionNotFound',
      `The subscription '${subscriptionId}' could not be found.`,
    );
  }
  const group = /^\/subscriptions\/[^/]+\/resourceGroups\/([^/]+)\//i.exec(path)?.[1];
  if (!group || !subscriptionId) return;
  // A caller without the right to read in a group is not told whether the group exists ("… or the scope is invalid").
  const target = targetOf(method, path);
  if (target?.type) requireAction(core, caller, target.action, target.scope);
  requireGroup(core, subscriptionId, group, method !== 'GET');
}

function requireGroup(core: Core, subscriptionId: string, name: string, writes: boolean): void {
  const id = groupKey(subscriptionId, name);
  if (writes && holding(core, [id])) {
    throw new AzureError(
      409,
      'ResourceGroupBeingDeleted',
      `The resource group '${name}' is in deprovisioning state and cannot perform this operation.`,
    );
  }
  if (core.world.resourceGroups.has(id)) return;
  throw new AzureError(404, 'ResourceGroupNotFound', `Resource group '${name}' could not be found.`);
}

/**
 * An unknown route is an error that names itself. Otherwise a missing part of the simulator could look like an answer
 * of Azure.
 */
const unknownRoute = ({ method, apiVersion }: Call, path: string): AzureError => {
  const type = /\/providers\/([^/]+)\/([^/]+)/i.exec(path);
  const subject = type
    ? `The resource type '${type[2]}' could not be found in the namespace '${type[1]}' for api version '${apiVersion}'.`
    : 'The request has no known route.';
  return new AzureError(
    404,
    'InvalidResourceType',
    `${subject} The simulator does not imitate ${method} ${path} (see simulator/README.md).`,
  );
};

function answerTarget(call: Call, target: Target, type: ResourceType): WireResponse {
  const { core, method, caller } = call;
  if (!allowed(core, target.action)) throw authorizationFailed(caller, target.action, target.scope);
  const { id } = target;
  if (target.list) {
    const isKeptInside = children.has(type.type.toLowerCase());
    if (id && !isKeptInside) return listChildren(call, type, target.scope);
    return listResources(call, type, target.list, id);
  }
  if (!id) throw unknownRoute(call, call.url.pathname);
  const group = core.world.resourceGroups.get(groupKey(id.subscriptionId, id.resourceGroup));
  const named = {
    ...id,
    subscriptionId: id.subscriptionId.toLowerCase(),
    resourceGroup: group?.name ?? id.resourceGroup,
  };
  if (target.sub) return actOn(call, type, named, target.sub) ?? refuseRoute(call);
  if (method === 'GET') return getResource(call, type, named);
  if (method === 'PUT') {
    requireLinked(call, target, type);
    if (isRunCommand(named)) return putRunCommand(call, named);
    return children.has(type.type.toLowerCase()) ? putChild(call, named) : putResource(call, type, named);
  }
  if (method === 'PATCH') return patchResource(call, type, named);
  if (method === 'DELETE') {
    return deleteResource(call, type, named, (command) => deleteRunCommand(call, named, command));
  }
  return refuseRoute(call);
}

const refuseRoute = (call: Call): never => {
  throw unknownRoute(call, call.url.pathname);
};

function requireLinked(call: Call, target: Target, type: ResourceType): void {
  if (!call.core.settings.rbac) return;
  const body = parsedJson(call.request.body);
  if (body === undefined) return;
  for (const linked of type.linked(object(body))) {
    if (allowed(call.core, linked.action)) continue;
    throw linkedAuthorizationFailed(call.caller, target.action, target.scope, linked);
  }
}

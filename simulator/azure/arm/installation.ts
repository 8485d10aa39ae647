import { bodyOf, type Call, type Core } from '../core.ts';
import { regions } from '../settings.ts';
import { AzureError, type JsonObject, json, text, type WireResponse } from '../wire/messages.ts';
import { allowed, requireAction } from './access.ts';
import { publishedOperations } from './published-operations.ts';

/**
 * What an installer reads before it deploys: providers, their operations, regions, names, rights, quotas. Shapes as in
 * the specifications: Microsoft.Authorization 2022-04-01 (permissions, providerOperations), Microsoft.Web 2024-11-01
 * (geoRegions, checknameavailability), Microsoft.Storage 2023-05-01, Microsoft.KeyVault 2024-11-01, Microsoft.Network
 * 2024-05-01 (usages).
 */
const namespaces: Readonly<Record<string, readonly string[]>> = {
  'Microsoft.App': ['environments', 'containerApps'],
  'Microsoft.DurableTask': ['schedulers', 'schedulers/taskHubs'],
  'Microsoft.EventGrid': ['systemTopics', 'topics'],
  'Microsoft.Insights': ['components', 'scheduledQueryRules'],
  'Microsoft.ManagedIdentity': ['userAssignedIdentities'],
  'Microsoft.OperationalInsights': ['workspaces'],
  'Microsoft.Storage': ['storageAccounts'],
  'Microsoft.Web': ['sites', 'serverfarms'],
};

export function installationRoutes(call: Call, path: string): WireResponse | undefined {
  const { core, method } = call;
  const { installation } = core.settings;
  const operations = /^\/providers\/Microsoft\.Authorization\/providerOperations\/([^/]+)$/i.exec(path);
  if (operations && method === 'GET') return operationsOf(operations[1]!);
  const match = /^\/subscriptions\/([^/]+)\/providers\/([^/]+)(?:\/(.+))?$/i.exec(path);
  if (!match) return undefined;
  const [, subscriptionId, namespace, rest] = match as unknown as [string, string, string, string?];
  if (rest === undefined) return method === 'GET' ? provider(call, subscriptionId, namespace) : undefined;
  switch (`${method} ${namespace}/${rest}`.toLowerCase()) {
    case 'get microsoft.authorization/permissions':
      return json(200, { value: permissionsOf(core) });
    case 'get microsoft.eventgrid/systemtopics':
      requireAction(core, call.caller, 'Microsoft.EventGrid/systemTopics/read', path);
      return json(200, {
        value: [...core.world.resources].filter(
          ({ type, id }) =>
            /^microsoft\.eventgrid\/systemtopics$/i.test(type) &&
            id.toLowerCase().startsWith(`/subscriptions/${subscriptionId.toLowerCase()}/`),
        ),
      });
    case 'get microsoft.web/georegions':
      return json(200, {
        value: namesOf(
          /^FlexConsumption$/i.test(call.url.searchParams.get('sku') ?? '')
            ? installation.flexRegions
            : Object.keys(regions),
        ).map((displayName) => ({ name: displayName, properties: { name: displayName, displayName } })),
      });
    case 'post microsoft.storage/checknameavailability':
    case 'post microsoft.web/checknameavailability':
    case 'post microsoft.keyvault/checknameavailability':
      return nameAvailability(call, namespace);
    default:
      return locationRoutes(call, subscriptionId, namespace, rest);
  }
}

function locationRoutes(
  { core, method, caller }: Call,
  subscriptionId: string,
  namespace: string,
  rest: string,
): WireResponse | undefined {
  if (method !== 'GET') return undefined;
  const { installation } = core.settings;
  const [, region, what, name] =
    /^locations\/([^/]+)\/(usages|deletedVaults)(?:\/([^/]+))?$/i.exec(rest) ?? [];
  if (what?.toLowerCase() === 'usages') {
    requireAction(core, caller, `${namespace}/locations/usages/read`, `/subscriptions/${subscriptionId}`);
    return json(200, { value: usagesOf(installation.usages[namespace.split('.')[1]!.toLowerCase()] ?? {}) });
  }
  if (what === undefined || !/^microsoft\.keyvault$/i.test(namespace)) return undefined;
  if (name !== undefined && installation.deletedVaults.includes(name))
    return json(200, {
      id: `/subscriptions/${subscriptionId}/providers/Microsoft.KeyVault/locations/${region}/deletedVaults/${name}`,
      name,
      type: 'Microsoft.KeyVault/deletedVaults',
      properties: { location: region, purgeProtectionEnabled: true },
    });
  throw new AzureError(404, 'DeletedVaultNotFound', `The specified deleted vault '${name}' does not exist.`);
}

const namesOf = (names: readonly string[]) => names.map((name) => regions[name]?.displayName ?? name);

function provider({ core }: Call, subscriptionId: string, wanted: string): WireResponse | undefined {
  const namespace = Object.keys(namespaces).find((one) => one.toLowerCase() === wanted.toLowerCase());
  if (!namespace) return undefined;
  const { installation } = core.settings;
  const isRegistered = !installation.unregistered.includes(namespace);
  const locations = namesOf(
    namespace === 'Microsoft.DurableTask' ? installation.schedulerRegions : Object.keys(regions),
  );
  return json(200, {
    id: `/subscriptions/${subscriptionId}/providers/${namespace}`,
    namespace,
    registrationPolicy: 'RegistrationRequired',
    registrationState: isRegistered ? 'Registered' : 'NotRegistered',
    resourceTypes: namespaces[namespace]!.map((resourceType) => ({ resourceType, locations })),
  });
}

function operationsOf(wanted: string): WireResponse {
  const inside = publishedOperations.filter((name) =>
    name.toLowerCase().startsWith(`${wanted.toLowerCase()}/`),
  );
  const [first] = inside;
  if (!first)
    throw new AzureError(404, 'ProviderOperationsNotFound', `The provider '${wanted}' has no operations.`);
  const name = first.split('/')[0]!;
  return json(200, {
    id: `/providers/Microsoft.Authorization/providerOperations/${name}`,
    name,
    type: 'Microsoft.Authorization/providerOperations',
    operations: [],
    resourceTypes: [
      { name: 'all', operations: inside.map((operation) => ({ name: operation, isDataAction: false })) },
    ],
  });
}

function permissionsOf(core: Core): JsonObject[] {
  const { rbac } = core.settings;
  return [
    {
      actions: rbac?.roleActions ?? ['*'],
      notActions: rbac?.notActions ?? [],
      dataActions: [],
      notDataActions: [],
    },
  ];
}

function nameAvailability(call: Call, namespace: string): WireResponse {
  const name = text(bodyOf(call).name) ?? '';
  const { core } = call;
  if (!allowed(core, `${namespace}/checknameavailability/read`))
    requireAction(core, call.caller, `${namespace}/checknameavailability/read`, call.url.pathname);
  const { takenNames, deletedVaults } = core.settings.installation;
  const isTaken = takenNames.includes(name) || (/keyvault/i.test(namespace) && deletedVaults.includes(name));
  return json(
    200,
    isTaken
      ? { nameAvailable: false, reason: 'AlreadyExists', message: `The name '${name}' is already in use.` }
      : { nameAvailable: true },
  );
}

const usagesOf = (usages: Readonly<Record<string, readonly [number, number]>>) =>
  Object.entries(usages).map(([value, [currentValue, limit]]) => ({
    name: { value, localizedValue: value },
    currentValue,
    limit,
    unit: 'Count',
  }));

import { readFileSync } from 'node:fs';
import { stops, warning, well } from './finding.mjs';
import { regionLooks } from './region.mjs';
import { rightsLooks } from './rights.mjs';

/**
 * What can stop an installation. Each look says what it looks at, and the command to look by hand. It returns findings:
 * `stops`, `warning` or `well`, each with what it means and the command that fixes it.
 */
export const installationLooks = (installation) => [
  ...providerLooks(installation),
  ...rightsLooks(installation),
  ...actionLooks(installation),
  ...regionLooks(installation),
  topicLook(installation),
  ...nameLooks(installation),
];

/** The resource providers of the templates, and those that only the app uses. */
const needed = ({ backend }) => [
  ...[
    'Web',
    'Storage',
    'KeyVault',
    'EventGrid',
    'Insights',
    'OperationalInsights',
    'ManagedIdentity',
    'Network',
  ],
  ...(backend === 'durableTaskScheduler' ? ['DurableTask'] : []),
];

function providerLooks(installation) {
  const { subscriptionId, subscriptionIds } = installation;
  const register = (namespace, id) =>
    `az provider register --namespace ${namespace} --subscription ${id} --wait`;
  const look = (name, id, whenNot) => {
    const namespace = `Microsoft.${name}`;
    return {
      what: `provider ${namespace}`,
      command: `az provider show --namespace ${namespace} --subscription ${id} --query registrationState`,
      async look(azure) {
        const provider = await azure.get(`/subscriptions/${id}/providers/${namespace}`, '2021-04-01');
        if (provider?.registrationState === 'Registered') return [well(`${namespace} is registered`)];
        const state = provider?.registrationState ?? 'unknown';
        return [whenNot(`${namespace} is not registered in ${id} (${state}).`, register(namespace, id))];
      },
    };
  };
  return [
    // No template names it, so no deployment registers it. Flex Consumption needs it for the app's subnet.
    look('App', subscriptionId, (text, command) =>
      stops(`${text} Flex Consumption in a VNet needs it, and no deployment registers it.`, command),
    ),
    ...needed(installation).map((name) =>
      look(name, subscriptionId, (text, command) =>
        warning(
          `${text} A deployment registers it if you have the right to do so. It is safer to register it before.`,
          command,
        ),
      ),
    ),
    ...subscriptionIds.flatMap((id) =>
      ['Network', 'Compute']
        .filter((name) => id !== subscriptionId || name !== 'Network')
        .map((name) =>
          look(name, id, (text, command) => warning(`${text} The app works with it there.`, command)),
        ),
    ),
  ];
}

const compareAction = 'Microsoft.Network/virtualNetworkGateways/listRadiusSecrets/action';

function actionLooks({ roleId, compareRole }) {
  if (roleId) return [];
  const file = new URL('../../infra/role-actions.json', import.meta.url);
  const all = JSON.parse(readFileSync(file, 'utf8'));
  const namespaces = [...new Set(all.map((action) => action.split('/')[0]))];
  return namespaces.map((namespace) => ({
    what: `actions of ${namespace}`,
    command: `az provider operation show --namespace ${namespace} --query "resourceTypes[].operations[].name"`,
    async look(azure) {
      const path = `/providers/Microsoft.Authorization/providerOperations/${namespace}?$expand=resourceTypes`;
      const told = await azure.get(path, '2022-04-01');
      if (!told) throw new Error('Azure lists no operations of it.');
      const operations = [...told.operations, ...told.resourceTypes.flatMap((type) => type.operations)];
      const known = new Set(operations.map(({ name }) => name.toLowerCase()));
      const asked = all.filter((action) => action.startsWith(`${namespace}/`));
      const unknown = asked.filter((action) => !known.has(action.toLowerCase()));
      const others = unknown.filter((action) => action !== compareAction);
      return [
        ...others.map((action) =>
          stops(
            `Azure does not list the action ${action}, so it refuses a role with this action. Ask for a role without it, and give that role as roleDefinitionId.`,
            `az role definition create --role-definition <file>`,
          ),
        ),
        ...(unknown.includes(compareAction) && compareRole === 'exact'
          ? [
              stops(
                `Azure does not list the action ${compareAction}, so it refuses a role with this action. The parameter compareRole says what to use instead.`,
                'azd env set COMPARE_ROLE gatewayActions',
              ),
            ]
          : []),
        ...(unknown.length === 0 ? [well(`all ${asked.length} actions of ${namespace} are known`)] : []),
      ];
    },
  }));
}

function topicLook({ subscriptionId, topicId, topic, resourceGroup }) {
  return {
    what: "the subscription's system topic",
    command: `az eventgrid system-topic list --subscription ${subscriptionId} --query "[?topicType=='microsoft.resources.subscriptions'].id"`,
    async look(azure) {
      const path = `/subscriptions/${subscriptionId}/providers/Microsoft.EventGrid/systemTopics`;
      const topics = await azure.list(path, '2025-02-15');
      const ours = `/resourcegroups/${resourceGroup}/providers/microsoft.eventgrid/systemtopics/${topic}`;
      const existing = topics.find(({ properties }) =>
        /^microsoft\.resources\.subscriptions$/i.test(properties.topicType ?? ''),
      );
      if (!topicId) {
        if (!existing) return [well('the subscription has no system topic, so one is made')];
        if (existing.id.toLowerCase().endsWith(ours.toLowerCase()))
          return [well("the system topic is this installation's")];
        return [
          stops(
            `The subscription has a system topic already, and Azure allows one: ${existing.id}.`,
            `azd env set SUBSCRIPTION_TOPIC_ID ${existing.id}`,
          ),
        ];
      }
      const given = topics.find(({ id }) => id.toLowerCase() === topicId.toLowerCase());
      if (!given) return [stops(`There is no system topic ${topicId}.`, this.command)];
      if (/SystemAssigned/i.test(given.identity?.type ?? ''))
        return [well('the system topic has an identity')];
      const group = given.id.split('/')[4];
      return [
        stops(
          `The system topic ${given.name} has no system-assigned identity, so it could not store events that it cannot deliver.`,
          `az eventgrid system-topic update --name ${given.name} --resource-group ${group} --identity systemassigned`,
        ),
      ];
    },
  };
}

function nameLooks({ subscriptionId, resourceGroup, location, storageAccount, vault, app }) {
  const look = (type, name, version, command) => ({
    what: `name ${name}`,
    command,
    async look(azure) {
      const own = `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/${type}/${name}`;
      if (await azure.get(own, version)) return [well(`${name} is this installation's: it is updated`)];
      const { nameAvailable, message } = await azure.isNameFree(subscriptionId, type, name, version);
      if (nameAvailable) return [well(`the name ${name} is free`)];
      if (type === 'Microsoft.KeyVault/vaults') {
        const deleted = `/subscriptions/${subscriptionId}/providers/Microsoft.KeyVault/locations/${location}/deletedVaults/${name}`;
        if (await azure.get(deleted, version))
          return [
            stops(
              `The vault ${name} of an earlier installation is deleted, but Azure still keeps it. Recover it into its resource group. Its secrets then exist again.`,
              `az group create --name ${resourceGroup} --location ${location} && az keyvault recover --name ${name} --location ${location} --resource-group ${resourceGroup}`,
            ),
          ];
      }
      return [
        stops(
          `The name ${name} is taken: ${message} Choose another environmentName: it gives other names.`,
          command,
        ),
      ];
    },
  });
  return [
    look(
      'Microsoft.Storage/storageAccounts',
      storageAccount,
      '2023-05-01',
      `az storage account check-name --name ${storageAccount}`,
    ),
    look('Microsoft.KeyVault/vaults', vault, '2024-11-01', `az keyvault check-name --name ${vault}`),
    look('Microsoft.Web/sites', app, '2024-11-01', `nslookup ${app}.azurewebsites.net`),
  ];
}

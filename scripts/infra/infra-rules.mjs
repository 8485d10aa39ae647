/**
 * Mistakes that the compiler accepts, but that Azure or azd refuses, or that do harm at the second deployment. Each
 * rule looks at what a parameter file would deploy, as the compiler predicts it, and returns what is wrong.
 */

/**
 * "Flex Consumption plan deprecations" in Microsoft's reference of app settings. For these properties Azure refuses a
 * deployment with 51021 ("… for Flex Consumption sites is invalid"): azure-pipelines-tasks#21032 saw LinuxFxVersion and
 * ftpsState.
 */
const flexProperties = [
  ...[
    'alwaysOn',
    'containerSize',
    'ftpsState',
    'functionAppScaleLimit',
    'isReserved',
    'isXenon',
    'javaVersion',
  ],
  ...[
    'linuxFxVersion',
    'netFrameworkVersion',
    'powerShellVersion',
    'preWarmedInstanceCount',
    'use32BitWorkerProcess',
  ],
  ...['vnetBackupRestoreEnabled', 'vnetContentShareEnabled', 'vnetImagePullEnabled', 'vnetRouteAllEnabled'],
  'windowsFxVersion',
];
const flexSettings = [
  ...['ENABLE_ORYX_BUILD', 'FUNCTIONS_EXTENSION_VERSION', 'FUNCTIONS_MAX_HTTP_CONCURRENCY'],
  ...[
    'FUNCTIONS_WORKER_DYNAMIC_CONCURRENCY_ENABLED',
    'FUNCTIONS_WORKER_PROCESS_COUNT',
    'FUNCTIONS_WORKER_RUNTIME',
  ],
  ...['FUNCTIONS_WORKER_RUNTIME_VERSION', 'SCM_DO_BUILD_DURING_DEPLOYMENT', 'TZ'],
  ...['WEBSITE_CONTENTAZUREFILECONNECTIONSTRING', 'WEBSITE_CONTENTOVERVNET', 'WEBSITE_CONTENTSHARE'],
  ...['WEBSITE_DNS_SERVER', 'WEBSITE_MAX_DYNAMIC_APPLICATION_SCALE_OUT', 'WEBSITE_NODE_DEFAULT_VERSION'],
  ...['WEBSITE_RUN_FROM_PACKAGE', 'WEBSITE_SKIP_CONTENTSHARE_VALIDATION', 'WEBSITE_TIME_ZONE'],
  'WEBSITE_VNET_ROUTE_ALL',
];
/**
 * These actions are in no list of operations that Microsoft publishes (azure-docs, "Azure permissions for Networking").
 */
const unpublishedActions = ['Microsoft.Network/virtualNetworkGateways/listRadiusSecrets/action'];

const has = (names, name) => names.some((one) => one.toLowerCase() === name.toLowerCase());
const keysOf = (value) => Object.keys(value ?? {});
const ofType = (resources, type) =>
  resources.filter((resource) => resource.type.toLowerCase() === type.toLowerCase());
const settingsOf = (resources) =>
  ofType(resources, 'Microsoft.Web/sites/config').filter(({ name }) => name.endsWith('/appsettings'));

/**
 * "Naming rules and restrictions for Azure resources": the rules for resources whose name is made from the
 * environment's name.
 */
const nameRules = [
  ['Microsoft.Storage/storageAccounts', /^[a-z0-9]{3,24}$/],
  ['Microsoft.KeyVault/vaults', /^[a-zA-Z](?!.*--)[a-zA-Z0-9-]{1,22}[a-zA-Z0-9]$/],
  ['Microsoft.Web/sites', /^[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,58}[a-zA-Z0-9])$/],
  ['Microsoft.EventGrid/topics', /^[a-zA-Z0-9-]{3,50}$/],
];

const rules = [
  {
    id: 'flex-refuses-property',
    find: (resources) =>
      ofType(resources, 'Microsoft.Web/sites').flatMap(({ name, properties }) =>
        [...keysOf(properties), ...keysOf(properties.siteConfig)]
          .filter((key) => has(flexProperties, key))
          .map((key) => `${name}: Flex Consumption refuses the property ${key} (400, 51021)`),
      ),
  },
  {
    id: 'flex-refuses-setting',
    find: (resources) => {
      const inline = ofType(resources, 'Microsoft.Web/sites').flatMap(({ properties }) =>
        (properties.siteConfig?.appSettings ?? []).map(({ name }) => name),
      );
      return [...inline, ...settingsOf(resources).flatMap(({ properties }) => keysOf(properties))]
        .filter((key) => has(flexSettings, key))
        .map(
          (key) =>
            `the app setting ${key} is not for Flex Consumption. Use functionAppConfig, or leave it out`,
        );
    },
  },
  {
    id: 'durable-backend-by-setting',
    find: (resources) =>
      settingsOf(resources)
        .flatMap(({ properties }) => keysOf(properties))
        .filter((key) => /durableTask__storageProvider/i.test(key))
        .map(
          (key) =>
            `${key}: the scale controller reads only host.json (azure-functions-durable-extension#2622)`,
        ),
  },
  {
    id: 'authentication-log-without-authentication',
    find: (resources) => {
      const signsIn = ofType(resources, 'Microsoft.Web/sites/config').some(({ name }) =>
        name.endsWith('/authsettingsV2'),
      );
      const logged = ofType(resources, 'Microsoft.Insights/diagnosticSettings').some(({ properties }) =>
        properties.logs?.some(({ category }) => category === 'AppServiceAuthenticationLogs'),
      );
      return logged && !signsIn ? ['AppServiceAuthenticationLogs of an app without Entra sign-in'] : [];
    },
  },
  {
    id: 'alert-on-a-new-workspace',
    find: (resources) =>
      ofType(resources, 'Microsoft.Insights/scheduledQueryRules')
        .filter(({ properties }) => properties.skipQueryValidation !== true)
        .map(
          ({ name }) =>
            `${name}: needs skipQueryValidation, since a new workspace has no tables (bicep#11378)`,
        ),
  },
  {
    id: 'subnets-in-the-network',
    find: (resources) =>
      ofType(resources, 'Microsoft.Network/virtualNetworks')
        .filter(({ properties }) => properties.subnets)
        .map(
          ({ name }) =>
            `${name}: a list of subnets deletes those that others have added. Make the subnets child resources`,
        ),
  },
  {
    id: 'unpublished-action-beside-others',
    find: (resources) =>
      ofType(resources, 'Microsoft.Authorization/roleDefinitions').flatMap(({ properties }) => {
        const actions = properties.permissions.flatMap((permission) => permission.actions);
        return actions.length > 1
          ? actions
              .filter((action) => has(unpublishedActions, action))
              .map(
                (action) =>
                  `${properties.roleName}: ${action} is in no published list, and Azure refuses a whole role for one unknown action`,
              )
          : [];
      }),
  },
  {
    id: 'name-that-does-not-fit',
    find: (resources) =>
      nameRules.flatMap(([type, rule]) =>
        ofType(resources, type)
          .filter(({ name }) => !rule.test(name))
          .map(({ name }) => `${type} cannot be named ${name}`),
      ),
  },
  {
    id: 'assignment-named-without-its-principal',
    find: (resources) =>
      ofType(resources, 'Microsoft.Authorization/roleAssignments')
        .filter(({ name, properties }) => !name.includes(properties.principalId.replace(/^\[|\]$/g, '')))
        .filter(({ properties }) => properties.principalId.startsWith('['))
        .map(
          ({ name }) =>
            `${name}: the principal of an assignment with this name cannot be changed (bicep#5831)`,
        ),
  },
];

/** What is wrong with a deployment: one line for each mistake. */
export const mistakesIn = (resources) =>
  rules.flatMap(({ id, find }) => find(resources).map((what) => `${id}: ${what}`));

/**
 * Event subscriptions of two installations may be in one topic. Their names are predicted for two apps: no name may be
 * in both.
 */
export function namesInBoth(one, other) {
  const namesOf = (resources) =>
    resources.filter(({ type }) => type.endsWith('/eventSubscriptions')).map(({ name }) => name);
  return namesOf(one)
    .filter((name) => namesOf(other).includes(name))
    .map(
      (name) =>
        `event-subscription-name: ${name} is the same for another installation, which would get its events`,
    );
}

/**
 * The portal, Azure Policy and `az tag` write tags through the Tags API, whose event has an operation of its own. A
 * filter that lets only writes of the VNet pass never tells of such a tag.
 */
export const deafToTags = (resources) =>
  resources
    .filter(
      ({ type, properties }) => type.endsWith('/eventSubscriptions') && isForVirtualNetworks(properties),
    )
    .filter(
      ({ properties }) => !JSON.stringify(properties.filter).includes('"Microsoft.Resources/tags/write"'),
    )
    .map(({ name }) => `event-filter: ${name} drops the events of tags that the Tags API writes`);

const isForVirtualNetworks = (properties) => /\/functions\/vnetCreated\b/.test(JSON.stringify(properties));

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { hostJson } from '../../scripts/package/host-json.mjs';
import { readSettings, settingNames } from '../../shared/config.ts';
import { bicep, needsBicep, predicted, type Resource, root, subscriptionId } from './bicep.ts';

type Resources = readonly Resource[];

const small = bicep ? await predicted('small') : [];
const enterprise = bicep ? await predicted('enterprise') : [];
const lab = bicep
  ? await predicted(`using 'main.bicep'
param environmentName = '${'long-name-'.repeat(2)}long-name9'
param location = 'westeurope'
param natGateway = true
param npsLab = { name: 'nps-lab', vmSize: 'Standard_B2s', adminUsername: 'operator' }
param npsLabAdminPassword = 'not-a-real-password-1'
`)
  : [];
const eventSubscriptions = bicep
  ? await predicted(`using 'event-subscriptions.bicep'
param functionAppName = 'func-vpn'
param subscriptionTopicName = 'evgt-subscription'
param vaultTopicName = 'evgt-vault'
param storageAccountName = 'stvpn'
`)
  : [];

const one = (resources: Resources, type: string): Resource => {
  const found = resources.filter((resource) => resource.type === type);
  expect(found, type).toHaveLength(1);
  return found[0]!;
};
const configOf = (resources: Resources, name: string) =>
  resources.find((one) => one.type === 'Microsoft.Web/sites/config' && one.name.endsWith(`/${name}`))
    ?.properties;
const settingsOf = (resources: Resources): Record<string, string> => configOf(resources, 'appsettings');

/** The values that only Azure knows: URLs, a subnet's prefix, and that authentication is on. */
const resolved = (settings: Readonly<Record<string, string>>) => ({
  ...Object.fromEntries(
    Object.entries(settings).map(([name, value]) => {
      if (!/^\[[a-z]/i.test(value)) return [name, value];
      return [name, name.endsWith('_SUBNET') ? '10.0.9.0/26' : 'https://known-to-azure.example.com/'];
    }),
  ),
  WEBSITE_AUTH_ENABLED: 'True',
});

describe.skipIf(!bicep)(`An installation${needsBicep}`, () => {
  const each = [
    ['small', small],
    ['enterprise', enterprise],
  ] as const;

  it.each(each)('%s has every setting of the app', (_, resources) => {
    // The settings name the storage by its endpoints and an identity. So they need neither a connection string nor the
    // account's name.
    const otherwise = ['AzureWebJobsStorage', 'AzureWebJobsStorage__accountName'];
    const needed = settingNames.filter((name) => !otherwise.includes(name));
    expect(needed).toContain('KEY_VAULT_URL');
    expect(Object.keys(settingsOf(resources))).toEqual(expect.arrayContaining(needed));
  });

  it.each(each)('%s has settings that the app starts with', (_, resources) => {
    const settings = readSettings(resolved(settingsOf(resources)));
    expect(settings.DEFAULT_NPS_SERVERS).not.toHaveLength(0);
    expect(settings.EVENT_TOPIC_ENDPOINT).toBeDefined();
  });

  it('enterprise tells the app of its ticket system, its subscriptions and the probe', () => {
    const settings = readSettings({
      ...resolved(settingsOf(enterprise)),
      RADIUS_PROBE_SUBNET: '10.0.9.0/26',
    });
    expect(settings).toMatchObject({
      SERVICENOW_CREDENTIAL_SECRET: 'servicenow-credential',
      CALLBACK_ALLOWED_HOSTS: ['tickets.example.com'],
      COMPLIANCE_REMEDIATE: 'safe',
      COMPLIANCE_TICKETS: { system: 'servicenow' },
      AUTH_MODE: 'entra',
      RADIUS_PROBE: 'on',
      SUBSCRIPTION_IDS: [subscriptionId, '22222222-2222-2222-2222-222222222222'],
    });
  });

  it.each(each)('%s holds no key in its settings, and takes none', (_, resources) => {
    expect(JSON.stringify(settingsOf(resources))).not.toMatch(/AccountKey|SharedAccess|listKeys|sig=/i);
    expect(Object.keys(settingsOf(resources))).not.toContain('AzureWebJobsStorage');
    expect(one(resources, 'Microsoft.Storage/storageAccounts').properties.allowSharedKeyAccess).toBe(false);
    expect(one(resources, 'Microsoft.EventGrid/topics').properties.disableLocalAuth).toBe(true);
    expect(one(resources, 'Microsoft.Insights/components').properties.DisableLocalAuth).toBe(true);
    expect(one(resources, 'Microsoft.KeyVault/vaults').properties).toMatchObject({
      enableRbacAuthorization: true,
      enablePurgeProtection: true,
    });
    const basic = resources.filter(({ type }) => type.endsWith('/basicPublishingCredentialsPolicies'));
    expect(basic.map(({ properties }) => properties.allow)).toEqual([false]);
  });

  it.each(each)('%s runs on Flex Consumption, in a subnet, with Node 22', (_, resources) => {
    const { properties } = one(resources, 'Microsoft.Web/sites');
    expect(properties.functionAppConfig.runtime).toEqual({ name: 'node', version: '22' });
    expect(properties.functionAppConfig.deployment.storage.authentication.type).toBe('UserAssignedIdentity');
    expect(properties.virtualNetworkSubnetId).toMatch(/\/subnets\//);
    expect(properties.httpsOnly).toBe(true);
  });

  it('small makes a VNet whose subnet is delegated to Flex Consumption, and keeps the subnets of others', () => {
    expect(one(small, 'Microsoft.Network/virtualNetworks').properties).toEqual({
      addressSpace: { addressPrefixes: ['10.111.0.0/24'] },
    });
    const subnets = small.filter(({ type }) => type === 'Microsoft.Network/virtualNetworks/subnets');
    expect(subnets.map(({ name, properties }) => [name.split('/')[1], properties.addressPrefix])).toEqual([
      ['functions', '10.111.0.0/26'],
      ['private-endpoints', '10.111.0.64/27'],
      ['nps', '10.111.0.96/27'],
    ]);
    expect(subnets[0]!.properties.delegations[0].properties.serviceName).toBe('Microsoft.App/environments');
  });

  it('enterprise makes none, and closes vault and storage to the public', () => {
    expect(enterprise.some(({ type }) => type === 'Microsoft.Network/virtualNetworks')).toBe(false);
    const endpoints = enterprise.filter(({ type }) => type === 'Microsoft.Network/privateEndpoints');
    const groups = endpoints.map(
      ({ properties }) => properties.privateLinkServiceConnections[0].properties.groupIds[0],
    );
    expect(groups).toEqual(['vault', 'blob', 'queue', 'table']);
    for (const type of ['Microsoft.KeyVault/vaults', 'Microsoft.Storage/storageAccounts'])
      expect(one(enterprise, type).properties).toMatchObject({
        publicNetworkAccess: 'Disabled',
        networkAcls: { defaultAction: 'Deny' },
      });
  });

  it('lets the platform check who is signed in where the app asks for it, and there alone', () => {
    expect(configOf(small, 'authsettingsV2')).toBeUndefined();
    const { platform, globalValidation, identityProviders } = configOf(enterprise, 'authsettingsV2');
    expect(platform.enabled).toBe(true);
    // Event Grid and ticket systems cannot sign in.
    expect(globalValidation.unauthenticatedClientAction).toBe('AllowAnonymous');
    expect(identityProviders.azureActiveDirectory.registration.clientId).toBe(
      '44444444-4444-4444-4444-444444444444',
    );
  });

  it('keeps durable state in Azure Storage, or in the task hub of host.json', () => {
    const { hubName } = JSON.parse(readFileSync(`${root}host.json`, 'utf8')).extensions.durableTask;
    expect(small.some(({ type }) => type.startsWith('Microsoft.DurableTask/'))).toBe(false);
    expect(Object.keys(settingsOf(small)).join()).not.toContain('durableTask');

    expect(one(enterprise, 'Microsoft.DurableTask/schedulers/taskHubs').name).toMatch(
      new RegExp(`/${hubName}$`),
    );
    // The provider is in the host.json of the package, which names this setting.
    const { storageProvider } = hostJson('durableTaskScheduler').extensions.durableTask;
    expect(settingsOf(enterprise)[storageProvider!.connectionStringName!]).toContain(
      'Authentication=ManagedIdentity',
    );
  });

  it('uses the system topic that the subscription has already', () => {
    const names = (resources: Resources) =>
      resources.filter(({ type }) => type === 'Microsoft.EventGrid/systemTopics').map(({ name }) => name);
    expect(names(small)).toEqual([
      expect.stringContaining('-subscription-'),
      expect.stringContaining('-vault-'),
    ]);
    expect(names(enterprise)).toEqual([expect.stringContaining('-vault-')]);
  });

  it('has alerts for a failed deployment, a slow gateway, a serious finding and dead letters', () => {
    const rules = small.filter(({ type }) => /scheduledQueryRules|metricAlerts/.test(type));
    expect(rules.map(({ name }) => name)).toEqual([
      'alert-vpn-small-deployment-failed',
      'alert-vpn-small-high-finding',
      'alert-vpn-small-gateway-slow',
      'alert-vpn-small-dead-letters-0',
      'alert-vpn-small-dead-letters-1',
    ]);
    for (const { properties } of rules) {
      expect(properties.enabled).toBe(true);
      expect(JSON.stringify(properties.actions)).toContain('alert-vpn-small-people');
    }
  });

  it('has alerts that lead to the page of what they are about', () => {
    const [failed, finding, slow] = small.filter(({ type }) => /scheduledQueryRules/.test(type));
    const of = ({ properties }: Resource) => properties.criteria.allOf[0];
    for (const rule of [failed!, finding!])
      expect(of(rule).dimensions.map(({ name }: { name: string }) => name)).toEqual(['resource', 'page']);
    // The name of the host is known only after it was made.
    expect(of(failed!).query).toMatch(
      /\/deployments\/", tostring\(details\.instance\).*\{0\}\/portal'.*defaultHostName/,
    );
    expect(of(finding!).query).toMatch(
      /\/compliance\?rule=", tostring\(details\.rule\).*\{0\}\/portal'.*defaultHostName/,
    );
    expect(slow!.properties.description).toMatch(
      /Running deployments: .*\?status=Pending,Running.*defaultHostName/,
    );
  });

  describe('with a long name, and an NPS server to try', () => {
    it('has names that Azure takes', () => {
      expect(one(lab, 'Microsoft.Storage/storageAccounts').name).toMatch(/^[a-z0-9]{3,24}$/);
      expect(one(lab, 'Microsoft.KeyVault/vaults').name).toMatch(
        /^[a-zA-Z](?!.*--)[a-zA-Z0-9-]{1,22}[a-zA-Z0-9]$/,
      );
      expect(one(lab, 'Microsoft.Web/sites').name.length).toBeLessThanOrEqual(60);
      for (const { name } of lab.filter(({ type }) => /^Microsoft.EventGrid\/\w*topics$/i.test(type)))
        expect(name).toMatch(/^[a-zA-Z0-9-]{3,128}$/);
      // Azure allows 50 characters for a custom Event Grid topic.
      expect(one(lab, 'Microsoft.EventGrid/topics').name.length).toBeLessThanOrEqual(50);
    });

    it('has a Windows Server without a public address, and keeps its password to itself', () => {
      const vm = one(lab, 'Microsoft.Compute/virtualMachines');
      expect(vm.properties.storageProfile.imageReference.sku).toMatch(/^2022-datacenter/);
      const nic = one(lab, 'Microsoft.Network/networkInterfaces');
      expect(JSON.stringify(nic)).not.toMatch(/publicIPAddress/i);
      const elsewhere = lab.filter((resource) => resource !== vm);
      expect(JSON.stringify(elsewhere)).not.toContain('not-a-real-password-1');
    });
  });
});

describe.skipIf(!bicep)(`Event subscriptions${needsBicep}`, () => {
  const subscriptions = eventSubscriptions.filter(({ type }) => type.endsWith('/eventSubscriptions'));

  it('deliver each kind of event to its function, and no other', () => {
    const told = subscriptions.map(({ name, properties: { filter, destination } }) => [
      name.split('/')[0],
      filter.includedEventTypes,
      filter.advancedFilters,
      destination.endpointType,
      destination.properties.resourceId.split('/').slice(-4).join('/'),
    ]);
    const written = (values: readonly string[], ...further: readonly object[]) => [
      ['Microsoft.Resources.ResourceWriteSuccess'],
      [{ operatorType: 'StringIn', key: 'data.operationName', values }, ...further],
      'AzureFunction',
    ];
    expect(told).toEqual([
      [
        'evgt-subscription',
        // A write of tags by the Tags API is an operation of its own. Only those of VNets are wanted.
        ...written(['Microsoft.Network/virtualNetworks/write', 'Microsoft.Resources/tags/write'], {
          operatorType: 'StringContains',
          key: 'subject',
          values: ['/providers/Microsoft.Network/virtualNetworks/'],
        }),
        'sites/func-vpn/functions/vnetCreated',
      ],
      [
        'evgt-subscription',
        ...written([
          'Microsoft.Network/virtualNetworkGateways/write',
          'Microsoft.Network/publicIPAddresses/write',
        ]),
        'sites/func-vpn/functions/gatewayWritten',
      ],
      [
        'evgt-subscription',
        ['Microsoft.Resources.ResourceDeleteSuccess'],
        [
          {
            operatorType: 'StringIn',
            key: 'data.operationName',
            values: [
              'Microsoft.Network/virtualNetworkGateways/delete',
              'Microsoft.Network/virtualNetworks/delete',
            ],
          },
        ],
        'AzureFunction',
        'sites/func-vpn/functions/gatewayDeleted',
      ],
      [
        'evgt-vault',
        ['Microsoft.KeyVault.SecretNearExpiry'],
        [],
        'AzureFunction',
        'sites/func-vpn/functions/secretNearExpiry',
      ],
    ]);
  });

  it('try for a day, then put the event away with an identity', () => {
    expect(subscriptions).toHaveLength(4);
    for (const { properties } of subscriptions) {
      expect(properties.retryPolicy).toEqual({ maxDeliveryAttempts: 30, eventTimeToLiveInMinutes: 1440 });
      expect(properties.deadLetterWithResourceIdentity.identity.type).toBe('SystemAssigned');
      expect(properties.deadLetterWithResourceIdentity.deadLetterDestination.properties).toEqual({
        resourceId: expect.stringMatching(/\/storageAccounts\/stvpn$/),
        blobContainerName: 'dead-letters',
      });
    }
  });
});

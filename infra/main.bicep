metadata name = 'VPN RADIUS'
metadata description = 'Everything that the app needs in Azure. Deploy the code after it, and event-subscriptions.bicep after the code.'

targetScope = 'subscription'

@description('Required. Name of this installation, such as vpn-prod: a letter, then letters, digits and single hyphens. Every other name is made from it. Another name makes another installation.')
@minLength(1)
@maxLength(30)
param environmentName string

@description('Required. Region of every resource. Only the event topic of the subscription has no region.')
param location string

@description('Optional. Name of the resource group.')
param resourceGroupName string = 'rg-${environmentName}'

@description('Optional. Tags of every resource.')
param tags object = {}

@description('Optional. Subscriptions in which the app may work, and which the compliance check covers. Default: this subscription.')
param subscriptionIds string[] = [subscription().subscriptionId]

@description('Optional. Resource groups in which the app may work, as resource ids, when it must not work in whole subscriptions. Name those of the VNets, of their gateways and of the NPS servers.')
param resourceGroupIds string[] = []

@description('Optional. A role to assign to the app, for people who may not make roles. Without it, a role is made here. It must grant the actions of role-actions.json.')
param roleDefinitionId string = ''

@description('Optional. How the app may compare a gateway\'s shared secret with the one in the vault. Not every list of Azure\'s operations has the action for this, and Azure refuses a role with an unknown action. npm run preflight says whether Azure knows it. exact: only this action. gatewayActions: all actions of VPN gateways, where Azure does not know the action. none: no role is made, and a deployment cannot be verified.')
@allowed(['exact', 'gatewayActions', 'none'])
param compareRole string = 'exact'

@description('Optional. Whether the app may delete what it has made, after somebody has approved it. If true, a second role with the actions of removal-actions.json is made, and is assigned in the same places as the first role. If false, removals (docs/removals.md) fail before anything is removed. With roleDefinitionId no role is made: that role must then grant these actions.')
param allowRemovals bool = false

@description('Optional. Role of the app on the vault. Default: Key Vault Secrets Officer, the built-in role with the fewest rights that can read and write secrets.')
param vaultRoleDefinitionId string = subscriptionResourceId(
  'Microsoft.Authorization/roleDefinitions',
  'b86a8fe4-44ce-4948-aee5-eccb2c155cd7'
)

@description('Optional. Object ids of the people or groups who put the credentials of the ticket systems into the vault.')
param secretAdministratorIds string[] = []

@description('Optional. What the owner allows and what needs an approval: the setting GUARDRAILS (docs/guardrails.md). Without it, the safe defaults apply.')
param guardrails Guardrails?

@description('A machine that may be configured in addition to those of the settings: its id, and other addresses that lead to it.')
type GuardrailsMachine = {
  host: string
  addresses: string[]
}

@description('On which machines a request may ask for it: their ids, or "anywhere".')
type GuardrailsPlace = string[]

@description('What the owner allows and what needs an approval.')
type Guardrails = {
  npsMachines: GuardrailsMachine[]?
  networkPolicies: string[]?
  mfaExtension: {
    skip: GuardrailsPlace?
    install: GuardrailsPlace?
  }?
  virtualNetworks: {
    subscriptions: string[]?
    resourceGroups: string[]?
    tags: { *: string }?
  }?
  approval: {
    when: ('takesAway' | 'newSecretOnServer' | 'sharedNps' | 'newGateway' | 'costOver' | 'always')[]?
    costOver: int?
  }?
}

@description('An NPS server.')
type NpsServer = {
  @description('The IPv4 address at which the gateway reaches it.')
  address: string

  @description('Its score, 1 to 30. The gateway uses it to choose the server that it asks first.')
  @minValue(1)
  @maxValue(30)
  score: int?

  @description('Resource id of the Azure VM or Arc machine that it runs on.')
  host: string
}

@description('Optional. NPS servers for tickets and events that name none.')
param npsServers NpsServer[] = []

@description('Optional. SKU of a gateway when its ticket names none.')
@allowed(['VpnGw1AZ', 'VpnGw2AZ', 'VpnGw3AZ', 'VpnGw4AZ', 'VpnGw5AZ'])
param gatewaySku string = 'VpnGw1AZ'

@description('Optional. The range from which client address pools are taken. Nothing else may use these addresses.')
param clientAddressPoolSupernet string = '172.16.0.0/12'

@description('Optional. When the compliance check runs: NCRONTAB with seconds, UTC.')
param complianceSchedule string = '0 0 5 * * *'

@description('Optional. Whether the check repairs what it can repair without cutting anybody off.')
@allowed(['never', 'safe'])
param complianceRemediate string = 'never'

@description('Optional. When it may repair: hours in UTC, such as 22:00-05:00 or Sat,Sun 01:00-05:00. Default: at any time.')
param complianceRepairWindow string = ''

@description('A finding that somebody accepts until a day.')
type Waiver = {
  @description('The rule.')
  rule: string

  @description('Resource id of its target. Default: every target.')
  target: string?

  @description('Who is responsible for it.')
  owner: string

  @description('Why it is accepted.')
  reason: string

  @description('The last day, as YYYY-MM-DD.')
  until: string
}

@description('Optional. Findings that somebody accepts. Tags of the resources can say the same.')
param complianceWaivers Waiver[] = []

@description('Optional. Where tickets about findings are opened and closed: the value of the setting COMPLIANCE_TICKETS. Default: nowhere.')
param complianceTickets object?

@description('Optional. Age in days after which a shared secret must be changed.')
@minValue(1)
param secretMaxAgeDays int = 180

@description('Optional. Client id of an app registration in Entra. With it, every caller of the API must be signed in and must have a role of that registration. Without it, a function key is enough.')
param entraClientId string = ''

@description('A ServiceNow instance.')
type ServiceNow = {
  @description('Its URL.')
  instance: string

  @description('Name of the secret in the vault that contains the credential.')
  credentialSecret: string

  @description('Name of the secret in the vault with which its webhook is signed.')
  webhookSecret: string?

  @description('The fields of the record that contain the request.')
  fields: object?

  @description('States of the record.')
  states: object?
}

@description('Optional. The ServiceNow instance that sends tickets and gets answers.')
param serviceNow ServiceNow?

@description('A Jira site.')
type Jira = {
  @description('Its URL.')
  baseUrl: string

  @description('Name of the secret in the vault that contains the credential.')
  credentialSecret: string

  @description('Name of the secret in the vault with which its webhook is signed.')
  webhookSecret: string?

  @description('The fields of the issue that contain the request.')
  fields: object?

  @description('Transitions of the issue.')
  workflow: object?
}

@description('Optional. The Jira site that sends tickets and gets answers.')
param jira Jira?

@description('Optional. The credential of ServiceNow. It is put into the vault under the name serviceNow.credentialSecret. Empty: the vault keeps what it has.')
@secure()
param serviceNowCredential string = ''

@description('Optional. The secret with which ServiceNow signs its webhook, for serviceNow.webhookSecret.')
@secure()
param serviceNowWebhookKey string = ''

@description('Optional. The credential of Jira, for jira.credentialSecret.')
@secure()
param jiraCredential string = ''

@description('Optional. The secret with which Jira signs its webhook, for jira.webhookSecret.')
@secure()
param jiraWebhookKey string = ''

@description('Optional. The key with which answers to callbacks are signed, for callbacks.keySecret.')
@secure()
param callbackKey string = ''

@description('Answers to the callbackUrl that a ticket names.')
type Callbacks = {
  @description('Hosts that a callbackUrl may name.')
  allowedHosts: string[]

  @description('Name of the secret in the vault with which answers are signed.')
  keySecret: string?
}

@description('Optional. Answers to the callbackUrl that a ticket names. Default: no host is allowed.')
param callbacks Callbacks = { allowedHosts: [] }

@description('Optional. Whether the app tries NPS over RADIUS when it verifies a deployment. NPS then gets a RADIUS client for the app\'s subnet.')
param radiusProbe bool = false

@description('Where the installer of the NPS extension for Entra MFA comes from.')
type MfaInstaller = {
  @description('An https address or a path that the NPS servers can reach.')
  source: string

  @description('SHA-256 of the installer, in hexadecimal.')
  @minLength(64)
  @maxLength(64)
  sha256: string
}

@description('Optional. The installer of the NPS extension, for tickets with mfaExtension: install.')
param mfaInstaller MfaInstaller?

@description('Optional. Hosts that NPS servers must reach for Entra MFA, instead of those of the public cloud.')
param mfaEndpoints string[] = []

@description('Optional. Further settings of the app. They replace all other settings of the same name.')
param furtherSettings { *: string } = {}

@description('Optional. Subnet from which the app calls: at least a /27, delegated to Microsoft.App/environments. Without it, a VNet is made. Peer that VNet with the network of the NPS servers.')
param functionSubnetId string = ''

@description('Optional. Address space of the VNet that is made, at least a /24.')
param virtualNetworkAddressPrefix string = '10.111.0.0/24'

@description('Optional. Whether the VNet that is made has a NAT gateway. It gives one outbound address, which ticket systems can allow. It costs extra.')
param natGateway bool = false

@description('Optional. Whether vault and storage are reached only through private endpoints.')
param privateEndpoints bool = false

@description('Optional. Subnet of private endpoints. Needed with privateEndpoints and functionSubnetId.')
param privateEndpointSubnetId string = ''

@description('Optional. Whether private DNS zones are made. Set it to false when a central DNS adds the records.')
param createPrivateDnsZones bool = true

@description('Optional. Where the durable state is kept: azureStorage for up to some dozens of deployments at a time, durableTaskScheduler for more.')
@allowed(['azureStorage', 'durableTaskScheduler'])
param durableBackend string = 'azureStorage'

@description('Optional. Pricing of the scheduler: Consumption is paid by use, Dedicated by capacity unit.')
@allowed(['Consumption', 'Dedicated'])
param durableTaskSchedulerSku string = 'Consumption'

@description('Optional. Addresses that the scheduler answers, as CIDR. A caller always needs the app\'s identity too.')
@minLength(1)
param durableTaskSchedulerIpAllowlist string[] = ['0.0.0.0/0']

@description('Optional. Memory of an instance of the app.')
@allowed([512, 2048, 4096])
param instanceMemoryMB int = 2048

@description('Optional. Largest number of instances of the app.')
@minValue(1)
@maxValue(1000)
param maximumInstanceCount int = 40

@description('Optional. Redundancy of the storage.')
@allowed(['Standard_LRS', 'Standard_ZRS', 'Standard_GRS', 'Standard_GZRS'])
param storageSku string = 'Standard_ZRS'

@description('Optional. When old data is deleted: an NCRONTAB expression, in UTC.')
param housekeepingSchedule string = '0 30 3 * * *'

@description('Optional. How many days Durable Functions keeps instances that have ended. What they did stays in the records.')
@minValue(1)
param instanceRetentionDays int = 30

@description('Optional. How many days compliance reports are kept.')
@minValue(1)
param reportRetentionDays int = 90

@description('Optional. How many days the records of deployments are kept.')
@minValue(30)
param recordRetentionDays int = 2555

@description('Optional. For how many days nobody can change or delete a record. 0: no such policy. Not more than recordRetentionDays. The policy is not locked: the owner of the account can remove it.')
@minValue(0)
@maxValue(146000)
param recordImmutabilityDays int = 0

@description('Optional. How long logs are kept.')
@minValue(30)
@maxValue(730)
param logRetentionDays int = 90

@description('Optional. Resource id of the subscription\'s system topic, when there is one, because Azure allows only one. It must have a system-assigned identity.')
param subscriptionTopicId string = ''

@description('Optional. E-mail addresses that get alerts.')
param alertEmails string[] = []

@description('Optional. Action groups that get alerts.')
param alertActionGroupIds string[] = []

@description('A Windows Server 2022 on which to try NPS.')
type NpsLab = {
  @description('Name of the VM.')
  @maxLength(15)
  name: string

  @description('Size of the VM.')
  vmSize: string

  @description('Name of the administrator.')
  adminUsername: string

  @description('Its subnet, when no VNet is made.')
  subnetId: string?
}

@description('Optional. A VM on which to try NPS, without a public address.')
param npsLab NpsLab?

@description('Optional. Password of the lab VM\'s administrator. Needed with npsLab.')
@secure()
param npsLabAdminPassword string = ''

// Names are made from these values. None of them changes with time, so a second deployment changes nothing.

var letters = 'abcdefghijklmnopqrstuvwxyz'
// The name without the characters that a vault or a storage account cannot hold.
var otherCharacters = reduce(
  range(0, length('${letters}0123456789-')),
  toLower(environmentName),
  (rest, at) => replace(rest, substring('${letters}0123456789-', at, 1), '')
)
var isName = empty(otherCharacters) && contains(letters, toLower(take(environmentName, 1))) && !contains(
  environmentName,
  '--'
) && !endsWith(environmentName, '-')
var name = isName
  ? environmentName
  : fail('environmentName must begin with a letter, continue with letters, digits and single hyphens, and not end with a hyphen, because the names of the vault and the storage account are made from it. It is "${environmentName}".')

var token = toLower(uniqueString(subscription().id, name, location))
var allTags = union(tags, { 'azd-env-name': name })
var short = take(toLower(replace(name, '-', '')), 8)

var roleName = 'VPN RADIUS (${name} ${token})'
var allActions = loadJsonContent('role-actions.json')
// These actions are in no published list of operations. They have a role of their own, because Azure refuses a whole
// role for one action that it does not know.
var secretActions = ['Microsoft.Network/virtualNetworkGateways/listRadiusSecrets/action']
var node = '22'
var taskHubName = loadJsonContent('../host.json').extensions.durableTask.hubName
var scheduled = durableBackend == 'durableTaskScheduler'
var ownNetwork = empty(functionSubnetId)
var subnet = split(functionSubnetId, '/')
var topicId = split(subscriptionTopicId, '/')

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: resourceGroupName
  location: location
  tags: allTags
}

module identity 'modules/access/identity.bicep' = {
  name: 'vpn-radius-identity'
  scope: group
  params: {
    name: 'id-${name}-${token}'
    location: location
    tags: allTags
  }
}

module role 'modules/access/role.bicep' = if (empty(roleDefinitionId)) {
  name: 'vpn-radius-role-${token}'
  params: {
    roleName: roleName
    subscriptionIds: subscriptionIds
    actions: filter(allActions, action => !contains(secretActions, action))
  }
}

module comparison 'modules/access/role.bicep' = if (empty(roleDefinitionId) && compareRole != 'none') {
  name: 'vpn-radius-secret-role-${token}'
  params: {
    roleName: '${roleName}: compare secrets'
    subscriptionIds: subscriptionIds
    actions: compareRole == 'exact' ? secretActions : ['Microsoft.Network/virtualNetworkGateways/*/action']
  }
}

module removal 'modules/access/role.bicep' = if (empty(roleDefinitionId) && allowRemovals) {
  name: 'vpn-radius-removal-role-${token}'
  params: {
    roleName: '${roleName}: removals'
    subscriptionIds: subscriptionIds
    actions: loadJsonContent('removal-actions.json')
  }
}

var roleIds = !empty(roleDefinitionId)
  ? [roleDefinitionId]
  : concat(
      [role!.outputs.id],
      compareRole == 'none' ? [] : [comparison!.outputs.id],
      allowRemovals ? [removal!.outputs.id] : []
    )

module subscriptionAccess 'modules/access/subscription-access.bicep' = [
  for id in (empty(resourceGroupIds) ? subscriptionIds : []): {
    name: 'vpn-radius-access-${token}'
    scope: subscription(id)
    params: {
      principalId: identity.outputs.principalId
      roleDefinitionIds: roleIds
    }
  }
]

module groupAccess 'modules/access/resource-group-access.bicep' = [
  for id in resourceGroupIds: {
    name: 'vpn-radius-access-${token}'
    scope: resourceGroup(split(id, '/')[2], split(id, '/')[4])
    params: {
      principalId: identity.outputs.principalId
      roleDefinitionIds: roleIds
    }
  }
]

module monitoring 'modules/monitoring/telemetry.bicep' = {
  name: 'vpn-radius-monitoring'
  scope: group
  params: {
    workspaceName: 'log-${name}-${token}'
    applicationInsightsName: 'appi-${name}-${token}'
    location: location
    tags: allTags
    retentionDays: logRetentionDays
    principalId: identity.outputs.principalId
  }
}

module network 'modules/network/virtual-network.bicep' = if (ownNetwork) {
  name: 'vpn-radius-network'
  scope: group
  params: {
    name: 'vnet-${name}-${token}'
    location: location
    tags: allTags
    addressPrefix: virtualNetworkAddressPrefix
    natGateway: natGateway
  }
}

module existingSubnet 'modules/network/subnet-prefix.bicep' = if (!ownNetwork && radiusProbe) {
  name: 'vpn-radius-subnet-prefix-${token}'
  scope: resourceGroup(ownNetwork ? subscription().subscriptionId : subnet[2], ownNetwork ? group.name : subnet[4])
  params: {
    virtualNetworkName: ownNetwork ? '' : subnet[8]
    subnetName: ownNetwork ? '' : subnet[10]
  }
}

module storage 'modules/app/storage.bicep' = {
  name: 'vpn-radius-storage'
  scope: group
  params: {
    name: 'st${short}${token}'
    location: location
    tags: allTags
    skuName: storageSku
    principalId: identity.outputs.principalId
    privateAccessOnly: privateEndpoints
    recordRetentionDays: recordRetentionDays
    recordImmutabilityDays: recordImmutabilityDays
    workspaceId: monitoring.outputs.workspaceId
  }
}

module keyVault 'modules/vault/key-vault.bicep' = {
  name: 'vpn-radius-key-vault'
  scope: group
  params: {
    name: 'kv-${short}-${take(token, 11)}'
    location: location
    tags: allTags
    principalId: identity.outputs.principalId
    administratorIds: secretAdministratorIds
    vaultRoleDefinitionId: vaultRoleDefinitionId
    privateAccessOnly: privateEndpoints
    workspaceId: monitoring.outputs.workspaceId
  }
}

// The values are in no output, and ARM keeps no secure parameter.
var givenSecrets = toObject(
  filter(
    [
      { name: serviceNow.?credentialSecret ?? '', value: serviceNowCredential }
      { name: serviceNow.?webhookSecret ?? '', value: serviceNowWebhookKey }
      { name: jira.?credentialSecret ?? '', value: jiraCredential }
      { name: jira.?webhookSecret ?? '', value: jiraWebhookKey }
      { name: callbacks.?keySecret ?? '', value: callbackKey }
    ],
    given => !empty(given.name)
  ),
  given => given.name,
  given => given.value
)

module vaultSecrets 'modules/vault/vault-secrets.bicep' = {
  name: 'vpn-radius-vault-secrets'
  scope: group
  params: {
    vaultName: keyVault.outputs.name
    names: filter(
      [
        serviceNow.?credentialSecret ?? ''
        serviceNow.?webhookSecret ?? ''
        jira.?credentialSecret ?? ''
        jira.?webhookSecret ?? ''
        callbacks.?keySecret ?? ''
      ],
      secret => !empty(secret)
    )
    values: givenSecrets
  }
}

module scheduler 'modules/app/durable-task-scheduler.bicep' = if (scheduled) {
  name: 'vpn-radius-scheduler'
  scope: group
  params: {
    name: 'dts-${token}'
    taskHubName: taskHubName
    location: location
    tags: allTags
    skuName: durableTaskSchedulerSku
    ipAllowlist: durableTaskSchedulerIpAllowlist
    principalId: identity.outputs.principalId
  }
}

var privateTargets = privateEndpoints
  ? [
      { group: 'vault', zone: replace('privatelink${environment().suffixes.keyvaultDns}', '.vault.', '.vaultcore.') }
      { group: 'blob', zone: 'privatelink.blob.${environment().suffixes.storage}' }
      { group: 'queue', zone: 'privatelink.queue.${environment().suffixes.storage}' }
      { group: 'table', zone: 'privatelink.table.${environment().suffixes.storage}' }
    ]
  : []

module privateAccess 'modules/network/private-endpoint.bicep' = [
  for target in privateTargets: {
    name: 'vpn-radius-private-${target.group}'
    scope: group
    params: {
      name: 'pep-${name}-${target.group}-${token}'
      location: location
      tags: allTags
      subnetId: empty(privateEndpointSubnetId) ? network!.outputs.privateEndpointSubnetId : privateEndpointSubnetId
      virtualNetworkId: ownNetwork ? network!.outputs.id : join(take(subnet, 9), '/')
      targetId: target.group == 'vault' ? keyVault.outputs.id : storage.outputs.id
      groupId: target.group
      zoneName: target.zone
      createZone: createPrivateDnsZones
    }
  }
]

module eventTopics 'modules/events/event-topics.bicep' = {
  name: 'vpn-radius-event-topics'
  scope: group
  params: {
    subscriptionTopicName: empty(subscriptionTopicId) ? 'evgt-${name}-subscription-${token}' : topicId[8]
    subscriptionTopicExists: !empty(subscriptionTopicId)
    subscriptionTopicResourceGroup: empty(subscriptionTopicId) ? group.name : topicId[4]
    vaultTopicName: 'evgt-${name}-vault-${token}'
    outgoingTopicName: 'evgt-${name}-${token}'
    location: location
    tags: allTags
    vaultId: keyVault.outputs.id
    storageAccountName: storage.outputs.name
    deadLetterContainerName: storage.outputs.deadLetterContainerName
    principalId: identity.outputs.principalId
    workspaceId: monitoring.outputs.workspaceId
  }
}

// In the order of shared/config.ts. An empty setting counts as not set.
var settings = {
  AZURE_RESOURCE_MANAGER_ENDPOINT: environment().resourceManager
  AZURE_AUTHORITY_HOST: environment().authentication.loginEndpoint
  KEY_VAULT_URL: keyVault.outputs.url
  SUBSCRIPTION_IDS: join(subscriptionIds, ',')
  DEFAULT_NPS_SERVERS: string(npsServers)
  DEFAULT_GATEWAY_SKU: gatewaySku
  P2S_POOL_SUPERNET: clientAddressPoolSupernet
  COMPLIANCE_SCHEDULE: complianceSchedule
  COMPLIANCE_REMEDIATE: complianceRemediate
  SECRET_MAX_AGE_DAYS: string(secretMaxAgeDays)
  EVENT_TOPIC_ENDPOINT: eventTopics.outputs.outgoingTopicEndpoint
  SERVICENOW_INSTANCE: serviceNow.?instance ?? ''
  SERVICENOW_CREDENTIAL_SECRET: serviceNow.?credentialSecret ?? ''
  JIRA_BASE_URL: jira.?baseUrl ?? ''
  JIRA_CREDENTIAL_SECRET: jira.?credentialSecret ?? ''
  CALLBACK_ALLOWED_HOSTS: join(callbacks.allowedHosts, ',')
  AUTH_MODE: empty(entraClientId) ? 'key' : 'entra'
  CALLBACK_KEY_SECRET: callbacks.?keySecret ?? ''
  SERVICENOW_WEBHOOK_SECRET: serviceNow.?webhookSecret ?? ''
  SERVICENOW_FIELDS: string(serviceNow.?fields ?? {})
  SERVICENOW_STATES: string(serviceNow.?states ?? {})
  JIRA_WEBHOOK_SECRET: jira.?webhookSecret ?? ''
  JIRA_FIELDS: string(jira.?fields ?? {})
  JIRA_WORKFLOW: string(jira.?workflow ?? {})
  RADIUS_PROBE: radiusProbe ? 'on' : 'off'
  RADIUS_PROBE_SUBNET: !radiusProbe
    ? ''
    : ownNetwork ? cidrSubnet(virtualNetworkAddressPrefix, 26, 0) : existingSubnet!.outputs.addressPrefix
  PRICES_ENDPOINT: ''
  RADIUS_PROBE_TARGETS: ''
  MFA_INSTALLER_SOURCE: mfaInstaller.?source ?? ''
  MFA_INSTALLER_SHA256: mfaInstaller.?sha256 ?? ''
  MFA_ENDPOINTS: join(mfaEndpoints, ',')
  COMPLIANCE_REPAIR_WINDOW: complianceRepairWindow
  COMPLIANCE_WAIVERS: string(complianceWaivers)
  COMPLIANCE_TICKETS: complianceTickets == null ? '' : string(complianceTickets)
  HOUSEKEEPING_SCHEDULE: housekeepingSchedule
  INSTANCE_RETENTION_DAYS: string(instanceRetentionDays)
  REPORT_RETENTION_DAYS: string(reportRetentionDays)
  RECORD_RETENTION_DAYS: string(recordRetentionDays)
  // A refusal names the command that assigns it.
  AZURE_ROLE_NAME: empty(roleDefinitionId) ? roleName : roleDefinitionId
  // Reports are stored as blobs.
  REPORT_FOLDER: ''
  GUARDRAILS: guardrails == null ? '' : string(guardrails)
}

// The provider of the durable state is named in the deployed host.json, not in a setting: the scale controller reads
// only that file (azure-functions-durable-extension#2622). npm run package makes it, for the backend of this output or
// --backend.
var durableSettings = scheduled
  ? {
      DURABLE_TASK_SCHEDULER_CONNECTION_STRING: 'Endpoint=${scheduler!.outputs.endpoint};Authentication=ManagedIdentity;ClientID=${identity.outputs.clientId}'
    }
  : {}

module functionApp 'modules/app/function-app.bicep' = {
  name: 'vpn-radius-function-app'
  scope: group
  params: {
    name: 'func-${name}-${token}'
    planName: 'plan-${name}-${token}'
    location: location
    tags: allTags
    identityId: identity.outputs.id
    identityClientId: identity.outputs.clientId
    subnetId: ownNetwork ? network!.outputs.functionSubnetId : functionSubnetId
    storageEndpoints: storage.outputs.endpoints
    deploymentContainerUrl: storage.outputs.deploymentContainerUrl
    applicationInsightsConnectionString: monitoring.outputs.connectionString
    nodeVersion: node
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstanceCount
    settings: union(settings, durableSettings, furtherSettings)
    entraClientId: entraClientId
    workspaceId: monitoring.outputs.workspaceId
  }
  dependsOn: [privateAccess]
}

module alerts 'modules/monitoring/alerts.bicep' = {
  name: 'vpn-radius-alerts'
  scope: group
  params: {
    namePrefix: 'alert-${name}'
    location: location
    tags: allTags
    applicationInsightsId: monitoring.outputs.applicationInsightsId
    pageUrl: '${functionApp.outputs.url}/portal'
    systemTopicIds: eventTopics.outputs.systemTopicIds
    systemTopicCount: 2
    emails: alertEmails
    actionGroupIds: alertActionGroupIds
  }
}

module workbook 'modules/monitoring/workbook.bicep' = {
  name: 'vpn-radius-workbook'
  scope: group
  params: {
    displayName: 'VPN RADIUS (${name})'
    location: location
    tags: allTags
    applicationInsightsId: monitoring.outputs.applicationInsightsId
  }
}

module lab 'modules/network/nps-lab.bicep' = if (npsLab != null) {
  name: 'vpn-radius-nps-lab'
  scope: group
  params: {
    name: npsLab.?name ?? ''
    location: location
    tags: allTags
    subnetId: npsLab.?subnetId ?? network!.outputs.npsSubnetId
    vmSize: npsLab.?vmSize ?? ''
    adminUsername: npsLab.?adminUsername ?? ''
    adminPassword: npsLabAdminPassword
  }
}

// Later steps need these; azd hands them to its hooks.

@description('Resource group of the installation.')
output AZURE_RESOURCE_GROUP string = group.name

@description('Name of the function app.')
output AZURE_FUNCTION_APP_NAME string = functionApp.outputs.name

@description('The backend for which the host.json of the package must be made (scripts/package/host-json.mjs).')
output DURABLE_BACKEND string = durableBackend

@description('Address of the API.')
output API_URL string = functionApp.outputs.url

@description('URL of the vault.')
output KEY_VAULT_URL string = keyVault.outputs.url

@description('Storage account of dead letters.')
output STORAGE_ACCOUNT_NAME string = storage.outputs.name

@description('System topic of the subscription\'s events.')
output SUBSCRIPTION_TOPIC_NAME string = eventTopics.outputs.subscriptionTopicName

@description('Resource group of that topic.')
output SUBSCRIPTION_TOPIC_RESOURCE_GROUP string = empty(subscriptionTopicId) ? group.name : topicId[4]

@description('System topic of the vault\'s events.')
output VAULT_TOPIC_NAME string = eventTopics.outputs.vaultTopicName

@description('Topic to which the app publishes. Subscribe here.')
output OUTGOING_TOPIC_ID string = eventTopics.outputs.outgoingTopicId

@description('Object id of the app\'s identity.')
output IDENTITY_PRINCIPAL_ID string = identity.outputs.principalId

@description('The VNet that was made: peer it with the network of the NPS servers.')
output VIRTUAL_NETWORK_ID string = ownNetwork ? network!.outputs.id : ''

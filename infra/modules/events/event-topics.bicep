metadata description = 'The topics that events come from and go to. event-subscriptions.bicep says where the events go; it needs the functions to exist.'

@description('Required. Name of the system topic of the subscription\'s events.')
param subscriptionTopicName string

@description('Required. Whether that topic exists already: Azure allows one for a subscription. It must have a system-assigned identity.')
param subscriptionTopicExists bool

@description('Required. Resource group of that topic.')
param subscriptionTopicResourceGroup string

@description('Required. Name of the system topic of the vault\'s events.')
param vaultTopicName string

@description('Required. Name of the topic to which the app publishes its own events.')
param outgoingTopicName string

@description('Required. Region of the vault and the outgoing topic.')
param location string

@description('Required. Tags of the resources.')
param tags object

@description('Required. Resource id of the vault.')
param vaultId string

@description('Required. Name of the storage account of dead letters.')
param storageAccountName string

@description('Required. Container of dead letters.')
param deadLetterContainerName string

@description('Required. Object id of the app\'s identity, which publishes.')
param principalId string

@description('Required. Workspace for delivery failures.')
param workspaceId string

var eventGridDataSender = 'd5a91429-5739-47e2-a06b-3470a27159e7'

resource subscriptionTopic 'Microsoft.EventGrid/systemTopics@2025-02-15' = if (!subscriptionTopicExists) {
  name: subscriptionTopicName
  location: 'global'
  tags: tags
  identity: { type: 'SystemAssigned' }
  properties: {
    source: subscription().id
    topicType: 'Microsoft.Resources.Subscriptions'
  }
}

resource existingSubscriptionTopic 'Microsoft.EventGrid/systemTopics@2025-02-15' existing = if (subscriptionTopicExists) {
  name: subscriptionTopicName
  scope: resourceGroup(subscriptionTopicResourceGroup)
}

resource vaultTopic 'Microsoft.EventGrid/systemTopics@2025-02-15' = {
  name: vaultTopicName
  location: location
  tags: tags
  identity: { type: 'SystemAssigned' }
  properties: {
    source: vaultId
    topicType: 'Microsoft.KeyVault.vaults'
  }
}

resource outgoing 'Microsoft.EventGrid/topics@2025-02-15' = {
  name: outgoingTopicName
  location: location
  tags: tags
  properties: {
    inputSchema: 'CloudEventSchemaV1_0'
    disableLocalAuth: true
    minimumTlsVersionAllowed: '1.2'
  }
}

resource publisher 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(outgoing.id, principalId, eventGridDataSender)
  scope: outgoing
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', eventGridDataSender)
  }
}

// Both topics store what they cannot deliver, with an identity of their own.
module deadLetterAccess 'dead-letter-access.bicep' = [
  for kind in ['subscription', 'vault']: {
    name: 'vpn-radius-dead-letters-${kind}'
    params: {
      storageAccountName: storageAccountName
      containerName: deadLetterContainerName
      principalId: kind == 'vault'
        ? vaultTopic.identity.principalId
        : subscriptionTopicExists
            ? existingSubscriptionTopic!.identity.principalId
            : subscriptionTopic!.identity.principalId
    }
  }
]

resource subscriptionTopicDiagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = if (!subscriptionTopicExists) {
  name: 'to-workspace'
  scope: subscriptionTopic
  properties: {
    workspaceId: workspaceId
    logs: [{ category: 'DeliveryFailures', enabled: true }]
  }
}

resource vaultTopicDiagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: vaultTopic
  properties: {
    workspaceId: workspaceId
    logs: [{ category: 'DeliveryFailures', enabled: true }]
  }
}

resource outgoingDiagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: outgoing
  properties: {
    workspaceId: workspaceId
    logs: [
      { category: 'DeliveryFailures', enabled: true }
      { category: 'PublishFailures', enabled: true }
    ]
  }
}

@description('The two system topics.')
output systemTopicIds string[] = [
  subscriptionTopicExists ? existingSubscriptionTopic.id : subscriptionTopic.id
  vaultTopic.id
]

@description('Name of the subscription\'s topic.')
output subscriptionTopicName string = subscriptionTopicName

@description('Name of the vault\'s topic.')
output vaultTopicName string = vaultTopic.name

@description('Resource id of the outgoing topic.')
output outgoingTopicId string = outgoing.id

@description('Endpoint to which the app publishes.')
output outgoingTopicEndpoint string = outgoing.properties.endpoint

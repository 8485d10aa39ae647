metadata name = 'Event subscriptions'
metadata description = 'Delivers events to the functions. Deploy it separately, after the code, because Event Grid refuses a function that it does not find.'

import { Delivery } from 'modules/events/event-delivery.bicep'

@description('Required. Name of the function app, in this resource group.')
param functionAppName string

@description('Required. System topic of the subscription\'s events.')
param subscriptionTopicName string

@description('Optional. Resource group of that topic, when it is another one.')
param subscriptionTopicResourceGroup string = resourceGroup().name

@description('Required. System topic of the vault\'s events, in this resource group.')
param vaultTopicName string

@description('Required. Storage account of dead letters, in this resource group.')
param storageAccountName string

@description('Optional. Container of dead letters.')
param deadLetterContainerName string = 'dead-letters'

@description('Optional. Whether events of new VNets are delivered. Without it, deployments begin only with a ticket.')
param newVirtualNetworks bool = true

// Two installations may share the topic of the subscription. With a fixed name the second one would take the events of
// the first.
var token = uniqueString(resourceGroup().id, functionAppName)

// When the Tags API writes tags, the event has an operation of its own and the subject
// <VNet>/providers/Microsoft.Resources/tags/default.
var virtualNetworkEvents Delivery = {
  name: 'vpn-radius-virtual-networks-${token}'
  functionName: 'vnetCreated'
  eventType: 'Microsoft.Resources.ResourceWriteSuccess'
  operations: ['Microsoft.Network/virtualNetworks/write', 'Microsoft.Resources/tags/write']
  subjectContains: '/providers/Microsoft.Network/virtualNetworks/'
}

// The event of the gateway's public IP address shows the app that events come, before it begins to wait for the event
// of the gateway.
var gatewayEvents Delivery = {
  name: 'vpn-radius-gateways-${token}'
  functionName: 'gatewayWritten'
  eventType: 'Microsoft.Resources.ResourceWriteSuccess'
  operations: ['Microsoft.Network/virtualNetworkGateways/write', 'Microsoft.Network/publicIPAddresses/write']
}

// When somebody else deletes a gateway, things stay on NPS and in the vault. The app plans their removal, and waits for an approval.
var deletionEvents Delivery = {
  name: 'vpn-radius-deletions-${token}'
  functionName: 'gatewayDeleted'
  eventType: 'Microsoft.Resources.ResourceDeleteSuccess'
  operations: ['Microsoft.Network/virtualNetworkGateways/delete', 'Microsoft.Network/virtualNetworks/delete']
}

var secretEvents Delivery = {
  name: 'vpn-radius-secrets-${token}'
  functionName: 'secretNearExpiry'
  eventType: 'Microsoft.KeyVault.SecretNearExpiry'
}

resource storageAccount 'Microsoft.Storage/storageAccounts@2025-01-01' existing = {
  name: storageAccountName
}

module resourceDelivery 'modules/events/event-delivery.bicep' = {
  name: 'vpn-radius-resource-events-${token}'
  scope: resourceGroup(subscriptionTopicResourceGroup)
  params: {
    topicName: subscriptionTopicName
    functionAppName: functionAppName
    functionAppResourceGroup: resourceGroup().name
    storageAccountId: storageAccount.id
    deadLetterContainerName: deadLetterContainerName
    deliveries: newVirtualNetworks
      ? [virtualNetworkEvents, gatewayEvents, deletionEvents]
      : [gatewayEvents, deletionEvents]
  }
}

module secretDelivery 'modules/events/event-delivery.bicep' = {
  name: 'vpn-radius-secret-events-${token}'
  params: {
    topicName: vaultTopicName
    functionAppName: functionAppName
    functionAppResourceGroup: resourceGroup().name
    storageAccountId: storageAccount.id
    deadLetterContainerName: deadLetterContainerName
    deliveries: [secretEvents]
  }
}

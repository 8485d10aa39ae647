metadata name = 'Event subscriptions'
metadata description = 'Delivers events to the functions. A deployment of its own, after the code: Event Grid refuses a function that it does not find.'

import { Delivery } from 'modules/event-delivery.bicep'

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

@description('Optional. Whether new VNets are taken notice of. Without it, deployments begin with a ticket alone.')
param newVirtualNetworks bool = true

var virtualNetworkEvents Delivery = {
  name: 'vpn-radius-virtual-networks'
  functionName: 'vnetCreated'
  eventType: 'Microsoft.Resources.ResourceWriteSuccess'
  operation: 'Microsoft.Network/virtualNetworks/write'
}

var gatewayEvents Delivery = {
  name: 'vpn-radius-gateways'
  functionName: 'gatewayWritten'
  eventType: 'Microsoft.Resources.ResourceWriteSuccess'
  operation: 'Microsoft.Network/virtualNetworkGateways/write'
}

var secretEvents Delivery = {
  name: 'vpn-radius-secrets'
  functionName: 'secretNearExpiry'
  eventType: 'Microsoft.KeyVault.SecretNearExpiry'
}

resource storageAccount 'Microsoft.Storage/storageAccounts@2025-01-01' existing = {
  name: storageAccountName
}

module resourceDelivery 'modules/event-delivery.bicep' = {
  name: 'vpn-radius-resource-events'
  scope: resourceGroup(subscriptionTopicResourceGroup)
  params: {
    topicName: subscriptionTopicName
    functionAppName: functionAppName
    functionAppResourceGroup: resourceGroup().name
    storageAccountId: storageAccount.id
    deadLetterContainerName: deadLetterContainerName
    deliveries: newVirtualNetworks ? [virtualNetworkEvents, gatewayEvents] : [gatewayEvents]
  }
}

module secretDelivery 'modules/event-delivery.bicep' = {
  name: 'vpn-radius-secret-events'
  params: {
    topicName: vaultTopicName
    functionAppName: functionAppName
    functionAppResourceGroup: resourceGroup().name
    storageAccountId: storageAccount.id
    deadLetterContainerName: deadLetterContainerName
    deliveries: [secretEvents]
  }
}

metadata description = 'Durable Task Scheduler: keeps the durable state in a managed service, for many deployments at a time.'

@description('Required. Name of the scheduler.')
param name string

@description('Required. Name of the task hub: host.json says which one the app uses.')
param taskHubName string

@description('Required. Region. The scheduler is not offered in every region.')
param location string

@description('Required. Tags of the resources.')
param tags object

@description('Required. Consumption is paid by use; Dedicated is paid by capacity unit.')
@allowed(['Consumption', 'Dedicated'])
param skuName string

@description('Required. Addresses that the scheduler answers, as CIDR. Callers always need the identity too. With an empty list nobody could reach it.')
@minLength(1)
param ipAllowlist string[]

@description('Required. Object id of the app\'s identity.')
param principalId string

var durableTaskDataContributor = '0ad04412-c4d5-4796-b79c-f76d14c8d402'

resource scheduler 'Microsoft.DurableTask/schedulers@2025-11-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    ipAllowlist: ipAllowlist
    sku: skuName == 'Dedicated' ? { name: skuName, capacity: 1 } : { name: skuName }
  }

  resource taskHub 'taskHubs' = {
    name: taskHubName
  }
}

// The host starts, reads and runs orchestrations. This role allows all three, and its scope is only the one task hub.
resource access 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(scheduler::taskHub.id, principalId, durableTaskDataContributor)
  scope: scheduler::taskHub
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', durableTaskDataContributor)
  }
}

@description('Endpoint of the scheduler.')
output endpoint string = scheduler.properties.endpoint

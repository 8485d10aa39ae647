metadata description = 'Lets a topic put undelivered events into the container of dead letters.'

@description('Required. Name of the storage account, in this resource group.')
param storageAccountName string

@description('Required. Container of dead letters.')
param containerName string

// The name of an assignment contains the principal. Azure does not let anybody change the principal of an existing
// name, so it would refuse a topic that was made again and has another identity.
@description('Required. Object id of the topic\'s identity.')
param principalId string

var storageBlobDataContributor = 'ba92f5b4-2d11-453d-a403-e96b0029c9fe'

resource storageAccount 'Microsoft.Storage/storageAccounts@2025-01-01' existing = {
  name: storageAccountName

  resource blobs 'blobServices' existing = {
    name: 'default'

    resource deadLetters 'containers' existing = {
      name: containerName
    }
  }
}

resource access 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(storageAccount::blobs::deadLetters.id, principalId, storageBlobDataContributor)
  scope: storageAccount::blobs::deadLetters
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', storageBlobDataContributor)
  }
}

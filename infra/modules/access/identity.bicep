metadata description = 'The identity that the app uses in Azure. It stays when the function app is deleted, and so do its role assignments.'

@description('Required. Name of the identity.')
param name string

@description('Required. Azure region.')
param location string

@description('Required. Tags of the resources.')
param tags object

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: name
  location: location
  tags: tags
}

@description('Resource id of the identity.')
output id string = identity.id

@description('Client id: tells the app which identity to sign in with.')
output clientId string = identity.properties.clientId

@description('Object id of the service principal. Roles are assigned to it.')
output principalId string = identity.properties.principalId

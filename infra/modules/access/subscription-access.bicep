metadata description = 'Assigns roles to the app in one subscription.'
targetScope = 'subscription'

@description('Required. Object id of the app\'s identity.')
param principalId string

@description('Required. Resource ids of the roles.')
param roleDefinitionIds string[]

resource access 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for id in roleDefinitionIds: {
    name: guid(subscription().id, principalId, id)
    properties: {
      principalId: principalId
      principalType: 'ServicePrincipal'
      #disable-next-line use-resource-id-functions // an element of a parameter
      roleDefinitionId: id
    }
  }
]

metadata description = 'Assigns a role to the app in one resource group.'

@description('Required. Object id of the app\'s identity.')
param principalId string

@description('Required. Resource id of the role.')
param roleDefinitionId string

resource access 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(resourceGroup().id, principalId, roleDefinitionId)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: roleDefinitionId
  }
}

metadata description = 'The role with exactly the actions that the app uses.'
targetScope = 'subscription'

@description('Required. Name of the role, unique in the tenant.')
param roleName string

@description('Required. Subscriptions in which the role can be assigned.')
param subscriptionIds string[]

@description('Required. The actions.')
param actions string[]

resource role 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(subscription().id, roleName)
  properties: {
    roleName: roleName
    description: 'Gives virtual networks point-to-site VPN with RADIUS and configures NPS servers by run command.'
    type: 'CustomRole'
    assignableScopes: [for id in subscriptionIds: '/subscriptions/${id}']
    permissions: [{ actions: actions, notActions: [], dataActions: [], notDataActions: [] }]
  }
}

@description('Resource id of the role.')
output id string = role.id

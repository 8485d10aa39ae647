metadata description = 'The vault of the shared secrets and of the ticket systems\' credentials, and nothing else.'

@description('Required. Name of the vault.')
param name string

@description('Required. Azure region.')
param location string

@description('Required. Tags of the resources.')
param tags object

@description('Required. Object id of the app\'s identity.')
param principalId string

@description('Required. Object ids of the people or groups who put credentials into the vault.')
param administratorIds string[]

@description('Required. Role of the app on the vault.')
param vaultRoleDefinitionId string

@description('Required. Whether the vault is reached only through its private endpoint.')
param privateAccessOnly bool

@description('Required. Workspace for the audit log: who read or changed which secret.')
param workspaceId string

var secretsOfficer = subscriptionResourceId(
  'Microsoft.Authorization/roleDefinitions',
  'b86a8fe4-44ce-4948-aee5-eccb2c155cd7'
)

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    tenantId: tenant().tenantId
    sku: { family: 'A', name: 'standard' }
    enableRbacAuthorization: true
    enableSoftDelete: true
    softDeleteRetentionInDays: 90
    enablePurgeProtection: true
    publicNetworkAccess: privateAccessOnly ? 'Disabled' : 'Enabled'
    networkAcls: {
      bypass: 'AzureServices'
      defaultAction: privateAccessOnly ? 'Deny' : 'Allow'
    }
  }
}

resource appAccess 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(vault.id, principalId, vaultRoleDefinitionId)
  scope: vault
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: vaultRoleDefinitionId
  }
}

resource administratorAccess 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for id in administratorIds: {
    name: guid(vault.id, id, secretsOfficer)
    scope: vault
    properties: {
      principalId: id
      roleDefinitionId: secretsOfficer
    }
  }
]

resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: vault
  properties: {
    workspaceId: workspaceId
    logs: [
      { categoryGroup: 'audit', enabled: true }
    ]
  }
}

@description('Resource id of the vault.')
output id string = vault.id

@description('Name of the vault.')
output name string = vault.name

@description('URL of the vault.')
output url string = vault.properties.vaultUri

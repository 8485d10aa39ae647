metadata description = 'The app\'s storage: its package, its durable state (when kept in Azure Storage), records, reports and dead letters. Nobody signs in with an account key.'

@description('Required. Name of the storage account.')
param name string

@description('Required. Azure region.')
param location string

@description('Required. Tags of the resources.')
param tags object

@description('Required. Redundancy. Zone-redundant storage survives the loss of a zone. It is not offered in every region.')
@allowed(['Standard_LRS', 'Standard_ZRS', 'Standard_GRS', 'Standard_GZRS'])
param skuName string

@description('Required. Object id of the app\'s identity.')
param principalId string

@description('Required. Whether the account is reached only through private endpoints. Event Grid still writes dead letters, as a trusted service.')
param privateAccessOnly bool

@description('Required. How many days the records of deployments are kept.')
@minValue(30)
param recordRetentionDays int

@description('Required. For how many days nobody can change or delete a record, unless the owner of the account removes the policy. 0: no such policy.')
@minValue(0)
param recordImmutabilityDays int

@description('Required. Workspace for diagnostic logs.')
param workspaceId string

var deploymentContainerName = 'app-package'
var deadLetterContainerName = 'dead-letters'
// The app writes there (shared/azure/storage/documents-in-blobs.ts).
var recordContainerName = 'vpn-radius-records'

// Owner, not Contributor, of blobs: the Functions host needs this role for AzureWebJobsStorage ("Connecting to host
// storage with an identity"). Queues and tables hold the durable state. Tables also hold the list of records.
var roles = {
  blobDataOwner: 'b7e6dc6d-f1e8-4753-8033-1276bb09955b'
  queueDataContributor: '974c5e8b-45b9-4653-ba55-5f855dd0fb88'
  tableDataContributor: '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'
}

resource account 'Microsoft.Storage/storageAccounts@2025-01-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: skuName }
  properties: {
    accessTier: 'Hot'
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    publicNetworkAccess: privateAccessOnly ? 'Disabled' : 'Enabled'
    networkAcls: {
      bypass: 'AzureServices'
      defaultAction: privateAccessOnly ? 'Deny' : 'Allow'
    }
    supportsHttpsTrafficOnly: true
  }

  resource blobs 'blobServices' = {
    name: 'default'
    properties: {
      deleteRetentionPolicy: { enabled: true, days: 7 }
    }

    resource deploymentContainer 'containers' = {
      name: deploymentContainerName
    }

    resource deadLetterContainer 'containers' = {
      name: deadLetterContainerName
    }

    // The evidence of each deployment. The policy is not locked: the owner of the account can make it longer or remove
    // it.
    resource recordContainer 'containers' = {
      name: recordContainerName

      resource immutability 'immutabilityPolicies' = if (recordImmutabilityDays > 0) {
        name: 'default'
        properties: {
          immutabilityPeriodSinceCreationInDays: recordImmutabilityDays
          allowProtectedAppendWrites: false
        }
      }
    }
  }

  resource queues 'queueServices' = {
    name: 'default'
  }

  resource tables 'tableServices' = {
    name: 'default'
  }
}

resource retention 'Microsoft.Storage/storageAccounts/managementPolicies@2025-01-01' = {
  parent: account
  name: 'default'
  properties: {
    policy: {
      rules: [
        {
          name: 'records'
          type: 'Lifecycle'
          enabled: true
          definition: {
            filters: { blobTypes: ['blockBlob'], prefixMatch: ['${recordContainerName}/'] }
            actions: { baseBlob: { delete: { daysAfterModificationGreaterThan: recordRetentionDays } } }
          }
        }
      ]
    }
  }
  dependsOn: [account::blobs]
}

resource access 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in items(roles): {
    name: guid(account.id, principalId, role.value)
    scope: account
    properties: {
      principalId: principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role.value)
    }
  }
]

resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: account::blobs
  properties: {
    workspaceId: workspaceId
    // Reads are left out, because the Functions host reads its locks every few seconds.
    logs: [
      { category: 'StorageDelete', enabled: true }
    ]
  }
}

@description('Resource id of the account.')
output id string = account.id

@description('Name of the account.')
output name string = account.name

@description('Service URIs, with a slash at the end.')
output endpoints { blob: string, queue: string, table: string } = {
  blob: account.properties.primaryEndpoints.blob
  queue: account.properties.primaryEndpoints.queue
  table: account.properties.primaryEndpoints.table
}

@description('Container of the app\'s package.')
output deploymentContainerUrl string = '${account.properties.primaryEndpoints.blob}${deploymentContainerName}'

@description('Container of events that could not be delivered.')
output deadLetterContainerName string = deadLetterContainerName

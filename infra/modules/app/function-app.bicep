metadata description = 'The function app on Flex Consumption. It always signs in with its identity, and no setting holds a key.'

@description('Required. Name of the function app.')
param name string

@description('Required. Name of the plan.')
param planName string

@description('Required. Azure region.')
param location string

@description('Required. Tags. azd finds the app by the tag azd-service-name.')
param tags object

@description('Required. Resource id of the app\'s identity.')
param identityId string

@description('Required. Client id of the app\'s identity.')
param identityClientId string

@description('Required. Subnet from which the app calls, delegated to Microsoft.App/environments.')
param subnetId string

@description('Required. Storage endpoints, with a slash at the end.')
param storageEndpoints { blob: string, queue: string, table: string }

@description('Required. Container for the app\'s package.')
param deploymentContainerUrl string

@description('Required. Connection string of Application Insights. Not a secret: local authentication is off there.')
param applicationInsightsConnectionString string

@description('Required. Node.js version.')
param nodeVersion string

@description('Required. Memory of an instance.')
@allowed([512, 2048, 4096])
param instanceMemoryMB int

@description('Required. Largest number of instances.')
@minValue(1)
@maxValue(1000)
param maximumInstanceCount int

@description('Required. The app\'s own settings, and those of the durable backend.')
param settings object

@description('Required. Client id of the app registration with which callers sign in. Empty when they need only a function key.')
param entraClientId string

@description('Required. Workspace for the log of platform events.')
param workspaceId string

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: { reserved: true }
}

resource app 'Microsoft.Web/sites@2025-03-01' = {
  name: name
  location: location
  tags: union(tags, { 'azd-service-name': 'api' })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identityId}': {} }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    keyVaultReferenceIdentity: identityId
    virtualNetworkSubnetId: subnetId
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: deploymentContainerUrl
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identityId
          }
        }
      }
      runtime: { name: 'node', version: nodeVersion }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemoryMB
        maximumInstanceCount: maximumInstanceCount
      }
    }
    // Flex Consumption refuses many properties that other plans accept, with 51021; check:infra knows them.
    siteConfig: {
      http20Enabled: true
      minTlsVersion: '1.2'
    }
  }

  resource appSettings 'config' = {
    name: 'appsettings'
    properties: {
      // The Functions host's storage, by identity.
      AzureWebJobsStorage__credential: 'managedidentity'
      AzureWebJobsStorage__clientId: identityClientId
      AzureWebJobsStorage__blobServiceUri: storageEndpoints.blob
      AzureWebJobsStorage__queueServiceUri: storageEndpoints.queue
      AzureWebJobsStorage__tableServiceUri: storageEndpoints.table
      APPLICATIONINSIGHTS_CONNECTION_STRING: applicationInsightsConnectionString
      APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identityClientId};Authorization=AAD'
      // The identity with which DefaultAzureCredential signs in.
      AZURE_CLIENT_ID: identityClientId
      ...settings
    }
  }

  // The platform checks tokens and says who calls; the app decides who may. Callers who are not signed in reach the app
  // too, because Event Grid, ticket systems and the health check do not sign in: they prove themselves in another way.
  resource authentication 'config' = if (!empty(entraClientId)) {
    name: 'authsettingsV2'
    properties: {
      platform: { enabled: true }
      globalValidation: { requireAuthentication: false, unauthenticatedClientAction: 'AllowAnonymous' }
      identityProviders: {
        azureActiveDirectory: {
          enabled: true
          registration: {
            clientId: entraClientId
            openIdIssuer: uri(environment().authentication.loginEndpoint, '${tenant().tenantId}/v2.0')
          }
          validation: { allowedAudiences: [entraClientId, 'api://${entraClientId}'] }
        }
      }
      login: { tokenStore: { enabled: false } }
    }
  }

  // Deployment with user name and password is switched off. Deployment uses Entra ID. There is no FTP on Flex
  // Consumption.
  resource scm 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: { allow: false }
  }
}

// Application Insights already has what the app logs. Only an app with sign-in has a log of sign-ins.
resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = if (!empty(entraClientId)) {
  name: 'to-workspace'
  scope: app
  properties: {
    workspaceId: workspaceId
    logs: [
      { category: 'AppServiceAuthenticationLogs', enabled: true }
    ]
  }
}

@description('Resource id of the function app.')
output id string = app.id

@description('Name of the function app.')
output name string = app.name

@description('Address of the API.')
output url string = 'https://${app.properties.defaultHostName}/api'

// The values that azd asks for, and those that its environment may give (azd env set NAME value). For more parameters, see
// small.bicepparam and enterprise.bicepparam.
using 'main.bicep'

param environmentName = readEnvironmentVariable('AZURE_ENV_NAME')
param location = readEnvironmentVariable('AZURE_LOCATION')

// azd sets it: the person who installs may put the ticket systems' credentials into the vault.
var installer = readEnvironmentVariable('AZURE_PRINCIPAL_ID', '')
param secretAdministratorIds = empty(installer) ? [] : [installer]

// Azure allows one system topic for a subscription. This is the one that exists already; npm run preflight finds it.
param subscriptionTopicId = readEnvironmentVariable('SUBSCRIPTION_TOPIC_ID', '')
param compareRole = readEnvironmentVariable('COMPARE_ROLE', 'exact')
param durableBackend = readEnvironmentVariable('DURABLE_BACKEND', 'azureStorage')
param entraClientId = readEnvironmentVariable('ENTRA_CLIENT_ID', '')

// The address of the ticket system, and its credential for the vault. Set the credential in the shell, not in azd's
// environment, which is a file. Without it the vault keeps what it has.
var serviceNowInstance = readEnvironmentVariable('SERVICENOW_INSTANCE', '')
param serviceNow = empty(serviceNowInstance)
  ? null
  : { instance: serviceNowInstance, credentialSecret: 'servicenow-credential', webhookSecret: 'servicenow-webhook' }
param serviceNowCredential = readEnvironmentVariable('SERVICENOW_CREDENTIAL', '')
param serviceNowWebhookKey = readEnvironmentVariable('SERVICENOW_WEBHOOK_KEY', '')

var jiraBaseUrl = readEnvironmentVariable('JIRA_BASE_URL', '')
param jira = empty(jiraBaseUrl)
  ? null
  : { baseUrl: jiraBaseUrl, credentialSecret: 'jira-credential', webhookSecret: 'jira-webhook' }
param jiraCredential = readEnvironmentVariable('JIRA_CREDENTIAL', '')
param jiraWebhookKey = readEnvironmentVariable('JIRA_WEBHOOK_KEY', '')

// Several subscriptions, an existing network, no public access to vault and storage, Durable Task Scheduler, ServiceNow.
using 'main.bicep'

param environmentName = 'vpn-prod'
param location = 'westeurope'
param tags = { owner: 'network-team', costCenter: '4711' }

param subscriptionIds = [
  '11111111-1111-1111-1111-111111111111'
  '22222222-2222-2222-2222-222222222222'
]
param secretAdministratorIds = ['33333333-3333-3333-3333-333333333333']

param functionSubnetId = '/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-hub/providers/Microsoft.Network/virtualNetworks/hub/subnets/vpn-radius'
param privateEndpoints = true
param privateEndpointSubnetId = '/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-hub/providers/Microsoft.Network/virtualNetworks/hub/subnets/private-endpoints'
param createPrivateDnsZones = false

param durableBackend = 'durableTaskScheduler'
param storageSku = 'Standard_ZRS'
param logRetentionDays = 365

param npsServers = [
  {
    address: '10.0.1.4'
    score: 30
    host: '/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-hub/providers/Microsoft.Compute/virtualMachines/nps-01'
  }
  {
    address: '192.168.10.4'
    score: 20
    host: '/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-arc/providers/Microsoft.HybridCompute/machines/nps-onprem'
  }
]
param complianceRemediate = 'safe'
param complianceRepairWindow = 'Sat,Sun 01:00-05:00'
param complianceTickets = { system: 'servicenow', table: 'incident' }
param entraClientId = '44444444-4444-4444-4444-444444444444'
param radiusProbe = true
param serviceNow = {
  instance: 'https://example.service-now.com'
  credentialSecret: 'servicenow-credential'
  webhookSecret: 'servicenow-webhook'
}
param callbacks = { allowedHosts: ['tickets.example.com'], keySecret: 'callback-key' }

param subscriptionTopicId = '/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-events/providers/Microsoft.EventGrid/systemTopics/evgt-platform'
param alertActionGroupIds = [
  '/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-monitoring/providers/Microsoft.Insights/actionGroups/on-call'
]

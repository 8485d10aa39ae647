// One subscription, one NPS server, a VNet made for the app. Peer it with the network of the NPS server.
using 'main.bicep'

param environmentName = 'vpn-small'
param location = 'westeurope'
param storageSku = 'Standard_LRS'
param virtualNetworkAddressPrefix = '10.111.0.0/24'
param npsServers = [
  {
    address: '10.0.1.4'
    host: '/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-hub/providers/Microsoft.Compute/virtualMachines/nps-01'
  }
]
param alertEmails = ['network-team@example.com']

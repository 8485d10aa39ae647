metadata description = 'A VNet for the app, for installations that have none for it. Peer it with the network of the NPS servers.'

@description('Required. Name of the VNet.')
param name string

@description('Required. Azure region.')
param location string

@description('Required. Tags of the resources.')
param tags object

@description('Required. Address space, a /24 or larger. It must not overlap the VNets with which it is peered.')
param addressPrefix string

@description('Required. Whether outbound traffic leaves through a NAT gateway. It then comes from one address, which others can allow.')
param natGateway bool

var outbound = natGateway ? { natGateway: { id: nat.id } } : {}

resource natAddress 'Microsoft.Network/publicIPAddresses@2025-05-01' = if (natGateway) {
  name: 'pip-${name}-nat'
  location: location
  tags: tags
  sku: { name: 'Standard', tier: 'Regional' }
  properties: { publicIPAllocationMethod: 'Static', publicIPAddressVersion: 'IPv4' }
}

resource nat 'Microsoft.Network/natGateways@2025-05-01' = if (natGateway) {
  name: 'ng-${name}'
  location: location
  tags: tags
  sku: { name: 'Standard' }
  properties: { publicIpAddresses: [{ id: natAddress.id }] }
}

resource closed 'Microsoft.Network/networkSecurityGroups@2025-05-01' = {
  name: 'nsg-${name}-nps'
  location: location
  tags: tags
  properties: {
    securityRules: [
      {
        name: 'radius-from-gateways-and-app'
        properties: {
          description: 'RADIUS from the VNet and what is peered with it: the gateway subnets and the app\'s probe.'
          priority: 100
          direction: 'Inbound'
          access: 'Allow'
          protocol: 'Udp'
          sourceAddressPrefix: 'VirtualNetwork'
          sourcePortRange: '*'
          destinationAddressPrefix: '*'
          destinationPortRanges: ['1812', '1813']
        }
      }
      {
        name: 'nothing-else'
        properties: {
          priority: 4096
          direction: 'Inbound'
          access: 'Deny'
          protocol: '*'
          sourceAddressPrefix: '*'
          sourcePortRange: '*'
          destinationAddressPrefix: '*'
          destinationPortRange: '*'
        }
      }
    ]
  }
}

resource virtualNetwork 'Microsoft.Network/virtualNetworks@2025-05-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    // No list of subnets: with one, a second deployment would delete the subnets that others have added. A VNet that is
    // written without the list keeps them (api-version 2023-11-01 and later).
    addressSpace: { addressPrefixes: [addressPrefix] }
  }

  // One after the other, because a VNet takes one write at a time.
  resource functions 'subnets' = {
    name: 'functions'
    properties: {
      ...outbound
      addressPrefix: cidrSubnet(addressPrefix, 26, 0)
      // Flex Consumption runs in the subnet as Container Apps do.
      delegations: [{ name: 'flex', properties: { serviceName: 'Microsoft.App/environments' } }]
      defaultOutboundAccess: !natGateway
    }
  }

  resource privateEndpoints 'subnets' = {
    name: 'private-endpoints'
    properties: {
      addressPrefix: cidrSubnet(addressPrefix, 27, 2)
      defaultOutboundAccess: false
    }
    dependsOn: [functions]
  }

  resource nps 'subnets' = {
    name: 'nps'
    properties: {
      ...outbound
      addressPrefix: cidrSubnet(addressPrefix, 27, 3)
      networkSecurityGroup: { id: closed.id }
      // The run command agent connects to the internet, and the NPS extension connects to Entra.
      defaultOutboundAccess: !natGateway
    }
    dependsOn: [privateEndpoints]
  }
}

@description('Resource id of the VNet.')
output id string = virtualNetwork.id

@description('Subnet of the function app.')
output functionSubnetId string = virtualNetwork::functions.id

@description('Subnet of private endpoints.')
output privateEndpointSubnetId string = virtualNetwork::privateEndpoints.id

@description('Subnet of NPS servers.')
output npsSubnetId string = virtualNetwork::nps.id

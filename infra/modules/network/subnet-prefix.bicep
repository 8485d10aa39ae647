metadata description = 'Reads the address prefix of an existing subnet.'

@description('Required. Name of the VNet.')
param virtualNetworkName string

@description('Required. Name of the subnet.')
param subnetName string

resource virtualNetwork 'Microsoft.Network/virtualNetworks@2025-05-01' existing = {
  name: virtualNetworkName

  resource subnet 'subnets' existing = {
    name: subnetName
  }
}

@description('IPv4 prefix of the subnet.')
output addressPrefix string = virtualNetwork::subnet.properties.?addressPrefix ?? virtualNetwork::subnet.properties.addressPrefixes[0]

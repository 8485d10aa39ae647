metadata description = 'A private endpoint, and the DNS zone with which the VNet finds it.'

@description('Required. Name of the endpoint.')
param name string

@description('Required. Region of the subnet.')
param location string

@description('Required. Tags of the resources.')
param tags object

@description('Required. Subnet of the endpoint.')
param subnetId string

@description('Required. VNet of the subnet: the one that resolves names in the zone.')
param virtualNetworkId string

@description('Required. The resource behind the endpoint.')
param targetId string

@description('Required. The sub-resource, such as vault or blob.')
param groupId string

@description('Required. Private DNS zone of that sub-resource, such as privatelink.vaultcore.azure.net.')
param zoneName string

@description('Required. Whether the zone is made here. Otherwise the people who run private DNS make the record, usually by Azure Policy.')
param createZone bool

resource endpoint 'Microsoft.Network/privateEndpoints@2025-05-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    subnet: { id: subnetId }
    privateLinkServiceConnections: [
      {
        name: groupId
        properties: { privateLinkServiceId: targetId, groupIds: [groupId] }
      }
    ]
  }

  resource zoneGroup 'privateDnsZoneGroups' = if (createZone) {
    name: 'default'
    properties: {
      privateDnsZoneConfigs: [
        { name: groupId, properties: { privateDnsZoneId: zone.id } }
      ]
    }
  }
}

resource zone 'Microsoft.Network/privateDnsZones@2024-06-01' = if (createZone) {
  name: zoneName
  location: 'global'
  tags: tags

  resource link 'virtualNetworkLinks' = {
    name: uniqueString(virtualNetworkId)
    location: 'global'
    tags: tags
    properties: {
      virtualNetwork: { id: virtualNetworkId }
      registrationEnabled: false
    }
  }
}

// The gateway vpngw-hub and the resources that it uses, as they exist.
// Resource Manager knows resources by their names. Nothing has to be imported:
//   az deployment group what-if --resource-group rg-hub --template-file gateway.bicep --parameters gateway.bicepparam
//   az deployment group create  (the same)
// If you keep the virtual network in code, that code must have its GatewaySubnet too. When a virtual network is deployed
// without the subnet GatewaySubnet, this removes the subnet. Connections of the gateway are separate resources. They are not in this file.

// The compiler does not know every newer setting.
#disable-diagnostics BCP037

targetScope = 'resourceGroup'

resource publicIp1 'Microsoft.Network/publicIPAddresses@2025-01-01' = {
  name: 'gateway'
  location: 'westeurope'
  sku: {
    name: 'Standard'
    tier: 'Regional'
  }
  zones: [
    '1'
    '2'
    '3'
  ]
  properties: {
    publicIPAllocationMethod: 'Static'
    publicIPAddressVersion: 'IPv4'
    idleTimeoutInMinutes: 4
    ipTags: []
  }
}

resource publicIp2 'Microsoft.Network/publicIPAddresses@2025-01-01' = {
  name: 'gateway-subnet'
  location: 'westeurope'
  sku: {
    name: 'Standard'
    tier: 'Regional'
  }
  zones: [
    '1'
    '2'
    '3'
  ]
  properties: {
    publicIPAllocationMethod: 'Static'
    publicIPAddressVersion: 'IPv4'
    idleTimeoutInMinutes: 4
    ipTags: []
  }
}

resource publicIp3 'Microsoft.Network/publicIPAddresses@2025-01-01' = {
  name: 'pip-2'
  location: 'westeurope'
  sku: {
    name: 'Standard'
    tier: 'Regional'
  }
  zones: [
    '1'
    '2'
    '3'
  ]
  properties: {
    publicIPAllocationMethod: 'Static'
    publicIPAddressVersion: 'IPv4'
    idleTimeoutInMinutes: 4
    ipTags: []
  }
}

resource publicIp4 'Microsoft.Network/publicIPAddresses@2025-01-01' = {
  name: 'pip.2'
  location: 'westeurope'
  sku: {
    name: 'Standard'
    tier: 'Regional'
  }
  zones: [
    '1'
    '2'
    '3'
  ]
  properties: {
    publicIPAllocationMethod: 'Static'
    publicIPAddressVersion: 'IPv4'
    idleTimeoutInMinutes: 4
    ipTags: []
  }
}

resource publicIp5 'Microsoft.Network/publicIPAddresses@2025-01-01' = {
  name: 'pip_2'
  location: 'westeurope'
  sku: {
    name: 'Standard'
    tier: 'Regional'
  }
  zones: [
    '1'
    '2'
    '3'
  ]
  properties: {
    publicIPAllocationMethod: 'Static'
    publicIPAddressVersion: 'IPv4'
    idleTimeoutInMinutes: 4
    ipTags: []
  }
}

resource virtualNetwork 'Microsoft.Network/virtualNetworks@2025-01-01' existing = {
  name: 'hub'
}

resource gatewaySubnet 'Microsoft.Network/virtualNetworks/subnets@2025-01-01' = {
  parent: virtualNetwork
  name: 'GatewaySubnet'
  properties: {
    privateEndpointNetworkPolicies: 'Disabled'
    privateLinkServiceNetworkPolicies: 'Enabled'
    addressPrefix: '10.0.255.0/27'
  }
}

resource gateway 'Microsoft.Network/virtualNetworkGateways@2025-01-01' = {
  name: 'vpngw-hub'
  tags: {}
  properties: {
    gatewayType: 'Vpn'
    sku: {
      name: 'VpnGw1AZ'
    }
    activeActive: false
    customRoutes: {
      addressPrefixes: []
    }
    ipConfigurations: [
      {
        name: 'only'
        properties: {
          privateIPAllocationMethod: 'Dynamic'
          subnet: {
            id: gatewaySubnet.id
          }
          publicIPAddress: {
            id: publicIp1.id
          }
        }
      }
    ]
    bgpSettings: {
      asn: 65010
      bgpPeeringAddresses: [
        {
          ipconfigurationId: '/subscriptions/11111111-2222-4333-8444-555555555555/resourceGroups/rg-hub/providers/Microsoft.Network/virtualNetworkGateways/vpngw-hub/ipConfigurations/only'
          customBgpIpAddresses: [
            '169.254.21.1'
          ]
        }
        {
          ipconfigurationId: '/subscriptions/11111111-2222-4333-8444-555555555555/resourceGroups/rg-hub/providers/Microsoft.Network/virtualNetworkGateways/vpngw-hub/ipConfigurations/other'
          customBgpIpAddresses: [
            '169.254.22.1'
          ]
        }
      ]
    }
  }
}

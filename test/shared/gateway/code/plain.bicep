// The gateway old and the resources that it uses, as they exist.
// Resource Manager knows resources by their names. Nothing has to be imported:
//   az deployment group what-if --resource-group rg-hub --template-file gateway.bicep --parameters gateway.bicepparam
//   az deployment group create  (the same)
// If you keep the virtual network in code, that code must have its GatewaySubnet too. When a virtual network is deployed
// without the subnet GatewaySubnet, this removes the subnet. Connections of the gateway are separate resources. They are not in this file.
//
// gateway.bicepparam, where the secrets are references to Key Vault:
//   using 'gateway.bicep'
//   param secretOf_10_0_1_4 = az.getSecret(…)   // this app did not set it: ask the person who set it for the secret of 10.0.1.4

// The compiler does not know every newer setting.
#disable-diagnostics BCP037

targetScope = 'resourceGroup'

@description('Required. The shared secret of the RADIUS server 10.0.1.4: a reference to Key Vault, never a value.')
@secure()
param secretOf_10_0_1_4 string

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
    privateLinkServiceNetworkPolicies: 'Disabled'
    addressPrefix: '10.0.255.0/27'
  }
}

resource gateway 'Microsoft.Network/virtualNetworkGateways@2025-01-01' = {
  name: 'old'
  properties: {
    gatewayType: 'Vpn'
    sku: {
      name: 'VpnGw1AZ'
    }
    disableIPSecReplayProtection: false
    enableBgp: false
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
      peerWeight: 0
      bgpPeeringAddresses: [
        {
          ipconfigurationId: '/subscriptions/11111111-2222-4333-8444-555555555555/resourceGroups/rg-hub/providers/Microsoft.Network/virtualNetworkGateways/vpngw-hub/ipConfigurations/only'
          customBgpIpAddresses: []
        }
      ]
    }
    vpnClientConfiguration: {
      radiusServerAddress: '10.0.1.4'
      radiusServerSecret: secretOf_10_0_1_4
    }
  }
}

// The gateway vpngw-hub and the resources that it uses, as they exist.
// Resource Manager knows resources by their names. Nothing has to be imported:
//   az deployment group what-if --resource-group rg-hub --template-file gateway.bicep --parameters gateway.bicepparam
//   az deployment group create  (the same)
// If you keep the virtual network in code, that code must have its GatewaySubnet too. When a virtual network is deployed
// without the subnet GatewaySubnet, this removes the subnet. Connections of the gateway are separate resources. They are not in this file.
//
// gateway.bicepparam, where the secrets are references to Key Vault:
//   using 'gateway.bicep'
//   param secretOf_10_0_1_4 = az.getSecret('<subscription of the vault>', '<its resource group>', 'kv-hub', 'radius-hub', 'v1')
//   param secretOf_10_0_1_5 = az.getSecret(…)   // this app did not set it: ask the person who set it for the secret of 10.0.1.5

// The compiler does not know every newer setting.
#disable-diagnostics BCP037

targetScope = 'resourceGroup'

@description('Required. The shared secret of the RADIUS server 10.0.1.4: a reference to Key Vault, never a value.')
@secure()
param secretOf_10_0_1_4 string

@description('Required. The shared secret of the RADIUS server 10.0.1.5: a reference to Key Vault, never a value.')
@secure()
param secretOf_10_0_1_5 string

resource publicIp1 'Microsoft.Network/publicIPAddresses@2025-01-01' = {
  name: 'vpngw-hub-pip'
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
    dnsSettings: {
      domainNameLabel: 'vpn-hub'
      domainNameLabelScope: 'TenantReuse'
      #disable-next-line no-hardcoded-env-urls
      reverseFqdn: 'vpn.contoso.com.'
    }
    ddosSettings: {
      protectionMode: 'Enabled'
      ddosProtectionPlan: {
        id: '/ddos'
      }
    }
    publicIPPrefix: {
      id: '/prefix'
    }
    deleteOption: 'Detach'
    ipTags: [
      {
        ipTagType: 'RoutingPreference'
        tag: 'Internet'
      }
    ]
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
    addressPrefixes: [
      '10.0.255.0/27'
      'fd00::/64'
    ]
    defaultOutboundAccess: false
    natGateway: {
      id: '/subscriptions/11111111-2222-4333-8444-555555555555/resourceGroups/rg-hub/providers/Microsoft.Network/natGateways/out'
    }
    routeTable: {
      id: '/subscriptions/11111111-2222-4333-8444-555555555555/resourcegroups/rg-hub/providers/Microsoft.Network/routetables/rt-hub'
    }
    networkSecurityGroup: {
      id: '/subscriptions/11111111-2222-4333-8444-555555555555/resourceGroups/rg-hub/providers/Microsoft.Network/networksecuritygroups/nsg-hub'
    }
    serviceEndpoints: [
      {
        service: 'Microsoft.Storage'
      }
    ]
    serviceEndpointPolicies: [
      {
        id: '/subscriptions/11111111-2222-4333-8444-555555555555/resourceGroups/rg-hub/providers/Microsoft.Network/serviceEndpointPolicies/only-ours'
      }
    ]
    delegations: [
      {
        name: 'd'
        properties: {
          serviceName: 'Microsoft.Sql/managedInstances'
        }
      }
    ]
  }
}

resource gateway 'Microsoft.Network/virtualNetworkGateways@2025-01-01' = {
  name: 'vpngw-hub'
  location: 'westeurope'
  tags: {
    owner: 'it\'s \${us}'
    'cost centre': '47"11\u{a}%{ if }'
    path: 'a\\b'
  }
  extendedLocation: {
    name: 'edge-1'
    type: 'EdgeZone'
  }
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '/identities/certificates': {}
    }
  }
  properties: {
    gatewayType: 'Vpn'
    vpnType: 'RouteBased'
    vpnGatewayGeneration: 'Generation2'
    sku: {
      name: 'VpnGw2AZ'
      tier: 'VpnGw2AZ'
    }
    activeActive: true
    enableBgp: true
    enablePrivateIpAddress: true
    enableDnsForwarding: true
    disableIPSecReplayProtection: true
    enableBgpRouteTranslationForNat: true
    allowRemoteVnetTraffic: true
    allowVirtualWanTraffic: false
    adminState: 'Enabled'
    resiliencyModel: 'MultiHomed'
    scaleOut: json('1.5')
    laterText: ''
    laterList: []
    laterObject: {}
    laterSwitch: false
    laterHosts: [
      #disable-next-line no-hardcoded-env-urls
      'vpn.contoso.com'
      'vpn.internal'
    ]
    gatewayDefaultSite: {
      id: '/subscriptions/11111111-2222-4333-8444-555555555555/resourcegroups/rg-hub/providers/Microsoft.Network/localnetworkgateways/factory'
    }
    customRoutes: {
      addressPrefixes: [
        '10.9.0.0/16'
        '192.0.2.0/24'
      ]
    }
    ipConfigurations: [
      {
        name: 'first'
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
      {
        name: 'second'
        properties: {
          privateIPAllocationMethod: 'Dynamic'
          subnet: {
            id: gatewaySubnet.id
          }
          publicIPAddress: {
            id: '/subscriptions/11111111-2222-4333-8444-555555555555/resourceGroups/rg-shared/providers/Microsoft.Network/publicIPAddresses/3shared.pip'
          }
        }
      }
    ]
    bgpSettings: {
      asn: 65010
      peerWeight: 5
      bgpPeeringAddresses: [
        {
          ipconfigurationId: '/subscriptions/11111111-2222-4333-8444-555555555555/resourceGroups/rg-hub/providers/Microsoft.Network/virtualNetworkGateways/vpngw-hub/ipConfigurations/first'
          customBgpIpAddresses: [
            '169.254.21.1'
            '169.254.21.2'
          ]
        }
        {
          ipconfigurationId: '/subscriptions/11111111-2222-4333-8444-555555555555/resourceGroups/rg-hub/providers/Microsoft.Network/virtualNetworkGateways/vpngw-hub/ipConfigurations/none'
          customBgpIpAddresses: []
        }
        {
          ipconfigurationId: '/subscriptions/11111111-2222-4333-8444-555555555555/resourceGroups/rg-hub/providers/Microsoft.Network/virtualNetworkGateways/vpngw-hub/ipConfigurations/second'
          customBgpIpAddresses: [
            '169.254.22.1'
          ]
        }
        {
          ipconfigurationId: '/subscriptions/11111111-2222-4333-8444-555555555555/resourceGroups/rg-hub/providers/Microsoft.Network/virtualNetworkGateways/vpngw-hub/ipConfigurations/third'
          customBgpIpAddresses: [
            '169.254.23.1'
            '169.254.23.2'
          ]
        }
      ]
    }
    natRules: [
      {
        name: 'to factory'
        properties: {
          type: 'Static'
          mode: 'EgressSnat'
          ipConfigurationId: '/subscriptions/11111111-2222-4333-8444-555555555555/resourceGroups/rg-hub/providers/Microsoft.Network/virtualNetworkGateways/vpngw-hub/ipConfigurations/first'
          internalMappings: [
            {
              addressSpace: '10.0.1.0/24'
              portRange: '100-200'
            }
          ]
          externalMappings: [
            {
              addressSpace: '100.64.1.0/24'
            }
          ]
          laterSetting: 7
        }
      }
    ]
    virtualNetworkGatewayPolicyGroups: [
      {
        name: 'finance'
        properties: {
          isDefault: true
          priority: 0
          policyMembers: [
            {
              name: '01'
              attributeType: 'RadiusAzureGroupId'
              attributeValue: '6ad1bd01'
            }
            {
              name: '02'
              attributeType: 'RadiusAzureGroupId'
              attributeValue: '6ad1bd02'
            }
            {
              name: '03'
              attributeType: 'RadiusAzureGroupId'
              attributeValue: '6ad1bd03'
            }
            {
              name: '04'
              attributeType: 'RadiusAzureGroupId'
              attributeValue: '6ad1bd04'
            }
          ]
          vngClientConnectionConfigurations: [
            {
              id: '/subscriptions/11111111-2222-4333-8444-555555555555/resourceGroups/rg-hub/providers/Microsoft.Network/virtualNetworkGateways/vpngw-hub/vngClientConnectionConfigurations/f'
            }
          ]
        }
      }
    ]
    vpnClientConfiguration: {
      vpnClientAddressPool: {
        addressPrefixes: [
          '172.16.1.0/24'
          '172.16.0.0/24'
        ]
      }
      vpnClientProtocols: [
        'OpenVPN'
        'IkeV2'
      ]
      vpnAuthenticationTypes: [
        'Radius'
        'Certificate'
        'AAD'
      ]
      laterSetting: {
        mode: 'Strict'
      }
      #disable-next-line no-hardcoded-env-urls
      aadTenant: 'https://login.microsoftonline.com/t/'
      aadAudience: 'c632b3df'
      #disable-next-line no-hardcoded-env-urls
      aadIssuer: 'https://sts.windows.net/t/'
      vpnClientRootCertificates: [
        {
          name: 'corp'
          properties: {
            publicCertData: 'TUlJQg=='
          }
        }
      ]
      vpnClientRevokedCertificates: [
        {
          name: 'lost'
          properties: {
            thumbprint: 'AB12'
          }
        }
      ]
      vpnClientIpsecPolicies: [
        {
          saLifeTimeSeconds: 86472
          saDataSizeKilobytes: 429497
          ipsecEncryption: 'AES256'
          ipsecIntegrity: 'SHA256'
          ikeEncryption: 'AES256'
          ikeIntegrity: 'SHA384'
          dhGroup: 'DHGroup14'
          pfsGroup: 'PFS14'
        }
        {
          dhGroup: 'DHGroup24'
        }
      ]
      radiusServers: [
        {
          radiusServerAddress: '10.0.1.4'
          radiusServerScore: 12
          radiusServerSecret: secretOf_10_0_1_4
        }
        {
          radiusServerAddress: '10.0.1.5'
          radiusServerSecret: secretOf_10_0_1_5
        }
      ]
      vngClientConnectionConfigurations: [
        {
          name: 'f'
          properties: {
            vpnClientAddressPool: {
              addressPrefixes: [
                '172.19.8.0/24'
              ]
            }
            virtualNetworkGatewayPolicyGroups: [
              {
                id: '/subscriptions/11111111-2222-4333-8444-555555555555/resourceGroups/rg-hub/providers/Microsoft.Network/virtualNetworkGateways/vpngw-hub/virtualNetworkGatewayPolicyGroups/finance'
              }
            ]
          }
        }
      ]
    }
  }
}

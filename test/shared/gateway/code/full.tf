# The gateway vpngw-hub and the resources that it uses, as they exist. terraform plan shows what is imported, and must show no change.
# Connections of the gateway are separate resources. They are not in this file.
terraform {
  required_providers {
    azurerm = {
      "source" = "hashicorp/azurerm"
      "version" = "~> 4.0"
    }
  }
}

variable "key_vault_id" {
  description = "The resource id of the Key Vault https://kv-hub.vault.azure.net/"
  type        = string
}

data "azurerm_key_vault_secret" "secret_of_10_0_1_4" {
  name         = "radius-hub"
  version      = "v1"
  key_vault_id = var.key_vault_id
}

variable "secret_of_10_0_1_5" {
  description = "The shared secret of the RADIUS server 10.0.1.5, which this app did not set"
  type        = string
  sensitive   = true
}

import {
  to = azurerm_public_ip.vpngw_hub_pip
  id = "/subscriptions/11111111-2222-4333-8444-555555555555/resourceGroups/rg-hub/providers/Microsoft.Network/publicIPAddresses/vpngw-hub-pip"
}

# azurerm_public_ip has no argument for:
#   properties.deleteOption: "Detach"
resource "azurerm_public_ip" "vpngw_hub_pip" {
  name                    = "vpngw-hub-pip"
  resource_group_name     = "rg-hub"
  location                = "westeurope"
  allocation_method       = "Static"
  ip_version              = "IPv4"
  idle_timeout_in_minutes = 4
  sku                     = "Standard"
  sku_tier                = "Regional"
  zones                   = ["1", "2", "3"]
  domain_name_label       = "vpn-hub"
  domain_name_label_scope = "TenantReuse"
  reverse_fqdn            = "vpn.contoso.com."
  ddos_protection_mode    = "Enabled"
  ddos_protection_plan_id = "/ddos"
  public_ip_prefix_id     = "/prefix"
  ip_tags                 = {
    "RoutingPreference" = "Internet"
  }
}

import {
  to = azurerm_public_ip._3shared_pip
  id = "/subscriptions/11111111-2222-4333-8444-555555555555/resourceGroups/rg-shared/providers/Microsoft.Network/publicIPAddresses/3shared.pip"
}

# azurerm_public_ip has no argument for:
#   laterMember: "x"
resource "azurerm_public_ip" "_3shared_pip" {
  name                    = "3shared.pip"
  resource_group_name     = "rg-shared"
  location                = "westeurope"
  allocation_method       = "Static"
  ip_version              = "IPv4"
  idle_timeout_in_minutes = 4
  sku                     = "Standard"
  sku_tier                = "Regional"
  zones                   = ["1", "2", "3"]
}

import {
  to = azurerm_subnet.gateway_subnet
  id = "/subscriptions/11111111-2222-4333-8444-555555555555/resourceGroups/rg-hub/providers/Microsoft.Network/virtualNetworks/hub/subnets/GatewaySubnet"
}

# azurerm_subnet has no argument for:
#   properties.natGateway: {"id":"/subscriptions/11111111-2222-4333-8444-555555555555/resourceGroups/rg-hub/providers/Microsoft.Network/natGateways/out"}
resource "azurerm_subnet" "gateway_subnet" {
  name                                          = "GatewaySubnet"
  resource_group_name                           = "rg-hub"
  virtual_network_name                          = "hub"
  address_prefixes                              = ["10.0.255.0/27", "fd00::/64"]
  default_outbound_access_enabled               = false
  private_endpoint_network_policies             = "Disabled"
  private_link_service_network_policies_enabled = true
  service_endpoints                             = ["Microsoft.Storage"]
  service_endpoint_policy_ids                   = ["/subscriptions/11111111-2222-4333-8444-555555555555/resourceGroups/rg-hub/providers/Microsoft.Network/serviceEndpointPolicies/only-ours"]

  delegation {
    name = "d"

    service_delegation {
      name = "Microsoft.Sql/managedInstances"
    }
  }
}

import {
  to = azurerm_subnet_route_table_association.gateway_subnet
  id = "/subscriptions/11111111-2222-4333-8444-555555555555/resourceGroups/rg-hub/providers/Microsoft.Network/virtualNetworks/hub/subnets/GatewaySubnet"
}

resource "azurerm_subnet_route_table_association" "gateway_subnet" {
  subnet_id      = azurerm_subnet.gateway_subnet.id
  route_table_id = "/subscriptions/11111111-2222-4333-8444-555555555555/resourceGroups/rg-hub/providers/Microsoft.Network/routeTables/rt-hub"
}

import {
  to = azurerm_subnet_network_security_group_association.gateway_subnet
  id = "/subscriptions/11111111-2222-4333-8444-555555555555/resourceGroups/rg-hub/providers/Microsoft.Network/virtualNetworks/hub/subnets/GatewaySubnet"
}

resource "azurerm_subnet_network_security_group_association" "gateway_subnet" {
  subnet_id                 = azurerm_subnet.gateway_subnet.id
  network_security_group_id = "/subscriptions/11111111-2222-4333-8444-555555555555/resourceGroups/rg-hub/providers/Microsoft.Network/networkSecurityGroups/nsg-hub"
}

import {
  to = azurerm_virtual_network_gateway.gateway
  id = "/subscriptions/11111111-2222-4333-8444-555555555555/resourceGroups/rg-hub/providers/Microsoft.Network/virtualNetworkGateways/vpngw-hub"
}

# azurerm_virtual_network_gateway has no argument for:
#   identity: {"type":"UserAssigned","userAssignedIdentities":{"/identities/certificates":{}}}
#   properties.adminState: "Enabled"
#   properties.resiliencyModel: "MultiHomed"
#   properties.scaleOut: 1.5
#   properties.laterHosts: ["vpn.contoso.com","vpn.internal"]
#   properties.vpnClientConfiguration.laterSetting: {"mode":"Strict"}
#   properties.vpnClientConfiguration.vpnClientIpsecPolicies: {"dhGroup":"DHGroup24"}
#   APIPA addresses of third: 169.254.23.1, 169.254.23.2 (the provider accepts at most 2)
resource "azurerm_virtual_network_gateway" "gateway" {
  name                                  = "vpngw-hub"
  resource_group_name                   = "rg-hub"
  location                              = "westeurope"
  type                                  = "Vpn"
  vpn_type                              = "RouteBased"
  sku                                   = "VpnGw2AZ"
  generation                            = "Generation2"
  active_active                         = true
  enable_bgp                            = true
  private_ip_address_enabled            = true
  bgp_route_translation_for_nat_enabled = true
  dns_forwarding_enabled                = true
  ip_sec_replay_protection_enabled      = false
  remote_vnet_traffic_enabled           = true
  virtual_wan_traffic_enabled           = false
  default_local_network_gateway_id      = "/subscriptions/11111111-2222-4333-8444-555555555555/resourceGroups/rg-hub/providers/Microsoft.Network/localNetworkGateways/factory"
  edge_zone                             = "edge-1"
  tags                                  = {
    "owner" = "it's $${us}"
    "cost centre" = "47\"11\u000a%%{ if }"
    "path" = "a\\b"
  }

  ip_configuration {
    name                          = "first"
    private_ip_address_allocation = "Dynamic"
    subnet_id                     = azurerm_subnet.gateway_subnet.id
    public_ip_address_id          = azurerm_public_ip.vpngw_hub_pip.id
  }

  ip_configuration {
    name                          = "second"
    private_ip_address_allocation = "Dynamic"
    subnet_id                     = azurerm_subnet.gateway_subnet.id
    public_ip_address_id          = azurerm_public_ip._3shared_pip.id
  }

  bgp_settings {
    asn         = 65010
    peer_weight = 5

    peering_addresses {
      ip_configuration_name = "first"
      apipa_addresses       = ["169.254.21.1", "169.254.21.2"]
    }

    peering_addresses {
      ip_configuration_name = "second"
      apipa_addresses       = ["169.254.22.1"]
    }
  }

  custom_route {
    address_prefixes = ["10.9.0.0/16", "192.0.2.0/24"]
  }

  policy_group {
    name       = "finance"
    is_default = true
    priority   = 0

    policy_member {
      name  = "01"
      type  = "RadiusAzureGroupId"
      value = "6ad1bd01"
    }

    policy_member {
      name  = "02"
      type  = "RadiusAzureGroupId"
      value = "6ad1bd02"
    }

    policy_member {
      name  = "03"
      type  = "RadiusAzureGroupId"
      value = "6ad1bd03"
    }

    policy_member {
      name  = "04"
      type  = "RadiusAzureGroupId"
      value = "6ad1bd04"
    }
  }

  vpn_client_configuration {
    address_space        = ["172.16.1.0/24", "172.16.0.0/24"]
    vpn_client_protocols = ["OpenVPN", "IkeV2"]
    vpn_auth_types       = ["Radius", "Certificate", "AAD"]
    aad_tenant           = "https://login.microsoftonline.com/t/"
    aad_audience         = "c632b3df"
    aad_issuer           = "https://sts.windows.net/t/"

    radius_server {
      address = "10.0.1.4"
      score   = 12
      secret  = data.azurerm_key_vault_secret.secret_of_10_0_1_4.value
    }

    radius_server {
      address = "10.0.1.5"
      score   = 30
      secret  = var.secret_of_10_0_1_5
    }

    root_certificate {
      name             = "corp"
      public_cert_data = "TUlJQg=="
    }

    revoked_certificate {
      name       = "lost"
      thumbprint = "AB12"
    }

    ipsec_policy {
      dh_group                  = "DHGroup14"
      ike_encryption            = "AES256"
      ike_integrity             = "SHA384"
      ipsec_encryption          = "AES256"
      ipsec_integrity           = "SHA256"
      pfs_group                 = "PFS14"
      sa_lifetime_in_seconds    = 86472
      sa_data_size_in_kilobytes = 429497
    }

    virtual_network_gateway_client_connection {
      name               = "f"
      address_prefixes   = ["172.19.8.0/24"]
      policy_group_names = ["finance"]
    }
  }
}

import {
  to = azurerm_virtual_network_gateway_nat_rule.to_factory
  id = "/subscriptions/11111111-2222-4333-8444-555555555555/resourceGroups/rg-hub/providers/Microsoft.Network/virtualNetworkGateways/vpngw-hub/natRules/to factory"
}

# azurerm_virtual_network_gateway_nat_rule has no argument for:
#   properties.laterSetting: 7
resource "azurerm_virtual_network_gateway_nat_rule" "to_factory" {
  name                       = "to factory"
  resource_group_name        = "rg-hub"
  virtual_network_gateway_id = azurerm_virtual_network_gateway.gateway.id
  type                       = "Static"
  mode                       = "EgressSnat"
  ip_configuration_id        = "/subscriptions/11111111-2222-4333-8444-555555555555/resourceGroups/rg-hub/providers/Microsoft.Network/virtualNetworkGateways/vpngw-hub/ipConfigurations/first"

  internal_mapping {
    address_space = "10.0.1.0/24"
    port_range    = "100-200"
  }

  external_mapping {
    address_space = "100.64.1.0/24"
  }
}

# The gateway old and the resources that it uses, as they exist. terraform plan shows what is imported, and must show no change.
# Connections of the gateway are separate resources. They are not in this file.
terraform {
  required_providers {
    azurerm = {
      "source" = "hashicorp/azurerm"
      "version" = "~> 4.0"
    }
  }
}

variable "secret_of_10_0_1_4" {
  description = "The shared secret of the RADIUS server 10.0.1.4, which this app did not set"
  type        = string
  sensitive   = true
}

import {
  to = azurerm_public_ip.gateway_2
  id = "/subscriptions/11111111-2222-4333-8444-555555555555/resourceGroups/rg-hub/providers/Microsoft.Network/publicIPAddresses/gateway"
}

resource "azurerm_public_ip" "gateway_2" {
  name                    = "gateway"
  resource_group_name     = "rg-hub"
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

resource "azurerm_subnet" "gateway_subnet" {
  name                                          = "GatewaySubnet"
  resource_group_name                           = "rg-hub"
  virtual_network_name                          = "hub"
  address_prefixes                              = ["10.0.255.0/27"]
  private_endpoint_network_policies             = "Disabled"
  private_link_service_network_policies_enabled = false
}

import {
  to = azurerm_virtual_network_gateway.gateway
  id = "/subscriptions/11111111-2222-4333-8444-555555555555/resourceGroups/rg-hub/providers/Microsoft.Network/virtualNetworkGateways/old"
}

resource "azurerm_virtual_network_gateway" "gateway" {
  name                             = "old"
  resource_group_name              = "rg-hub"
  type                             = "Vpn"
  sku                              = "VpnGw1AZ"
  enable_bgp                       = false
  ip_sec_replay_protection_enabled = true

  ip_configuration {
    name                          = "only"
    private_ip_address_allocation = "Dynamic"
    subnet_id                     = azurerm_subnet.gateway_subnet.id
    public_ip_address_id          = azurerm_public_ip.gateway_2.id
  }

  vpn_client_configuration {
    address_space         = []
    radius_server_address = "10.0.1.4"
    radius_server_secret  = var.secret_of_10_0_1_4
  }
}

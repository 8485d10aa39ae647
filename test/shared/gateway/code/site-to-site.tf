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
  to = azurerm_public_ip.gateway_subnet_2
  id = "/subscriptions/11111111-2222-4333-8444-555555555555/resourceGroups/rg-hub/providers/Microsoft.Network/publicIPAddresses/gateway-subnet"
}

resource "azurerm_public_ip" "gateway_subnet_2" {
  name                    = "gateway-subnet"
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
  to = azurerm_public_ip.pip_2
  id = "/subscriptions/11111111-2222-4333-8444-555555555555/resourceGroups/rg-hub/providers/Microsoft.Network/publicIPAddresses/pip-2"
}

resource "azurerm_public_ip" "pip_2" {
  name                    = "pip-2"
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
  to = azurerm_public_ip.pip_2_2
  id = "/subscriptions/11111111-2222-4333-8444-555555555555/resourceGroups/rg-hub/providers/Microsoft.Network/publicIPAddresses/pip.2"
}

resource "azurerm_public_ip" "pip_2_2" {
  name                    = "pip.2"
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
  to = azurerm_public_ip.pip_2_3
  id = "/subscriptions/11111111-2222-4333-8444-555555555555/resourceGroups/rg-hub/providers/Microsoft.Network/publicIPAddresses/pip_2"
}

resource "azurerm_public_ip" "pip_2_3" {
  name                    = "pip_2"
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
  private_link_service_network_policies_enabled = true
}

import {
  to = azurerm_virtual_network_gateway.gateway
  id = "/subscriptions/11111111-2222-4333-8444-555555555555/resourceGroups/rg-hub/providers/Microsoft.Network/virtualNetworkGateways/vpngw-hub"
}

# azurerm_virtual_network_gateway has no argument for:
#   APIPA addresses of other: 169.254.22.1 (the provider accepts at most 1)
resource "azurerm_virtual_network_gateway" "gateway" {
  name                = "vpngw-hub"
  resource_group_name = "rg-hub"
  type                = "Vpn"
  sku                 = "VpnGw1AZ"
  active_active       = false
  tags                = {}

  ip_configuration {
    name                          = "only"
    private_ip_address_allocation = "Dynamic"
    subnet_id                     = azurerm_subnet.gateway_subnet.id
    public_ip_address_id          = azurerm_public_ip.gateway_2.id
  }

  bgp_settings {
    asn = 65010

    peering_addresses {
      ip_configuration_name = "only"
      apipa_addresses       = ["169.254.21.1"]
    }
  }
}

import { nameOf, parseResourceId } from '../../core/resource-id.ts';
import { flag, idIn, leftOf, namedMembers, number, object, text, texts } from './arm-values.ts';
import type { Block } from './hcl.ts';
import { type ArmResource, type JsonObject, settings } from './resources.ts';

/** Azure's settings in the arguments of azurerm 4 (registry.terraform.io/providers/hashicorp/azurerm/latest/docs). */

/** What azurerm has no argument for. */
export function leftOfAddress(address: ArmResource): string[] {
  const whole = settings(address);
  return [
    ...leftOf(whole, ofAddress, ''),
    ...leftOf(object(whole.properties), ofAddressProperties, 'properties.'),
  ];
}

export function publicIpBlock(address: ArmResource): Block {
  const { properties, location, tags, sku, zones, extendedLocation } = settings(address) as JsonObject & {
    readonly properties: JsonObject;
  };
  const { dnsSettings, ddosSettings, ipTags } = properties;
  const dns = object(dnsSettings);
  const ddos = object(ddosSettings);
  return {
    arguments: {
      name: address.name,
      resource_group_name: parseResourceId(address.id)!.resourceGroup,
      location: text(location),
      allocation_method: text(properties.publicIPAllocationMethod),
      ip_version: text(properties.publicIPAddressVersion),
      idle_timeout_in_minutes: number(properties.idleTimeoutInMinutes),
      sku: text(object(sku).name),
      sku_tier: text(object(sku).tier),
      zones: texts(zones),
      domain_name_label: text(dns.domainNameLabel),
      domain_name_label_scope: text(dns.domainNameLabelScope),
      reverse_fqdn: text(dns.reverseFqdn),
      ddos_protection_mode: text(ddos.protectionMode),
      ddos_protection_plan_id: idIn(ddos.ddosProtectionPlan),
      public_ip_prefix_id: idIn(properties.publicIPPrefix),
      edge_zone: text(object(extendedLocation).name),
      ip_tags:
        ipTags && (ipTags as readonly unknown[]).length > 0
          ? Object.fromEntries(
              (ipTags as readonly { readonly ipTagType: string; readonly tag: string }[]).map((one) => [
                one.ipTagType,
                one.tag,
              ]),
            )
          : undefined,
      tags: tags as Readonly<Record<string, string>> | undefined,
    },
  };
}

/** What azurerm has no argument for. Route table and security group are resources of their own. */
export const leftOfSubnet = (subnet: ArmResource): string[] =>
  leftOf(object(settings(subnet).properties), ofSubnet, 'properties.');

export function subnetBlock(subnet: ArmResource): Block {
  const { properties } = settings(subnet) as { readonly properties: JsonObject };
  const prefixes = texts(properties.addressPrefixes);
  const linkService = text(properties.privateLinkServiceNetworkPolicies);
  const endpoints = (properties.serviceEndpoints ?? []) as readonly { readonly service: string }[];
  const policies = (properties.serviceEndpointPolicies ?? []) as readonly { readonly id: string }[];
  return {
    arguments: {
      name: subnet.name,
      resource_group_name: parseResourceId(subnet.id)!.resourceGroup,
      virtual_network_name: nameOf(subnet.id.replace(/\/subnets\/[^/]+$/i, '')),
      address_prefixes: prefixes && prefixes.length > 0 ? prefixes : [text(properties.addressPrefix)!],
      default_outbound_access_enabled: flag(properties.defaultOutboundAccess),
      private_endpoint_network_policies: text(properties.privateEndpointNetworkPolicies),
      private_link_service_network_policies_enabled: linkService && linkService === 'Enabled',
      service_endpoints: endpoints.length > 0 ? endpoints.map(({ service }) => service) : undefined,
      service_endpoint_policy_ids: policies.length > 0 ? policies.map(({ id }) => id) : undefined,
    } as Block['arguments'],
    blocks: namedMembers(properties.delegations).map(({ name, properties: delegation }) => [
      'delegation',
      {
        arguments: { name },
        blocks: [['service_delegation', { arguments: { name: text(delegation.serviceName) } }]],
      },
    ]),
  };
}

const ofAddress = ['location', 'tags', 'sku', 'zones', 'extendedLocation', 'properties'];
const ofAddressProperties = [
  'publicIPAllocationMethod',
  'publicIPAddressVersion',
  'idleTimeoutInMinutes',
  'dnsSettings',
  'ddosSettings',
  'publicIPPrefix',
  'ipTags',
];
const ofSubnet = [
  'addressPrefix',
  'addressPrefixes',
  'defaultOutboundAccess',
  'privateEndpointNetworkPolicies',
  'privateLinkServiceNetworkPolicies',
  'serviceEndpoints',
  'serviceEndpointPolicies',
  'delegations',
  'routeTable',
  'networkSecurityGroup',
];

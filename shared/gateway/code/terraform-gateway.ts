import { nameOf } from '../../core/resource-id.ts';
import { flag, idIn, leftOf, namedMembers, number, object, tagsOf, text, texts } from './arm-values.ts';
import { type Block, Reference, type Value } from './hcl.ts';
import type { ArmResource, JsonObject } from './resources.ts';
import { clientConfigurationBlock, ofClient } from './terraform-client.ts';

/** Azure's settings in the arguments of azurerm 4 (registry.terraform.io/providers/hashicorp/azurerm/latest/docs). */

type IdOf = (id: string) => Value;

/** `left` holds the settings for which azurerm has no argument. */
export function gatewayBlock(
  gateway: JsonObject,
  idOf: IdOf,
  secretOf: (address: string) => Reference,
): { readonly block: Block; readonly left: readonly string[] } {
  const properties = object(gateway.properties);
  const configurations = namedMembers(properties.ipConfigurations);
  const client = object(properties.vpnClientConfiguration);
  const bgp = object(properties.bgpSettings);
  const site = idIn(properties.gatewayDefaultSite);
  const isReplayProtectionOff = flag(properties.disableIPSecReplayProtection);
  const routes = texts(object(properties.customRoutes).addressPrefixes) ?? [];
  const clientBlock = clientConfigurationBlock(client, secretOf);
  const peers = peeringBlocks(bgp, properties.activeActive === true);
  return {
    left: [
      ...leftOf(gateway, ofGateway, ''),
      ...leftOf(properties, ofProperties, 'properties.'),
      ...leftOf(client, ofClient, 'properties.vpnClientConfiguration.'),
      ...clientBlock.left,
      ...peers.left,
    ],
    block: {
      arguments: {
        location: text(gateway.location),
        type: text(properties.gatewayType),
        vpn_type: text(properties.vpnType),
        sku: text(object(properties.sku).name),
        generation: text(properties.vpnGatewayGeneration),
        active_active: flag(properties.activeActive),
        enable_bgp: flag(properties.enableBgp),
        private_ip_address_enabled: flag(properties.enablePrivateIpAddress),
        bgp_route_translation_for_nat_enabled: flag(properties.enableBgpRouteTranslationForNat),
        dns_forwarding_enabled: flag(properties.enableDnsForwarding),
        ip_sec_replay_protection_enabled:
          isReplayProtectionOff === undefined ? undefined : !isReplayProtectionOff,
        remote_vnet_traffic_enabled: flag(properties.allowRemoteVnetTraffic),
        virtual_wan_traffic_enabled: flag(properties.allowVirtualWanTraffic),
        default_local_network_gateway_id: site === undefined ? undefined : idOf(site),
        edge_zone: text(object(gateway.extendedLocation).name),
        tags: tagsOf(gateway),
      },
      blocks: [
        ...configurations.map(
          ({ name, properties: one }) =>
            [
              'ip_configuration',
              {
                arguments: {
                  name,
                  private_ip_address_allocation: text(one.privateIPAllocationMethod),
                  subnet_id: idOf(idIn(one.subnet)!),
                  public_ip_address_id: idOf(idIn(one.publicIPAddress) ?? ''),
                },
              },
            ] as const,
        ),
        ...(bgp.asn
          ? ([
              [
                'bgp_settings',
                {
                  arguments: { asn: number(bgp.asn), peer_weight: number(bgp.peerWeight) },
                  blocks: peers.blocks,
                },
              ],
            ] as const)
          : []),
        ...(routes.length > 0
          ? ([['custom_route', { arguments: { address_prefixes: routes } }]] as const)
          : []),
        ...namedMembers(properties.virtualNetworkGatewayPolicyGroups).map(
          ({ name, properties: group }) =>
            [
              'policy_group',
              {
                arguments: { name, is_default: flag(group.isDefault), priority: number(group.priority) },
                blocks: (group.policyMembers as readonly Readonly<Record<string, string>>[]).map(
                  (member) =>
                    [
                      'policy_member',
                      {
                        arguments: {
                          name: member.name,
                          type: member.attributeType,
                          value: member.attributeValue,
                        },
                      },
                    ] as const,
                ),
              },
            ] as const,
        ),
        ...(Object.keys(client).length > 0
          ? ([['vpn_client_configuration', clientBlock.block]] as const)
          : []),
      ],
    },
  };
}

function peeringBlocks(bgp: JsonObject, isActiveActive: boolean) {
  const all = (bgp.bgpPeeringAddresses ?? []) as readonly {
    readonly ipconfigurationId: string;
    readonly customBgpIpAddresses?: readonly string[];
  }[];
  const set = all.filter(({ customBgpIpAddresses = [] }) => customBgpIpAddresses.length > 0);
  const most = isActiveActive ? 2 : 1;
  const told = (one: (typeof all)[number]) =>
    `APIPA addresses of ${nameOf(one.ipconfigurationId)}: ${one.customBgpIpAddresses!.join(', ')} (the provider accepts at most ${most})`;
  return {
    left: set.slice(most).map(told),
    blocks: set.slice(0, most).map(
      ({ ipconfigurationId, customBgpIpAddresses }) =>
        [
          'peering_addresses',
          {
            arguments: {
              ip_configuration_name: nameOf(ipconfigurationId),
              apipa_addresses: customBgpIpAddresses,
            },
          },
        ] as const,
    ),
  };
}

/** What azurerm has no argument for. */
export const leftOfNatRule = ({ properties }: Pick<ArmResource, 'properties'>): string[] =>
  leftOf(properties, ofNatRule, 'properties.');

export function natRuleBlock(
  { name, properties }: Pick<ArmResource, 'name' | 'properties'>,
  group: string,
): Block {
  const mappings = (value: unknown) =>
    (value ?? []) as readonly { readonly addressSpace: string; readonly portRange?: string }[];
  const blocks = (block: string, value: unknown) =>
    mappings(value).map(
      ({ addressSpace, portRange }) =>
        [block, { arguments: { address_space: addressSpace, port_range: portRange } }] as const,
    );
  return {
    arguments: {
      name,
      resource_group_name: group,
      virtual_network_gateway_id: new Reference('azurerm_virtual_network_gateway.gateway.id'),
      type: text(properties.type),
      mode: text(properties.mode),
      ip_configuration_id: text(properties.ipConfigurationId),
    },
    blocks: [
      ...blocks('internal_mapping', properties.internalMappings),
      ...blocks('external_mapping', properties.externalMappings),
    ],
  };
}

const ofGateway = ['location', 'tags', 'extendedLocation', 'properties'];
const ofProperties = [
  'gatewayType',
  'vpnType',
  'sku',
  'vpnGatewayGeneration',
  'activeActive',
  'enableBgp',
  'enablePrivateIpAddress',
  'enableBgpRouteTranslationForNat',
  'enableDnsForwarding',
  'disableIPSecReplayProtection',
  'allowRemoteVnetTraffic',
  'allowVirtualWanTraffic',
  'gatewayDefaultSite',
  'ipConfigurations',
  'bgpSettings',
  'customRoutes',
  'virtualNetworkGatewayPolicyGroups',
  'vpnClientConfiguration',
  'natRules',
];
const ofNatRule = ['type', 'mode', 'ipConfigurationId', 'internalMappings', 'externalMappings'];

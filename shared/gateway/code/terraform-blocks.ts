import { nameOf, parseResourceId } from '../../core/resource-id.ts';
import { type Block, Reference, type Value } from './hcl.ts';
import { type ArmResource, type JsonObject, settings } from './resources.ts';

/** Azure's settings in the arguments of azurerm 4 (registry.terraform.io/providers/hashicorp/azurerm/latest/docs). */

type Named = { readonly name: string; readonly properties: JsonObject };
type IdOf = (id: string) => Value;

const text = (value: unknown) => value as string | undefined;
const flag = (value: unknown) => value as boolean | undefined;
const number = (value: unknown) => value as number | undefined;
const texts = (value: unknown) => value as readonly string[] | undefined;
const named = (value: unknown) => (value ?? []) as readonly Named[];
const object = (value: unknown) => (value ?? {}) as JsonObject;
const tagsOf = (resource: JsonObject) => resource.tags as Readonly<Record<string, string>> | undefined;
const idIn = (value: unknown) => object(value).id as string | undefined;

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
    blocks: named(properties.delegations).map(({ name, properties: delegation }) => [
      'delegation',
      {
        arguments: { name },
        blocks: [['service_delegation', { arguments: { name: text(delegation.serviceName) } }]],
      },
    ]),
  };
}

/** `left` is what azurerm has no argument for. */
export function gatewayBlock(
  gateway: JsonObject,
  idOf: IdOf,
  secretOf: (address: string) => Reference,
): { readonly block: Block; readonly left: readonly string[] } {
  const properties = object(gateway.properties);
  const configurations = named(properties.ipConfigurations);
  const client = object(properties.vpnClientConfiguration);
  const bgp = object(properties.bgpSettings);
  const site = idIn(properties.gatewayDefaultSite);
  const replay = flag(properties.disableIPSecReplayProtection);
  const routes = texts(object(properties.customRoutes).addressPrefixes) ?? [];
  const clientBlock = clientConfiguration(client, secretOf);
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
        ip_sec_replay_protection_enabled: replay === undefined ? undefined : !replay,
        remote_vnet_traffic_enabled: flag(properties.allowRemoteVnetTraffic),
        virtual_wan_traffic_enabled: flag(properties.allowVirtualWanTraffic),
        default_local_network_gateway_id: site,
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
        ...named(properties.virtualNetworkGatewayPolicyGroups).map(
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
    `APIPA addresses of ${nameOf(one.ipconfigurationId)}: ${one.customBgpIpAddresses!.join(', ')} (it takes those of ${most} at most)`;
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

function clientConfiguration(client: JsonObject, secretOf: (address: string) => Reference) {
  const single = text(client.radiusServerAddress);
  const servers = (client.radiusServers ?? []) as readonly {
    readonly radiusServerAddress: string;
    readonly radiusServerScore?: number;
  }[];
  const [policy, ...morePolicies] = (client.vpnClientIpsecPolicies ?? []) as readonly JsonObject[];
  const types = texts(client.vpnAuthenticationTypes) ?? [];
  const block: Block = {
    arguments: {
      address_space: texts(object(client.vpnClientAddressPool).addressPrefixes) ?? [],
      vpn_client_protocols: texts(client.vpnClientProtocols),
      vpn_auth_types: types.length > 0 ? types : undefined,
      aad_tenant: text(client.aadTenant),
      aad_audience: text(client.aadAudience),
      aad_issuer: text(client.aadIssuer),
      radius_server_address: single,
      radius_server_secret: single && secretOf(single),
    } as Block['arguments'],
    blocks: [
      ...servers.map(
        ({ radiusServerAddress: address, radiusServerScore: score = 30 }) =>
          ['radius_server', { arguments: { address, score, secret: secretOf(address) } }] as const,
      ),
      ...named(client.vpnClientRootCertificates).map(
        ({ name, properties }) =>
          [
            'root_certificate',
            { arguments: { name, public_cert_data: text(properties.publicCertData) } },
          ] as const,
      ),
      ...named(client.vpnClientRevokedCertificates).map(
        ({ name, properties }) =>
          ['revoked_certificate', { arguments: { name, thumbprint: text(properties.thumbprint) } }] as const,
      ),
      ...(policy ? ([['ipsec_policy', ipsecPolicy(policy)]] as const) : []),
      ...named(client.vngClientConnectionConfigurations).map(
        ({ name, properties }) =>
          [
            'virtual_network_gateway_client_connection',
            {
              arguments: {
                name,
                address_prefixes: texts(object(properties.vpnClientAddressPool).addressPrefixes),
                policy_group_names: (
                  (properties.virtualNetworkGatewayPolicyGroups ?? []) as readonly { readonly id: string }[]
                ).map(({ id }) => nameOf(id)),
              },
            },
          ] as const,
      ),
    ],
  };
  const left = morePolicies.map(
    (one) => `properties.vpnClientConfiguration.vpnClientIpsecPolicies: ${JSON.stringify(one)}`,
  );
  return { block, left };
}

const ipsecPolicy = (policy: JsonObject): Block => ({
  arguments: {
    dh_group: text(policy.dhGroup),
    ike_encryption: text(policy.ikeEncryption),
    ike_integrity: text(policy.ikeIntegrity),
    ipsec_encryption: text(policy.ipsecEncryption),
    ipsec_integrity: text(policy.ipsecIntegrity),
    pfs_group: text(policy.pfsGroup),
    sa_lifetime_in_seconds: number(policy.saLifeTimeSeconds),
    sa_data_size_in_kilobytes: number(policy.saDataSizeKilobytes),
  },
});

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
const ofClient = [
  'vpnClientAddressPool',
  'vpnClientProtocols',
  'vpnAuthenticationTypes',
  'aadTenant',
  'aadAudience',
  'aadIssuer',
  'radiusServerAddress',
  'radiusServers',
  'vpnClientRootCertificates',
  'vpnClientRevokedCertificates',
  'vpnClientIpsecPolicies',
  'vngClientConnectionConfigurations',
];

/** What is set and stands in no argument; false and empty is how it is without being set. */
function leftOf(value: JsonObject, known: readonly string[], path: string): string[] {
  return Object.entries(value)
    .filter(([name, member]) => !known.includes(name) && !isEmpty(member))
    .map(([name, member]) => `${path}${name}: ${JSON.stringify(member)}`);
}

const isEmpty = (value: unknown) =>
  value === false ||
  value === '' ||
  value === null ||
  value === undefined ||
  (typeof value === 'object' && Object.keys(value).length === 0);

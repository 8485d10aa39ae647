import { nameOf } from '../../core/resource-id.ts';
import { defaultScore } from '../merge.ts';
import { namedMembers, number, object, text, texts } from './arm-values.ts';
import type { Block, Reference } from './hcl.ts';
import type { JsonObject } from './resources.ts';

/** Point-to-site in the arguments of azurerm 4. `left` holds the settings for which it has no argument. */
export function clientConfigurationBlock(client: JsonObject, secretOf: (address: string) => Reference) {
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
        ({ radiusServerAddress: address, radiusServerScore: score = defaultScore }) =>
          ['radius_server', { arguments: { address, score, secret: secretOf(address) } }] as const,
      ),
      ...namedMembers(client.vpnClientRootCertificates).map(
        ({ name, properties }) =>
          [
            'root_certificate',
            { arguments: { name, public_cert_data: text(properties.publicCertData) } },
          ] as const,
      ),
      ...namedMembers(client.vpnClientRevokedCertificates).map(
        ({ name, properties }) =>
          ['revoked_certificate', { arguments: { name, thumbprint: text(properties.thumbprint) } }] as const,
      ),
      ...(policy ? ([['ipsec_policy', ipsecPolicy(policy)]] as const) : []),
      ...namedMembers(client.vngClientConnectionConfigurations).map(
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

export const ofClient = [
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

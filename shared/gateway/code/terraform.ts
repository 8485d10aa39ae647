import { nameOf, parseResourceId, sameId } from '../../core/resource-id.ts';
import { object } from './arm-values.ts';
import { addressesOf } from './bicep.ts';
import { type Block, blockLines, Reference, type Value } from './hcl.ts';
import { type ArmResource, type GatewayResources, type SecretPlace, settings } from './resources.ts';
import { gatewayBlock, leftOfNatRule, natRuleBlock } from './terraform-gateway.ts';
import { leftOfAddress, leftOfSubnet, publicIpBlock, subnetBlock } from './terraform-network.ts';

/**
 * The existing resources as Terraform for the provider azurerm, each with its `import` block. A comment at the resource
 * names each setting for which the provider has no argument: the provider would remove it with the next change of the
 * resource.
 */
export function terraformOf(
  { gateway, subnet, publicIps }: GatewayResources,
  secrets: readonly SecretPlace[],
  vaultUrl: string,
): string {
  const labels = labelled(['gateway', 'gateway_subnet']);
  const addresses = publicIps.map((address) => ({ address, label: labels(address.name) }));
  const references = new Map<string, Reference>([
    [subnet.id.toLowerCase(), new Reference('azurerm_subnet.gateway_subnet.id')],
    ...addresses.map(
      ({ address, label }) =>
        [address.id.toLowerCase(), new Reference(`azurerm_public_ip.${label}.id`)] as const,
    ),
  ]);
  const idOf = (id: string): Value => references.get(id.toLowerCase()) ?? canonical(id);
  const servers = addressesOf(gateway);
  const secretOf = (address: string) =>
    new Reference(
      secrets.some((one) => one.address === address)
        ? `data.azurerm_key_vault_secret.${secretLabel(address)}.value`
        : `var.${secretLabel(address)}`,
    );
  const own = settings(gateway);
  const whole = gatewayBlock(own, idOf, secretOf);
  const natRules = ((object(own.properties).natRules ?? []) as readonly ArmResource[]).map((rule) => ({
    rule,
    label: labels(rule.name),
  }));
  const { routeTable, networkSecurityGroup } = subnet.properties as Readonly<
    Record<string, { readonly id: string } | undefined>
  >;
  return [
    `# The gateway ${gateway.name} and the resources that it uses, as they exist. terraform plan shows what is imported, and must show no change.`,
    '# Connections of the gateway are separate resources. They are not in this file.',
    ...blockLines('terraform', {
      arguments: {},
      blocks: [
        [
          'required_providers',
          { arguments: { azurerm: { source: 'hashicorp/azurerm', version: '~> 4.0' } } },
        ],
      ],
    }),
    '',
    ...variables(servers, secrets, vaultUrl),
    ...addresses.flatMap(({ address, label }) =>
      imported('azurerm_public_ip', label, address.id, publicIpBlock(address), leftOfAddress(address)),
    ),
    ...imported('azurerm_subnet', 'gateway_subnet', subnet.id, subnetBlock(subnet), leftOfSubnet(subnet)),
    ...association('route_table', subnet.id, routeTable?.id),
    ...association('network_security_group', subnet.id, networkSecurityGroup?.id),
    ...imported(
      'azurerm_virtual_network_gateway',
      'gateway',
      gateway.id,
      {
        ...whole.block,
        arguments: {
          name: gateway.name,
          resource_group_name: parseResourceId(gateway.id)!.resourceGroup,
          ...whole.block.arguments,
        },
      },
      whole.left,
    ),
    ...natRules.flatMap(({ rule, label }) =>
      imported(
        'azurerm_virtual_network_gateway_nat_rule',
        label,
        `${gateway.id}/natRules/${rule.name}`,
        natRuleBlock(rule, parseResourceId(gateway.id)!.resourceGroup),
        leftOfNatRule(rule),
      ),
    ),
  ].join('\n');
}

const secretLabel = (address: string) => `secret_of_${address.replaceAll(/\W/g, '_')}`;

function variables(servers: readonly string[], secrets: readonly SecretPlace[], vaultUrl: string): string[] {
  const placed = servers.flatMap((address) => secrets.find((one) => one.address === address) ?? []);
  return [
    ...(placed.length > 0
      ? [
          ...blockLines('variable "key_vault_id"', {
            arguments: {
              description: `The resource id of the Key Vault ${vaultUrl}`,
              type: new Reference('string'),
            },
          }),
          '',
        ]
      : []),
    ...placed.flatMap(({ address, name, version }) => [
      ...blockLines(`data "azurerm_key_vault_secret" "${secretLabel(address)}"`, {
        arguments: { name, version, key_vault_id: new Reference('var.key_vault_id') },
      }),
      '',
    ]),
    ...servers
      .filter((address) => !placed.some((one) => one.address === address))
      .flatMap((address) => [
        ...blockLines(`variable "${secretLabel(address)}"`, {
          arguments: {
            description: `The shared secret of the RADIUS server ${address}, which this app did not set`,
            type: new Reference('string'),
            sensitive: true,
          },
        }),
        '',
      ]),
  ];
}

function imported(type: string, label: string, id: string, block: Block, left: readonly string[]): string[] {
  return [
    ...blockLines('import', { arguments: { to: new Reference(`${type}.${label}`), id: canonical(id) } }),
    '',
    ...(left.length > 0 ? [`# ${type} has no argument for:`, ...left.map((one) => `#   ${one}`)] : []),
    ...blockLines(`resource "${type}" "${label}"`, block),
    '',
  ];
}

/**
 * A subnet, and its link to a route table or security group, are separate resources. The link has the id of the subnet.
 */
function association(
  what: 'route_table' | 'network_security_group',
  subnetId: string,
  id: string | undefined,
) {
  if (!id) return [];
  return imported(
    `azurerm_subnet_${what}_association`,
    'gateway_subnet',
    subnetId,
    {
      arguments: {
        subnet_id: new Reference('azurerm_subnet.gateway_subnet.id'),
        [`${what}_id`]: canonical(id),
      },
    },
    [],
  );
}

/** The provider compares the fixed parts of an id with case. Azure sometimes answers `resourcegroups`. */
function canonical(id: string): string {
  const parsed = parseResourceId(id);
  if (!parsed) return id;
  const { subscriptionId, resourceGroup, type, names } = parsed;
  const [namespace, ...types] = type.split('/');
  const known = [
    'virtualNetworkGateways',
    'publicIPAddresses',
    'virtualNetworks',
    'subnets',
    'routeTables',
    'networkSecurityGroups',
    'localNetworkGateways',
  ];
  const spelled = types.map((one) => known.find((name) => sameId(name, one)) ?? one);
  const path = spelled.map((one, index) => `${one}/${names[index]}`).join('/');
  const provider = sameId(namespace!, 'Microsoft.Network') ? 'Microsoft.Network' : namespace;
  return `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/${provider}/${path}`;
}

/** Labels, so that no two resources have the same one. */
function labelled(taken: readonly string[]) {
  const given = new Set(taken);
  return (name: string): string => {
    const base = nameOf(name)
      .toLowerCase()
      .replaceAll(/[^a-z0-9_]/g, '_')
      .replace(/^(?=\d)/, '_');
    let label = base;
    for (let number = 2; given.has(label); number++) label = `${base}_${number}`;
    given.add(label);
    return label;
  };
}

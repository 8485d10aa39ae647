import { nameOf, parseResourceId, sameId } from '../../core/resource-id.ts';
import {
  type ArmResource,
  apiVersion,
  type GatewayResources,
  type JsonObject,
  type SecretPlace,
  settings,
} from './resources.ts';

/** Put into a value where Bicep is to calculate it. */
class Expression {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/**
 * The existing resources as Bicep. Resource Manager finds resources by name, so nothing needs an import: when this file
 * is deployed over the existing resources, it changes nothing. Secrets are parameters, which a parameter file fills
 * from Key Vault.
 */
export function bicepOf(found: GatewayResources, secrets: readonly SecretPlace[], vaultUrl: string): string {
  const { gateway, subnet, publicIps } = found;
  const group = parseResourceId(gateway.id)!.resourceGroup;
  const own = publicIps.filter(({ id }) => sameId(parseResourceId(id)!.resourceGroup, group));
  const symbols = new Map(own.map(({ id }, index) => [id.toLowerCase(), `publicIp${index + 1}`]));
  const references = new Map([
    ...[...symbols].map(([id, symbol]) => [id, new Expression(`${symbol}.id`)] as const),
    [subnet.id.toLowerCase(), new Expression('gatewaySubnet.id')] as const,
  ]);
  const body = withSecrets(linked(settings(gateway), references) as JsonObject);
  return [
    ...head(found, addressesOf(gateway), secrets, new URL(vaultUrl).hostname.split('.')[0]!),
    '// The compiler does not know every newer setting.',
    '#disable-diagnostics BCP037',
    '',
    "targetScope = 'resourceGroup'",
    '',
    ...addressesOf(gateway).flatMap((address) => [
      `@description('Required. The shared secret of the RADIUS server ${address}: a reference to Key Vault, never a value.')`,
      '@secure()',
      `param ${parameterName(address)} string`,
      '',
    ]),
    ...own.flatMap((address, index) =>
      resource(`publicIp${index + 1}`, 'Microsoft.Network/publicIPAddresses', {
        name: address.name,
        ...settings(address),
      }),
    ),
    `resource virtualNetwork 'Microsoft.Network/virtualNetworks@${apiVersion}' existing = {`,
    `  name: ${literal(nameOf(subnet.id.replace(/\/subnets\/[^/]+$/i, '')))}`,
    '}',
    '',
    ...resource('gatewaySubnet', 'Microsoft.Network/virtualNetworks/subnets', {
      parent: new Expression('virtualNetwork'),
      name: subnet.name,
      properties: settings(subnet).properties,
    }),
    ...resource('gateway', 'Microsoft.Network/virtualNetworkGateways', { name: gateway.name, ...body }),
  ].join('\n');
}

function head(
  { gateway, subnet }: GatewayResources,
  addresses: readonly string[],
  secrets: readonly SecretPlace[],
  vault: string,
): string[] {
  const group = parseResourceId(gateway.id)!.resourceGroup;
  return [
    `// The gateway ${gateway.name} and the resources that it uses, as they exist.`,
    '// Resource Manager knows resources by their names. Nothing has to be imported:',
    `//   az deployment group what-if --resource-group ${group} --template-file gateway.bicep --parameters gateway.bicepparam`,
    '//   az deployment group create  (the same)',
    '// If you keep the virtual network in code, that code must have its GatewaySubnet too. When a virtual network is deployed',
    `// without the subnet ${subnet.name}, this removes the subnet. Connections of the gateway are separate resources. They are not in this file.`,
    ...(addresses.length > 0
      ? [
          '//',
          '// gateway.bicepparam, where the secrets are references to Key Vault:',
          "//   using 'gateway.bicep'",
          ...addresses.map((address) => {
            const place = secrets.find((one) => one.address === address);
            return place
              ? `//   param ${parameterName(address)} = az.getSecret('<subscription of the vault>', '<its resource group>', ${literal(vault)}, ${literal(place.name)}, ${literal(place.version)})`
              : `//   param ${parameterName(address)} = az.getSecret(…)   // this app did not set it: ask the person who set it for the secret of ${address}`;
          }),
        ]
      : []),
    '',
  ];
}

const clientOf = (gateway: ArmResource | JsonObject) =>
  (((gateway.properties as JsonObject).vpnClientConfiguration as JsonObject | undefined) ?? {}) as {
    readonly radiusServerAddress?: string;
    readonly radiusServers?: readonly { readonly radiusServerAddress: string }[];
  };

/** The RADIUS servers of a gateway, each once. */
export function addressesOf(gateway: ArmResource): string[] {
  const { radiusServerAddress: single, radiusServers = [] } = clientOf(gateway);
  return [...new Set([...(single ? [single] : []), ...radiusServers.map((one) => one.radiusServerAddress)])];
}

const parameterName = (address: string) => `secretOf_${address.replaceAll(/\W/g, '_')}`;

function withSecrets(body: JsonObject): JsonObject {
  const client = clientOf(body);
  const { radiusServerAddress: single, radiusServers } = client;
  if (!single && !radiusServers) return body;
  const secretOf = (address: string) => ({ radiusServerSecret: new Expression(parameterName(address)) });
  return {
    ...body,
    properties: {
      ...(body.properties as JsonObject),
      vpnClientConfiguration: {
        ...client,
        ...(single && secretOf(single)),
        ...(radiusServers && {
          radiusServers: radiusServers.map((one) => ({ ...one, ...secretOf(one.radiusServerAddress) })),
        }),
      },
    },
  };
}

/** Ids of resources in the same file become references, so that Bicep finds the order of a deployment from them. */
function linked(value: unknown, references: ReadonlyMap<string, Expression>): unknown {
  if (typeof value === 'string') return references.get(value.toLowerCase()) ?? value;
  if (Array.isArray(value)) return value.map((entry) => linked(entry, references));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, linked(member, references)]),
  );
}

const resource = (symbol: string, type: string, body: JsonObject) => [
  `resource ${symbol} '${type}@${apiVersion}' = ${bicepValue(body, '')}`,
  '',
];

function bicepValue(value: unknown, indent: string): string {
  if (value instanceof Expression) return value.text;
  if (typeof value === 'string') return literal(value);
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : `json('${value}')`;
  if (typeof value !== 'object' || value === null) return String(value);
  const inner = `${indent}  `;
  const lines = Array.isArray(value)
    ? value.map((entry) => `${tolerated(entry, inner)}${inner}${bicepValue(entry, inner)}`)
    : Object.entries(value).map(
        ([name, member]) => `${tolerated(member, inner)}${inner}${key(name)}: ${bicepValue(member, inner)}`,
      );
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  return lines.length === 0 ? `${open}${close}` : `${open}\n${lines.join('\n')}\n${indent}${close}`;
}

/** An existing resource keeps the host names that it has. The linter would ask to calculate them. */
const tolerated = (value: unknown, indent: string) =>
  typeof value === 'string' && /\w\.(?:net|com|us|cn|de|io)\b/i.test(value)
    ? `${indent}#disable-next-line no-hardcoded-env-urls\n`
    : '';

const key = (name: string) => (/^[a-z_]\w*$/i.test(name) ? name : literal(name));

/** https://learn.microsoft.com/azure/azure-resource-manager/bicep/data-types#strings */
function literal(text: string): string {
  const escaped = text
    .replaceAll('\\', '\\\\')
    .replaceAll("'", "\\'")
    .replaceAll('${', '\\${')
    .replaceAll(/\p{Cc}/gu, (sign) => `\\u{${sign.codePointAt(0)!.toString(16)}}`);
  return `'${escaped}'`;
}

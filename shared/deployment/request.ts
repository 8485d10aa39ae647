import { z } from 'zod';
import { isHostAddress, isIpv4Prefix, isPrivateAddress } from '../core/prefixes.ts';
import { isResourceOfType, resourceIdIn } from '../core/resource-id.ts';

/** What a ticket asks for, as API.md shows it: checked for its form alone. What Azure must be asked for is checked by the plan. */
export type VpnGatewayRequest = z.infer<typeof vpnGatewayRequest>;

const prefix = z
  .string()
  .refine(isIpv4Prefix, 'must be an IPv4 prefix without host bits, such as 10.0.255.0/27');

const virtualNetworkId = z
  .string()
  .overwrite(resourceIdIn)
  .refine(
    (id) => isResourceOfType(id, 'Microsoft.Network/virtualNetworks'),
    'must be the resource id of a virtual network: /subscriptions/…/resourceGroups/…/providers/Microsoft.Network/virtualNetworks/…',
  );

const npsHostId = z
  .string()
  .overwrite(resourceIdIn)
  .refine(
    (id) =>
      isResourceOfType(id, 'Microsoft.Compute/virtualMachines') ||
      isResourceOfType(id, 'Microsoft.HybridCompute/machines'),
    'must be the resource id of an Azure VM (Microsoft.Compute/virtualMachines) or an Arc machine (Microsoft.HybridCompute/machines)',
  );

/** VpnGw1AZ to VpnGw5AZ: the only SKUs that can still be created and that carry RADIUS (gateway SKU consolidation, VPN Gateway FAQ). */
export const sku = z.enum(['VpnGw1AZ', 'VpnGw2AZ', 'VpnGw3AZ', 'VpnGw4AZ', 'VpnGw5AZ'], {
  error: (issue) =>
    `${typeof issue.input === 'string' ? issue.input : 'This'} is not offered: choose VpnGw1AZ to VpnGw5AZ. Basic has no RADIUS, legacy and non-AZ SKUs are retired.`,
});

/** SSTP cannot be enabled since 2026-03-31 and stops working on 2027-03-31. */
const protocol = z.enum(['IkeV2', 'OpenVPN'], {
  error: (issue) =>
    typeof issue.input === 'string' && issue.input.toUpperCase() === 'SSTP'
      ? 'SSTP can no longer be enabled on a gateway: use IkeV2, OpenVPN or both'
      : 'must be IkeV2 or OpenVPN',
});

const distinct = <T>(values: readonly T[]) => new Set(values).size === values.length;

const radiusServer = z.strictObject({
  address: z
    .string()
    .refine(isHostAddress, 'must be an IPv4 address: the gateway cannot resolve names')
    .refine(
      (address) => !isHostAddress(address) || isPrivateAddress(address),
      'must be a private address: the gateway reaches NPS inside the VNet, a peered VNet or through a site-to-site VPN',
    ),
  score: z.int().min(1, 'must be 1 to 30').max(30, 'must be 1 to 30').optional(),
  host: npsHostId,
});

export const radiusServers = z
  .array(radiusServer)
  .min(1, 'name at least one RADIUS server')
  .max(2, 'a gateway takes two RADIUS servers at most')
  .refine(
    (servers) => distinct(servers.map(({ address }) => address)),
    'the two servers must have different addresses',
  )
  .refine(
    (servers) => distinct(servers.map(({ host }) => host.toLowerCase())),
    'the two servers must be different machines',
  );

export const addressPool = z.union([
  z.literal('auto'),
  z.array(prefix).min(1, 'name at least one prefix').refine(distinct, 'names a prefix twice'),
]);

const name = (what: string, pattern: RegExp, rule: string) => z.string().regex(pattern, `${what} ${rule}`);

/** Where an answer may be posted. Which hosts are allowed is a setting (`CALLBACK_ALLOWED_HOSTS`) and checked with it. */
const callbackUrl = z.url({ protocol: /^https$/, error: 'must be an https URL' });

export const vpnGatewayRequest = z.strictObject({
  ticket: z.strictObject({
    system: z.enum(['servicenow', 'jira', 'webhook'], { error: 'must be servicenow, jira or webhook' }),
    id: z.string().min(1, 'must not be empty').max(128, 'must not be longer than 128 characters'),
    callbackUrl: callbackUrl.optional(),
    requestedBy: z.string().min(1).max(256).optional(),
  }),
  virtualNetworkId,
  gatewaySubnetPrefix: prefix.optional(),
  gateway: z
    .strictObject({
      name: name(
        'a gateway name',
        /^[a-z0-9](?:[a-z0-9._-]{0,78}[a-z0-9_])?$/i,
        'has 1 to 80 letters, digits, dots, underscores and hyphens, and begins and ends with a letter, digit or underscore',
      ).optional(),
      sku: sku.optional(),
      activeActive: z.boolean().optional(),
    })
    .default({}),
  pointToSite: z
    .strictObject({
      addressPool: addressPool.default('auto'),
      protocols: z
        .array(protocol)
        .min(1, 'name at least one protocol')
        .refine(distinct, 'names a protocol twice')
        .optional(),
    })
    .default({ addressPool: 'auto' }),
  radius: z
    .strictObject({
      servers: radiusServers.optional(),
      secretName: name(
        'a Key Vault secret name',
        /^[0-9a-z-]{1,127}$/i,
        'has 1 to 127 letters, digits and hyphens',
      ).optional(),
    })
    .default({}),
  nps: z
    .strictObject({
      networkPolicy: z
        .string()
        .min(1, 'must not be empty')
        .max(255, 'must not be longer than 255 characters')
        .optional(),
      mfaExtension: z
        .enum(['require', 'install', 'skip'], { error: 'must be require, install or skip' })
        .optional(),
    })
    .default({}),
  approval: z
    .strictObject({
      required: z.boolean().default(false),
      timeoutDays: z.int().min(1, 'must be 1 to 30').max(30, 'must be 1 to 30').default(7),
    })
    .default({ required: false, timeoutDays: 7 }),
});

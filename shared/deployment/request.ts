import * as z from 'zod';
import { isHostAddress, isIpv4Prefix, isPrivateAddress, prefixLength } from '../core/prefixes.ts';
import { isResourceOfType, resourceIdIn } from '../core/resource-id.ts';
import { addressPool, distinct, longestPool, prefix } from './requested/address-pool.ts';
import { userGroups } from './requested/user-groups.ts';

/**
 * What a ticket asks for, as API.md shows it. Only its form is checked here. The plan checks everything that needs a
 * read of Azure.
 */
export type VpnGatewayRequest = z.infer<typeof vpnGatewayRequest>;

/** The smallest subnet that a gateway takes (VPN Gateway: "Gateway subnet"). */
const longestSubnet = 29;

const subnetPrefix = prefix.refine(
  (text) => !isIpv4Prefix(text) || prefixLength(text) <= longestSubnet,
  `is too small: GatewaySubnet needs at least /${longestSubnet}, and /27 is recommended`,
);

const virtualNetworkId = z
  .string()
  .overwrite(resourceIdIn)
  .refine(
    (id) => isResourceOfType(id, 'Microsoft.Network/virtualNetworks'),
    'must be the resource id of a virtual network: /subscriptions/…/resourceGroups/…/providers/Microsoft.Network/virtualNetworks/…',
  );

export const npsHostId = z
  .string()
  .overwrite(resourceIdIn)
  .refine(
    (id) =>
      isResourceOfType(id, 'Microsoft.Compute/virtualMachines') ||
      isResourceOfType(id, 'Microsoft.HybridCompute/machines'),
    'must be the resource id of an Azure VM (Microsoft.Compute/virtualMachines) or an Arc machine (Microsoft.HybridCompute/machines)',
  );

/** One of a list of Azure's words, in any case: portals and ticket systems write IKEv2 and vpngw1az. */
function word<const T extends readonly string[]>(words: T, wrong: (given: string) => string) {
  return z
    .string('must be a text')
    .overwrite((text) => words.find((one) => one.toLowerCase() === text.trim().toLowerCase()) ?? text)
    .pipe(z.enum(words, { error: ({ input }) => wrong(String(input)) }))
    .meta({ enum: [...words], description: 'Upper and lower case do not matter.' });
}

/**
 * VpnGw1AZ to VpnGw5AZ: the only SKUs that can still be created and that support RADIUS (gateway SKU consolidation, VPN
 * Gateway FAQ).
 */
export const sku = word(
  ['VpnGw1AZ', 'VpnGw2AZ', 'VpnGw3AZ', 'VpnGw4AZ', 'VpnGw5AZ'],
  (given) =>
    `${given} is not offered: choose VpnGw1AZ to VpnGw5AZ. Basic has no RADIUS, legacy and non-AZ SKUs are retired.`,
);

/** SSTP cannot be enabled since 2026-03-31 and stops working on 2027-03-31. */
const protocol = word(['IkeV2', 'OpenVPN'], (given) =>
  given.toUpperCase() === 'SSTP'
    ? 'SSTP can no longer be enabled on a gateway: use IkeV2, OpenVPN or both'
    : 'must be IkeV2 or OpenVPN',
);

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

/** A setting may name no server. A ticket that has the list names at least one. */
export const radiusServerList = z
  .array(radiusServer)
  .max(2, 'a gateway can have at most two RADIUS servers')
  .refine(
    (servers) => distinct(servers.map(({ address }) => address)),
    'the two servers must have different addresses',
  )
  .refine(
    (servers) => distinct(servers.map(({ host }) => host.toLowerCase())),
    'the two servers must be different machines',
  );

export const radiusServers = radiusServerList.min(1, 'name at least one RADIUS server');

/**
 * It becomes one argument of netsh, as in `Get-VpnNpsText` of the module: a quotation mark or control character would
 * end it too early.
 */
export const networkPolicyName = z
  .string()
  .min(1, 'must not be empty')
  .max(255, 'must not be longer than 255 characters')
  .refine((text) => text === '' || text.trim() !== '', 'must not be empty')
  .refine((text) => !/["\p{Cc}]/u.test(text), 'must not hold a quotation mark or a control character');

const name = (what: string, pattern: RegExp, rule: string) => z.string().regex(pattern, `${what} ${rule}`);

/**
 * Where an answer may be posted. A setting (`CALLBACK_ALLOWED_HOSTS`) names the allowed hosts; the URL is checked
 * against it.
 */
const callbackUrl = z.url({ protocol: /^https$/, error: 'must be an https URL' });

export const vpnGatewayRequest = z
  .strictObject({
    ticket: z.strictObject({
      system: z.enum(['servicenow', 'jira', 'webhook'], { error: 'must be servicenow, jira or webhook' }),
      id: z.string().min(1, 'must not be empty').max(128, 'must not be longer than 128 characters'),
      callbackUrl: callbackUrl.optional(),
      requestedBy: z.string().min(1).max(256).optional(),
    }),
    virtualNetworkId,
    gatewaySubnetPrefix: subnetPrefix.optional(),
    gateway: z
      .strictObject({
        name: name(
          'a gateway name',
          /^[a-z0-9](?:[a-z0-9._-]{0,78}[a-z0-9_])?$/i,
          'must have 1 to 80 letters, digits, dots, underscores and hyphens, and must begin and end with a letter, digit or underscore',
        ).optional(),
        sku: sku.optional(),
        activeActive: z.boolean('must be true or false').optional(),
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
        groups: userGroups.optional(),
      })
      .default({ addressPool: 'auto' }),
    radius: z
      .strictObject({
        servers: radiusServers.optional(),
        secretName: name(
          'a Key Vault secret name',
          /^[0-9a-z-]{1,127}$/i,
          'must have 1 to 127 letters, digits and hyphens',
        ).optional(),
      })
      .default({}),
    nps: z
      .strictObject({
        networkPolicy: networkPolicyName.optional().meta({
          description:
            'The name of a policy that the guardrails allow, or "own" for a separate policy of this gateway. Default: as the last request said. For a new gateway: the policy of the article, but "own" when a change of that policy would affect other RADIUS clients.',
        }),
        mfaExtension: z
          .enum(['require', 'install', 'skip'], { error: 'must be require, install or skip' })
          .optional()
          .meta({ description: 'Default: as the last request said. For a new gateway: "require".' }),
      })
      .default({}),
    approval: z
      .strictObject({
        required: z.boolean('must be true or false').default(false),
        timeoutDays: z.int().min(1, 'must be 1 to 30').max(30, 'must be 1 to 30').default(7),
      })
      .default({ required: false, timeoutDays: 7 }),
  })
  .superRefine(({ gateway, pointToSite }, context) => {
    const { addressPool: pool } = pointToSite;
    if (!gateway.activeActive || pool === 'auto') return;
    for (const [index, text] of pool.entries()) {
      if (!isIpv4Prefix(text) || prefixLength(text) <= longestPool.activeActive) continue;
      context.addIssue({
        code: 'custom',
        message: `is too small: the client address pool of an active-active gateway must be at least /${longestPool.activeActive}`,
        path: ['pointToSite', 'addressPool', index],
      });
    }
  });

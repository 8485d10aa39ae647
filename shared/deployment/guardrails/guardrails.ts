import * as z from 'zod';
import { type Finding, problem } from '../../core/finding.ts';
import { isHostAddress } from '../../core/prefixes.ts';
import { nameOf, parseResourceId, sameId } from '../../core/resource-id.ts';
import type { VirtualNetwork } from '../../gateway/model.ts';
import type { NpsHostStatus, RadiusServerWish } from '../../nps/model.ts';
import { articlePolicy, ownPolicy } from '../../nps/network-policy.ts';
import { networkPolicyName, npsHostId } from '../request.ts';

/** The tag with which the owner of a machine says that deployments may configure its NPS. */
export const npsMachineTag = { name: 'vpn-radius-nps', value: 'enabled' } as const;

/** The kinds of change for which a deployment waits for an approval. */
const approvalReasons = [
  'takesAway',
  'newSecretOnServer',
  'sharedNps',
  'newGateway',
  'costOver',
  'always',
] as const;
export type ApprovalReason = (typeof approvalReasons)[number];

const machine = z.union([
  npsHostId.transform((host) => ({ host, addresses: [] as string[] })),
  z.strictObject({
    host: npsHostId,
    addresses: z.array(z.string().refine(isHostAddress, 'must be an IPv4 address')).meta({
      description:
        'Addresses that lead to the machine but are not its own: of a load balancer, or of address translation.',
    }),
  }),
]);

const where = z
  .array(z.union([z.literal('anywhere'), npsHostId]))
  .default([])
  .meta({ description: 'The machines on which a request may ask for it, or "anywhere". Default: nowhere.' });

const groupId = z
  .string()
  .regex(
    /^\/subscriptions\/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\/resourceGroups\/[^/\\%]{1,90}$/i,
    'must be the id of a resource group: /subscriptions/…/resourceGroups/…',
  );

/**
 * What the owner of the estate allows, and what needs an approval first: the setting `GUARDRAILS`. `docs/guardrails.md`
 * explains it.
 */
export const guardrails = z.strictObject({
  npsMachines: z.array(machine).default([]).meta({
    description:
      'Machines whose NPS may be configured, in addition to those of DEFAULT_NPS_SERVERS and those that their owner tagged vpn-radius-nps=enabled.',
  }),
  networkPolicies: z.array(networkPolicyName).default([]).meta({
    description: 'Network policies that a request may name, in addition to that of the article and "own".',
  }),
  mfaExtension: z.strictObject({ skip: where, install: where }).prefault({}),
  virtualNetworks: z
    .strictObject({
      subscriptions: z.array(z.guid('must be a subscription id')).default([]),
      resourceGroups: z.array(groupId).default([]),
      tags: z.record(z.string().min(1), z.string()).default({}),
    })
    .refine(
      ({ subscriptions, resourceGroups, tags }) =>
        subscriptions.length + resourceGroups.length + Object.keys(tags).length > 0,
      'allows no VNet at all: name a subscription, a resource group or a tag, or leave it out to allow every VNet',
    )
    .optional()
    .meta({
      description:
        'The VNets that may get a gateway: those in one of the subscriptions or resource groups, or with one of the tags. Default: every VNet that the app may read.',
    }),
  approval: z
    .strictObject({
      when: z
        .array(z.enum(approvalReasons, { error: `must be one of ${approvalReasons.join(', ')}` }))
        .default(['takesAway', 'sharedNps']),
      costOver: z.number().nonnegative('must not be negative').optional().meta({
        description:
          'US dollars a month, by the public price list. Required when "when" contains "costOver".',
      }),
    })
    .refine(({ when, costOver }) => !when.includes('costOver') || costOver !== undefined, {
      message: 'must say how many US dollars a month, because when contains costOver',
      path: ['costOver'],
    })
    .prefault({}),
});

export type Guardrails = z.output<typeof guardrails>;

/** What a request wants of the owner's estate. */
export interface Claim {
  readonly virtualNetwork: Pick<VirtualNetwork, 'id' | 'name' | 'tags'>;
  readonly servers: readonly RadiusServerWish[];
  /** In the order of `servers`. */
  readonly npsHosts: readonly (NpsHostStatus | null | undefined)[];
  readonly networkPolicy: string;
  readonly mfaExtension: 'require' | 'install' | 'skip';
}

/** What the owner does not allow. `defaults` are the machines of `DEFAULT_NPS_SERVERS`. */
export function* guardrailFindings(
  rails: Guardrails,
  defaults: readonly RadiusServerWish[],
  claim: Claim,
): Generator<Finding> {
  if (!allowsNetwork(rails, claim.virtualNetwork)) {
    yield problem(
      'VirtualNetworkNotAllowed',
      `The guardrails of this app do not allow a gateway for ${claim.virtualNetwork.name}. Ask the owner of the app to add its subscription, its resource group or one of its tags (GUARDRAILS, virtualNetworks).`,
      'virtualNetworkId',
    );
  }
  for (const [index, { host }] of claim.servers.entries()) {
    const read = claim.npsHosts[index];
    if (!read || allowsMachine(rails, defaults, host, read)) continue;
    yield problem(
      'NpsMachineNotAllowed',
      `This app may not configure ${nameOf(host)}. To allow it, its owner sets the tag ${npsMachineTag.name}=${npsMachineTag.value} on the machine, or the owner of the app lists it (GUARDRAILS, npsMachines).`,
      `radius.servers[${index}].host`,
    );
  }
  yield* policyFindings(rails, claim.networkPolicy);
  yield* mfaFindings(rails, claim);
}

function* policyFindings({ networkPolicies }: Guardrails, wished: string): Generator<Finding> {
  const allowed = [articlePolicy, ownPolicy, ...networkPolicies];
  if (allowed.some((name) => sameId(name, wished))) return;
  yield problem(
    'NetworkPolicyNotAllowed',
    `The guardrails of this app do not allow the network policy "${wished}". Leave nps.networkPolicy out, or name one of ${allowed.map((name) => `"${name}"`).join(', ')}.`,
    'nps.networkPolicy',
  );
}

function* mfaFindings({ mfaExtension }: Guardrails, claim: Claim): Generator<Finding> {
  const { mfaExtension: wished, servers } = claim;
  if (wished === 'require') return;
  const allowed = mfaExtension[wished];
  const not = servers.filter(({ host }) => !allowed.some((one) => one === 'anywhere' || sameId(one, host)));
  if (not.length === 0) return;
  const what =
    wished === 'skip'
      ? 'NPS without a second factor ("skip")'
      : 'the installation of the MFA extension ("install")';
  yield problem(
    'MfaExtensionNotAllowed',
    `The guardrails of this app do not allow ${what} on ${not.map(({ host }) => nameOf(host)).join(' and ')}. Ask for "require", or ask the owner of the app (GUARDRAILS, mfaExtension.${wished}).`,
    'nps.mfaExtension',
  );
}

function allowsNetwork(
  { virtualNetworks: only }: Guardrails,
  { id, tags }: Claim['virtualNetwork'],
): boolean {
  if (!only) return true;
  const { subscriptionId = '', resourceGroup = '' } = parseResourceId(id) ?? {};
  const group = `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}`;
  return (
    only.subscriptions.some((one) => sameId(one, subscriptionId)) ||
    only.resourceGroups.some((one) => sameId(one, group)) ||
    Object.entries(only.tags).some(([name, value]) => hasTag(tags, name, value))
  );
}

function allowsMachine(
  { npsMachines }: Guardrails,
  defaults: readonly RadiusServerWish[],
  host: string,
  { tags }: NpsHostStatus,
): boolean {
  return (
    [...npsMachines, ...defaults].some((one) => sameId(one.host, host)) ||
    hasTag(tags ?? {}, npsMachineTag.name, npsMachineTag.value)
  );
}

/** The addresses that, by the owner's word, lead to a machine, in addition to its own addresses. */
export function vouchedAddresses({ npsMachines }: Guardrails, host: string): readonly string[] {
  return npsMachines.filter((one) => sameId(one.host, host)).flatMap(({ addresses }) => addresses);
}

/** Azure keeps the case of tag names, and ignores it when it compares them. */
const hasTag = (tags: Readonly<Record<string, string>>, name: string, value: string) =>
  Object.entries(tags).some(([held, its]) => sameId(held, name) && sameId(its, value));

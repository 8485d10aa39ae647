import { inOrder, isDecision, matchPolicy } from '../conditions.ts';
import type { NetworkPolicy, NpsServerState } from '../state.ts';
import type { DesiredState } from './desired-state.ts';
import { changeOf, type Difference, finding, sameText } from './difference.ts';
import { groupPoliciesOf, withoutGroupPolicies } from './group-policies.ts';
import {
  gatewayClientName,
  missingMethods,
  needed,
  ownPolicyCondition,
  requestsOf,
} from './network-policy-rules.ts';

type Wanted = NonNullable<DesiredState['groupPolicies']>['wanted'][number];
interface Told {
  readonly name: string;
  readonly group: string;
  readonly why?: string;
}

const groupCondition = /^USERNTGROUPS\("(S-[0-9-]+)"\)$/i;

/** Whether a policy has the form that Set makes: the gateway's client and one Windows group, and nothing else. */
export function isGroupPolicy(
  { conditions }: NetworkPolicy,
  state: NpsServerState,
  desired: DesiredState,
): boolean {
  const clients = [desired.radiusClients[0]!.name, gatewayClientName(state, desired)].map(ownPolicyCondition);
  return (
    conditions.length === 2 &&
    conditions.filter((one) => clients.includes(one)).length === 1 &&
    conditions.filter((one) => groupCondition.test(one)).length === 1
  );
}

const sidOf = ({ groups }: NpsServerState, name: string): string | undefined =>
  /^S-1-/.test(name) ? name : groups.find((one) => sameText(one.name, name))?.sid;

/** What in a policy may be somebody's decision, in the words of `nps/private/policies/group-policies.ps1`. */
function decisionOf(policy: NetworkPolicy, state: NpsServerState, desired: DesiredState): string | undefined {
  if (!policy.enabled) return 'is disabled';
  if (!policy.grant) return 'denies access';
  const { conditions } = policy;
  const isNarrowed =
    conditions.length > 2 || (conditions.length === 2 && !isGroupPolicy(policy, state, desired));
  return isNarrowed ? `asks for ${conditions.join(' and ')}` : undefined;
}

/** What in a policy is not as wanted, in the words of the same file. */
function policyFault(
  policy: NetworkPolicy,
  want: Wanted,
  state: NpsServerState,
  desired: DesiredState,
): string | undefined {
  const { conditions, sends } = policy;
  if (!conditions.includes(ownPolicyCondition(gatewayClientName(state, desired))))
    return 'does not ask for the RADIUS client';
  if (!conditions.includes(`USERNTGROUPS("${sidOf(state, want.windowsGroup)}")`))
    return `does not ask for the group ${want.windowsGroup}`;
  if (!sameText(sends ?? '', want.attribute)) return `does not send ${want.attribute}`;
  const missing = missingMethods(policy, desired.networkPolicy.authenticationMethods);
  return missing.length > 0 ? `does not allow ${missing.join(' and ')}` : undefined;
}

export function groupPolicyDifferences(state: NpsServerState, desired: DesiredState): Difference[] {
  const { groupPolicies } = desired;
  if (!groupPolicies) return [];
  const client = desired.radiusClients[0]!.name;
  const { prefix, wanted } = groupPolicies;
  const unknown = wanted.filter(({ windowsGroup }) => !sidOf(state, windowsGroup));
  const found: Record<Kind, Told[]> = { removed: [], opened: [], set: [], added: [], ordered: [] };
  const standing: (Told & { order: number })[] = [];
  for (const want of wanted.filter((one) => !unknown.includes(one))) {
    const name = `${prefix}${want.group}`;
    const its = { name, group: want.group };
    const held = state.networkPolicies.find((one) => sameText(one.name, name));
    if (!held) {
      found.added.push(its);
      continue;
    }
    const decision = decisionOf(held, state, desired);
    const fault = decision ? undefined : policyFault(held, want, state, desired);
    if (decision) found.opened.push({ ...its, why: decision });
    else if (fault) found.set.push({ ...its, why: fault });
    else standing.push({ ...its, order: held.order });
  }
  let before = groupPolicyPosition(state, desired);
  for (const one of standing.toReversed()) {
    if (one.order > before) found.ordered.unshift(one);
    else before = one.order;
  }
  for (const policy of groupPoliciesOf(state, desired)) {
    const isWanted = wanted.some(({ group }) => sameText(`${prefix}${group}`, policy.name));
    if (!isWanted && isGroupPolicy(policy, state, desired))
      found.removed.push({ name: policy.name, group: policy.name.slice(prefix.length) });
  }
  return [
    ...(unknown.length > 0
      ? [
          {
            part: 'network policy' as const,
            changes: [],
            finding: finding(
              'windows-group-unknown',
              `This server and its domain know no group ${namesText(unknown.map(({ windowsGroup }) => windowsGroup))}.`,
              client,
            ),
            target: 'server',
          },
        ]
      : []),
    ...kinds.flatMap((kind) => difference(kind, client, found[kind], desired)),
  ];
}

const kinds = ['removed', 'opened', 'set', 'added', 'ordered'] as const;
type Kind = (typeof kinds)[number];
const before = 'before those that decide about everybody else';
/** What is found, what is done, and whether it needs an approval. */
const said: Readonly<Record<Kind, readonly [check: string, fault: string, done: string, asks?: true]>> = {
  removed: ['group-policies-left', 'not wanted any more', 'removed', true],
  opened: [
    'group-policies-closed',
    'closed or narrowed',
    'made again, as they were closed or narrowed',
    true,
  ],
  set: ['group-policies-differ', 'not as wanted', 'made again'],
  added: ['group-policies-missing', 'missing', `added ${before}`],
  ordered: ['group-policies-order', 'not the first to decide', `moved ${before}`],
};

/** One change for all groups of a kind, because ninety of them must fit into the answer. */
function difference(
  kind: Kind,
  client: string,
  groups: readonly Told[],
  desired: DesiredState,
): Difference[] {
  if (groups.length === 0) return [];
  const [check, fault, done, asks = false] = said[kind];
  const told = namesText(groups.map(({ group, why }) => (why ? `${group} (${why})` : group)));
  const what = `userGroups of ${client}: network policies ${done}, for: ${told}`;
  return [
    {
      part: 'network policy',
      changes: [changeOf(`group-policies-${kind}:${client}`, what, 'own', { restart: true, asks })],
      finding: finding(
        check,
        `User groups of ${client} whose network policies are ${fault}: ${told}.`,
        client,
      ),
      apply: (s) => {
        applyTo(s, desired, kind, groups);
        return undefined;
      },
    },
  ];
}

export function namesText(names: readonly string[]): string {
  const more = names.length > 8 ? ` and ${names.length - 8} more` : '';
  return `${names.slice(0, 8).join(', ')}${more}`;
}

/** Before the first policy that decides about the gateway's users and is not one of these policies. */
function groupPolicyPosition(state: NpsServerState, desired: DesiredState): number {
  const others = withoutGroupPolicies(state, desired);
  const requests = requestsOf(state, desired);
  const first = inOrder(others.networkPolicies).find(
    (policy) =>
      policy.enabled &&
      requests.some((request) => matchPolicy(policy, request) !== 'no') &&
      !isDecision(policy, others, ''),
  );
  return first?.order ?? state.networkPolicies.length + 1;
}

function applyTo(state: NpsServerState, desired: DesiredState, kind: Kind, groups: readonly Told[]): void {
  const names = groups.map(({ name }) => name.toLowerCase());
  const isTold = ({ name }: NetworkPolicy) => names.includes(name.toLowerCase());
  const moved = kind === 'ordered' ? state.networkPolicies.filter(isTold) : [];
  const list = inOrder(state.networkPolicies.filter((policy) => !isTold(policy)));
  for (const [index, policy] of list.entries()) policy.order = index + 1;
  state.networkPolicies = list;
  if (kind === 'removed') return;
  const { prefix, wanted } = desired.groupPolicies!;
  let at = groupPolicyPosition(state, desired) - 1;
  for (const want of wanted.toReversed()) {
    const name = `${prefix}${want.group}`;
    const held = list.findIndex((policy) => sameText(policy.name, name));
    if (names.includes(name.toLowerCase()))
      list.splice(
        at,
        0,
        moved.find((policy) => sameText(policy.name, name)) ?? made(name, want, state, desired),
      );
    else if (held >= 0 && held < at) at = held;
  }
  for (const [index, policy] of list.entries()) policy.order = index + 1;
}

function made(name: string, want: Wanted, state: NpsServerState, desired: DesiredState): NetworkPolicy {
  return {
    name,
    enabled: true,
    order: 0,
    grant: true,
    authenticationMethods: desired.networkPolicy.authenticationMethods.flatMap((method) => needed[method]),
    conditions: [
      ownPolicyCondition(gatewayClientName(state, desired)),
      `USERNTGROUPS("${sidOf(state, want.windowsGroup)}")`,
    ],
    sends: want.attribute.toLowerCase(),
  };
}

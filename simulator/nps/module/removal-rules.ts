import { inOrder } from '../conditions.ts';
import type { NetworkPolicy, NpsServerState } from '../state.ts';
import type { DesiredClient, DesiredState } from './desired-state.ts';
import { changeOf, type Difference, sameText } from './difference.ts';
import { groupPoliciesOf } from './group-policies.ts';
import { isGroupPolicy, namesText } from './group-policy-rules.ts';
import { mfaDifferences } from './mfa-rules.ts';
import { gatewayClientName, ownPolicyCondition } from './network-policy-rules.ts';
import { covers, sameAddress } from './radius-client-rules.ts';

/**
 * What `"ensure": "absent"` removes, in the same way as `nps/private/run/removal.ps1`: each thing with an approval, and
 * only when it is as Set left it.
 */
export function removalDifferences(state: NpsServerState, desired: DesiredState, now: Date): Difference[] {
  const found = [
    ...desired.radiusClients.flatMap((wish) => [...clientRemoval(state, wish), ...ruleRemoval(state, wish)]),
    ...policyRemoval(state, desired),
    ...groupPolicyRemoval(state, desired),
  ];
  return found.length > 0 ? [...found, ...mfaDifferences(state, desired, now)] : found;
}

const removable = ({ radiusClients }: NpsServerState, wish: DesiredClient) =>
  radiusClients.filter(
    ({ name, address }) =>
      (sameText(name, wish.name) && sameAddress(address, wish.address)) ||
      (sameText(name, `${wish.name}-${address}`) && covers(wish.address, address)),
  );

function clientRemoval(state: NpsServerState, wish: DesiredClient): Difference[] {
  const clients = removable(state, wish);
  if (clients.length === 0) return [];
  const which = sameText(clients[0]!.name, wish.name)
    ? wish.address
    : `${clients.length} clients for single addresses of ${wish.address}`;
  return [
    {
      part: 'radius client',
      changes: [
        changeOf(`client-removed:${wish.name}`, `radiusClient ${wish.name}: removed ${which}`, 'own', {
          restart: true,
          asks: true,
        }),
      ],
      apply(s) {
        const gone = removable(s, wish);
        s.radiusClients = s.radiusClients.filter((client) => !gone.includes(client));
        return undefined;
      },
    },
  ];
}

const rulesOf = ({ firewallRules }: NpsServerState, { name }: DesiredClient) =>
  firewallRules.filter(({ client }) => sameText(client, name));

function ruleRemoval(state: NpsServerState, wish: DesiredClient): Difference[] {
  const [rule] = rulesOf(state, wish);
  if (!rule || !covers(wish.address, rule.address)) return [];
  const { name, address } = wish;
  return [
    {
      part: 'firewall',
      changes: [
        changeOf(`firewall-closed:${name}`, `firewall: the rule for ${address} removed`, 'own', {
          asks: true,
        }),
      ],
      apply(s) {
        const gone = rulesOf(s, wish);
        s.firewallRules = s.firewallRules.filter((one) => !gone.includes(one));
        return undefined;
      },
    },
  ];
}

const isOwn = ({ conditions }: NetworkPolicy, state: NpsServerState, desired: DesiredState) =>
  conditions.length === 1 &&
  [desired.radiusClients[0]!.name, gatewayClientName(state, desired)].some(
    (client) => conditions[0] === ownPolicyCondition(client),
  );

function policyRemoval(state: NpsServerState, desired: DesiredState): Difference[] {
  const { ownName = '' } = desired.networkPolicy;
  const held = state.networkPolicies.find(({ name }) => sameText(name, ownName));
  if (!held || !isOwn(held, state, desired)) return [];
  return [
    {
      part: 'network policy',
      changes: [
        changeOf(`policy-removed:${held.name}`, `networkPolicy ${held.name}: removed`, 'own', {
          restart: true,
          asks: true,
        }),
      ],
      apply(s) {
        s.networkPolicies = s.networkPolicies
          .filter(({ name }) => !sameText(name, ownName))
          .map((policy) => ({
            ...policy,
            order: policy.order > held.order ? policy.order - 1 : policy.order,
          }));
        return undefined;
      },
    },
  ];
}

function groupPolicyRemoval(state: NpsServerState, desired: DesiredState): Difference[] {
  const { prefix = '' } = desired.groupPolicies ?? {};
  const ours = (s: NpsServerState) =>
    groupPoliciesOf(s, desired).filter((policy) => isGroupPolicy(policy, state, desired));
  const groups = ours(state).map(({ name }) => name.slice(prefix.length));
  if (groups.length === 0) return [];
  const client = desired.radiusClients[0]!.name;
  const what = `userGroups of ${client}: network policies removed, for: ${namesText(groups)}`;
  return [
    {
      part: 'network policy',
      changes: [changeOf(`group-policies-removed:${client}`, what, 'own', { restart: true, asks: true })],
      apply(s) {
        const gone = ours(s);
        s.networkPolicies = inOrder(s.networkPolicies.filter((policy) => !gone.includes(policy))).map(
          (policy, index) => ({ ...policy, order: index + 1 }),
        );
        return undefined;
      },
    },
  ];
}

/** What has a name that Set gives, but is not as Set left it. */
export function leftAlone(state: NpsServerState, desired: DesiredState): string[] {
  const { ownName = '' } = desired.networkPolicy;
  return [
    ...desired.radiusClients.flatMap((wish) =>
      state.radiusClients.flatMap(({ name, address }) => {
        const [named, placed] = [sameText(name, wish.name), sameAddress(address, wish.address)];
        if (named && !placed)
          return [`the RADIUS client '${name}' now has the address ${address}, not ${wish.address}`];
        if (!named && placed)
          return [`the RADIUS client '${name}' for ${wish.address} has another name than Set gives it`];
        return [];
      }),
    ),
    ...desired.radiusClients.flatMap((wish) =>
      rulesOf(state, wish)
        .filter(({ address }) => !covers(wish.address, address))
        .map(({ client, address }) => `the firewall rule 'VpnNps-RADIUS-${client}' now lets in ${address}`),
    ),
    ...state.networkPolicies
      .filter((policy) => sameText(policy.name, ownName) && !isOwn(policy, state, desired))
      .map(asksForMore),
    ...groupPoliciesOf(state, desired)
      .filter((policy) => !isGroupPolicy(policy, state, desired))
      .map(asksForMore),
  ];
}

const asksForMore = ({ name, conditions }: NetworkPolicy) =>
  `the network policy '${name}' now asks for ${conditions.join(' and ')}`;

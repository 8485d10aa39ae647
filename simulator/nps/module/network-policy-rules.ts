import { probeClientName } from '../../../shared/nps/desired-state.ts';
import { deciding, inOrder, isDecision, matchPolicy, type RequestTraits } from '../conditions.ts';
import type { AuthenticationMethod, NetworkPolicy, NpsServerState } from '../state.ts';
import type { DesiredState } from './desired-state.ts';
import { changeOf, type Difference, finding, sameText } from './difference.ts';
import { withoutGroupPolicies } from './group-policies.ts';
import { hasGateways, otherClients, standingFor, usableAddresses } from './radius-client-rules.ts';

export const needed: Record<'EAP' | 'PAP', AuthenticationMethod[]> = {
  EAP: ['EAP', 'EAP-MSCHAPv2'],
  PAP: ['PAP'],
};

export const missingMethods = (policy: NetworkPolicy, methods: readonly ('EAP' | 'PAP')[]) =>
  methods.filter((method) => needed[method].some((each) => !policy.authenticationMethods.includes(each)));

/**
 * Which policy is meant: the gateway's own or one by name. For "auto", `nps/private/policies/network-policy-choice.ps1`
 * has the same rule.
 */
export function chosenPolicy(state: NpsServerState, desired: DesiredState) {
  const { kind, name = '', ownName = '', authenticationMethods } = desired.networkPolicy;
  const named = { kind: 'named' as const, name };
  const own = { kind: 'own' as const, name: ownName };
  if (kind !== 'auto') return kind === 'own' ? own : named;
  const held = (wanted: string) => state.networkPolicies.find((policy) => sameText(policy.name, wanted));
  if (held(ownName)) return own;
  const its = held(name);
  if (its?.enabled && its.grant && missingMethods(its, authenticationMethods).length === 0) return named;
  return otherClients(state, desired).length > 0 ? own : named;
}

/** The name under which NPS knows the gateway: an adopted client keeps its own name. */
export function gatewayClientName(state: NpsServerState, desired: DesiredState): string {
  const [wish] = desired.radiusClients;
  return standingFor(wish!, state.radiusClients, desired.radiusClients).named?.name ?? wish!.name;
}

/**
 * The request of the gateway: RRAS on a virtual port. Azure does not document it, so it is assumed: gateway-attributes.
 */
export function gatewayRequest(
  state: NpsServerState,
  desired: DesiredState,
  wish: DesiredState['radiusClients'][number],
  method: 'EAP' | 'PAP',
  vendor311 = true,
): RequestTraits {
  const addresses = usableAddresses(wish.address);
  return {
    rasVendor: vendor311 ? 311 : undefined,
    nasPortType: 5,
    clientName: standingFor(wish, state.radiusClients, desired.radiusClients).named?.name ?? wish.name,
    addresses: addresses.length > 0 ? addresses : [wish.address],
    method,
  };
}

const pattern = (client: string) =>
  `^${client.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&')}(-[0-9]+\\.[0-9]+\\.[0-9]+\\.[0-9]+)?$`;

/** The condition of a policy that is for one RADIUS client alone. */
export const ownPolicyCondition = (client: string) => `MATCH("Client-Friendly-Name=${pattern(client)}")`;

/**
 * The position before the first policy that would decide about the gateway. The policies of the gateway's user groups
 * do not count: they only let further users in. A policy that denies by somebody's decision stays in front.
 */
function networkPolicyPosition(
  state: NpsServerState,
  ours: string,
  requests: readonly RequestTraits[],
  last: number,
) {
  let decision: NetworkPolicy | undefined;
  for (const policy of inOrder(state.networkPolicies)) {
    if (!policy.enabled || sameText(policy.name, ours)) continue;
    const met = requests.map((request) => matchPolicy(policy, request));
    if (met.every((one) => one === 'no')) continue;
    if (!isDecision(policy, state, ours)) return { order: policy.order, decision };
    if (met.includes('yes')) decision ??= policy;
  }
  return { order: last, decision };
}

/**
 * A test of several gateways compares the policy of each of them. A finding about a policy that they share is reported
 * once.
 */
export function networkPolicyDifferences(state: NpsServerState, desired: DesiredState): Difference[] {
  const { ownPrefix } = desired.networkPolicy;
  if (ownPrefix === undefined) return differencesOfFirst(state, desired);
  const told = new Map<string, Difference>();
  for (const wish of desired.radiusClients) {
    if (wish.name === probeClientName) continue;
    const its = differencesOfFirst(state, {
      ...desired,
      radiusClients: [wish, ...desired.radiusClients.filter((other) => other !== wish)],
      networkPolicy: { ...desired.networkPolicy, ownName: `${ownPrefix}${wish.name}` },
    });
    for (const difference of its) {
      const { id, message } = difference.finding ?? {};
      const key = `${id} ${message}`;
      if (!told.has(key)) told.set(key, difference);
    }
  }
  return [...told.values()];
}

function differencesOfFirst(state: NpsServerState, desired: DesiredState): Difference[] {
  const { name, kind } = chosenPolicy(state, desired);
  const held = state.networkPolicies.filter((policy) => sameText(policy.name, name));
  const target = 'networkPolicy.name';
  if (held.length > 1) {
    const problem = finding('policy-twice', `NPS has ${held.length} network policies named "${name}".`);
    return [{ part: 'network policy', changes: [], finding: problem, target }];
  }
  if (held[0]) return heldDifferences(state, desired, held[0], kind === 'own');
  if (kind === 'own') return ownDifferences(state, desired, name);
  const names = state.networkPolicies.map((policy) => `'${policy.name}'`).join(', ');
  const problem = finding('policy-missing', `NPS has no network policy named '${name}'. It has: ${names}.`);
  return [{ part: 'network policy', changes: [], finding: problem, target }];
}

export function requestsOf(state: NpsServerState, desired: DesiredState): RequestTraits[] {
  return desired.networkPolicy.authenticationMethods.map((method) =>
    gatewayRequest(state, desired, desired.radiusClients[0]!, method),
  );
}

function ownDifferences(state: NpsServerState, desired: DesiredState, name: string): Difference[] {
  const { order, decision } = networkPolicyPosition(
    withoutGroupPolicies(state, desired),
    name,
    requestsOf(state, desired),
    state.networkPolicies.length + 1,
  );
  const client = gatewayClientName(state, desired);
  const methods = desired.networkPolicy.authenticationMethods;
  const add = (s: NpsServerState) => {
    const policy: NetworkPolicy = {
      name,
      enabled: true,
      order: 0,
      grant: desired.networkPolicy.grant,
      authenticationMethods: methods.flatMap((method) => needed[method]),
      conditions: [ownPolicyCondition(client)],
    };
    s.networkPolicies.push(policy);
    move(s.networkPolicies, policy, order);
    return undefined;
  };
  const what = `networkPolicy ${name}: added at position ${order}, for RADIUS client ${client} alone, grants access by ${methods.join(' and ')}`;
  return [
    {
      part: 'network policy',
      changes: [changeOf(`policy-added:${name}`, what, 'own', { restart: true })],
      finding: finding(
        'policy-missing',
        `NPS has no network policy named '${name}'; it must be made.`,
        desired.radiusClients[0]!.name,
      ),
      apply: add,
    },
    ...(decision ? [passing(name, order, decision, 'own', true, 'denies')] : []),
  ];
}

function passing(
  name: string,
  order: number,
  before: NetworkPolicy,
  scope: 'own' | 'shared',
  asks: boolean,
  does: string,
): Difference {
  const what = `networkPolicy ${name}: order ${order} -> ${before.order}, before '${before.name}'`;
  return {
    part: 'network policy',
    changes: [changeOf(`policy-order:${name}:before:${before.name}`, what, scope, { restart: true, asks })],
    finding: finding(
      'policy-order',
      `The network policy '${before.name}' comes first, matches what the gateway sends, and ${does}.`,
    ),
    apply: (s) => {
      const policy = s.networkPolicies.find((one) => sameText(one.name, name));
      const other = s.networkPolicies.find((one) => one.name === before.name);
      if (policy && other) move(s.networkPolicies, policy, other.order);
      return undefined;
    },
  };
}

function heldDifferences(
  state: NpsServerState,
  desired: DesiredState,
  held: NetworkPolicy,
  isOurs: boolean,
): Difference[] {
  const wish = desired.networkPolicy;
  const { name } = held;
  const label = `networkPolicy ${name}`;
  const scope = isOurs ? 'own' : 'shared';
  const isShared = !isOurs && otherClients(state, desired).length > 0;
  const edit = (apply: (policy: NetworkPolicy) => void) => (s: NpsServerState) => {
    const policy = s.networkPolicies.find((one) => one.name === name);
    if (policy) apply(policy);
    return undefined;
  };
  const found: Difference[] = [];
  if (held.grant !== wish.grant) {
    const verb = wish.grant ? 'grant' : 'deny';
    const what = `${label}: access permission set to ${verb}`;
    // The policy of the article denies after the installation of NPS. If it denies after a gateway was set up, that may
    // be a decision.
    const mayBeDecided = wish.grant && (isOurs || hasGateways(state, desired));
    found.push({
      part: 'network policy',
      changes: [
        changeOf(`policy-${verb}:${name}`, what, scope, { restart: true, asks: isShared || mayBeDecided }),
      ],
      ...(wish.grant && {
        finding: finding(
          'policy-not-granting',
          `The network policy '${name}' denies access: nobody can connect.`,
        ),
      }),
      apply: edit((policy) => {
        policy.grant = wish.grant;
      }),
    });
  }
  if (!held.enabled) {
    found.push({
      part: 'network policy',
      changes: [
        changeOf(`policy-enabled:${name}`, `${label}: enabled`, scope, { restart: true, asks: true }),
      ],
      finding: finding('policy-disabled', `The network policy '${name}' is disabled.`),
      apply: edit((policy) => {
        policy.enabled = true;
      }),
    });
  }
  const requests = requestsOf(state, desired);
  if (requests.every((request) => matchPolicy(held, request) === 'no')) {
    const conditions = held.conditions.join(' and ');
    const message = `The network policy '${name}' asks for ${conditions}, which a request of the gateway does not contain.`;
    found.push({ part: 'network policy', changes: [], finding: finding('policy-conditions', message) });
  }
  const first = wish.grant ? earlier(state, desired, held) : undefined;
  if (first) {
    const asks = !first.grant || isShared;
    const does = first.grant ? 'does not allow what the tunnel type needs' : 'denies';
    found.push(passing(name, held.order, first, scope, asks, does));
  }
  const missing = missingMethods(held, wish.authenticationMethods);
  if (missing.length > 0) {
    const message = `The network policy '${name}' does not allow ${missing.join(' and ')}: NPS rejects these connections (reason 66).`;
    found.push({
      part: 'network policy',
      changes: missing.map((method) =>
        changeOf(
          `policy-method-${method}:${name}`,
          `${label}: authentication method ${method} allowed`,
          scope,
          {
            restart: true,
            asks: isShared,
          },
        ),
      ),
      finding: finding('policy-methods', message),
      apply: edit((policy) => {
        const wanted = missing.flatMap((method) => needed[method]);
        policy.authenticationMethods = [...new Set([...policy.authenticationMethods, ...wanted])];
      }),
    });
  }
  return found;
}

/** An enabled policy before `held` that decides about a request of the gateway and does not let it in. */
function earlier(
  state: NpsServerState,
  desired: DesiredState,
  held: NetworkPolicy,
): NetworkPolicy | undefined {
  for (const method of desired.networkPolicy.authenticationMethods) {
    const request = gatewayRequest(state, desired, desired.radiusClients[0]!, method);
    const { policy } = deciding(
      withoutGroupPolicies(state, desired).networkPolicies.filter(({ order }) => order < held.order),
      request,
    );
    if (policy && !(policy.grant && missingMethods(policy, [method]).length === 0)) return policy;
  }
  return undefined;
}

/** Puts a policy at a position. Those below move down by one (cc755242). */
function move(policies: NetworkPolicy[], policy: NetworkPolicy, order: number): void {
  const rest = inOrder(policies.filter((one) => one !== policy));
  rest.splice(order - 1, 0, policy);
  for (const [index, one] of rest.entries()) one.order = index + 1;
}

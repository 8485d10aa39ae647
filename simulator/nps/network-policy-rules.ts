import { type DesiredState, NpsError } from './desired-state.ts';
import { type Difference, finding, sameText } from './difference.ts';
import type { AuthenticationMethod, NetworkPolicy, NpsServerState } from './state.ts';

/** What a request of the gateway shows to the conditions of a policy. */
export interface RequestTraits {
  readonly rasVendor: number | undefined;
  readonly nasPortType: number | undefined;
}

/** The gateway as policies are taken to see it: RRAS (vendor 311) on a virtual port (5). Not documented by Azure. */
const gatewayTraits: RequestTraits = { rasVendor: 311, nasPortType: 5 };

/** Whether all conditions of the policy hold; one about users or groups, which are not simulated, does not. */
export function matches(policy: NetworkPolicy, { rasVendor, nasPortType }: RequestTraits): boolean {
  return policy.conditions.every((condition) => {
    if (/^\s*TIMEOFDAY\(/i.test(condition)) return true;
    const [, name = '', pattern = ''] = /^\s*MATCH\("([^=]+)=(.*)"\)\s*$/i.exec(condition) ?? [];
    const value = { 'ms-ras-vendor': rasVendor, 'nas-port-type': nasPortType }[name.toLowerCase()];
    return value !== undefined && new RegExp(pattern).test(`${value}`);
  });
}

const needed: Record<'EAP' | 'PAP', AuthenticationMethod[]> = { EAP: ['EAP', 'EAP-MSCHAPv2'], PAP: ['PAP'] };

export function networkPolicyDifferences(
  state: NpsServerState,
  { networkPolicy: wish }: DesiredState,
): Difference[] {
  const label = `networkPolicy ${wish.name}`;
  const held = state.networkPolicies.find(({ name }) => sameText(name, wish.name));
  if (!held) {
    const names = state.networkPolicies.map(({ name }) => `"${name}"`).join(', ');
    const message = `There is no network policy "${wish.name}". There are: ${names || 'none'}.`;
    const problem = finding('policy-missing', 'high', message, 'Name a policy that exists, or create it.');
    const refusal = new NpsError('PolicyNotFound', message, 'networkPolicy.name');
    return [{ part: 'network policy', changes: [], finding: problem, refusal }];
  }
  const found: Difference[] = [];
  const differs = (
    change: string,
    problem: Parameters<typeof finding> | undefined,
    edit: (policy: NetworkPolicy, state: NpsServerState) => void,
  ) =>
    found.push({
      part: 'network policy',
      changes: [`${label}: ${change}`],
      ...(problem && { finding: finding(...problem) }),
      apply: (s) => {
        const policy = s.networkPolicies.find(({ name }) => name === held.name);
        if (policy) edit(policy, s);
        return undefined;
      },
    });

  if (held.grant !== wish.grant) {
    const denies = [
      'policy-denies',
      'high',
      `"${held.name}" denies access.`,
      'Apply the desired state.',
    ] as const;
    differs(
      `set to ${wish.grant ? 'grant' : 'deny'} access`,
      wish.grant ? [...denies] : undefined,
      (policy) => {
        policy.grant = wish.grant;
      },
    );
  }
  if (!held.enabled) {
    differs(
      'enabled',
      ['policy-disabled', 'high', `"${held.name}" is disabled.`, 'Apply the desired state.'],
      (policy) => {
        policy.enabled = true;
      },
    );
  }
  const before = [...state.networkPolicies]
    .sort((a, b) => a.order - b.order)
    .find((p) => p.enabled && !p.grant && p.order < held.order && matches(p, gatewayTraits));
  if (wish.grant && before) {
    const message = `"${before.name}" comes first, matches what the gateway sends, and denies.`;
    differs(
      `moved before "${before.name}"`,
      ['policy-order', 'high', message, 'Apply the desired state.'],
      (_, s) => {
        moveBefore(s.networkPolicies, held.name, before.name);
      },
    );
  }
  const missing = wish.authenticationMethods.filter((method) =>
    needed[method].some((each) => !held.authenticationMethods.includes(each)),
  );
  if (missing.length > 0) {
    const message = `"${held.name}" does not allow ${missing.join(' and ')}: NPS rejects such requests (reason 66).`;
    differs(
      `allowed ${missing.join(' and ')}`,
      ['auth-method-missing', 'high', message, 'Apply the desired state.'],
      (policy) => {
        const wanted = missing.flatMap((method) => needed[method]);
        policy.authenticationMethods = [...new Set([...policy.authenticationMethods, ...wanted])];
      },
    );
  }
  return found;
}

function moveBefore(policies: NetworkPolicy[], name: string, other: string): void {
  const sorted = [...policies].sort((a, b) => a.order - b.order);
  const moved = sorted.filter((policy) => policy.name === name);
  const rest = sorted.filter((policy) => policy.name !== name);
  rest.splice(
    rest.findIndex((policy) => policy.name === other),
    0,
    ...moved,
  );
  for (const [index, policy] of rest.entries()) policy.order = index + 1;
}

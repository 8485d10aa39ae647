import type { NetworkPolicy, NpsServerState } from '../state.ts';
import type { DesiredState } from './desired-state.ts';

/** The network policies for user groups of the gateway, by their names. */
export const groupPoliciesOf = (state: NpsServerState, { groupPolicies }: DesiredState): NetworkPolicy[] =>
  groupPolicies
    ? state.networkPolicies.filter(({ name }) =>
        name.toLowerCase().startsWith(groupPolicies.prefix.toLowerCase()),
      )
    : [];

/** The policies that decide about users who are in no group. */
export function withoutGroupPolicies(state: NpsServerState, desired: DesiredState): NpsServerState {
  const ours = groupPoliciesOf(state, desired);
  return ours.length === 0
    ? state
    : { ...state, networkPolicies: state.networkPolicies.filter((policy) => !ours.includes(policy)) };
}

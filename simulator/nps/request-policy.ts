import { deciding, match, type RequestTraits } from './conditions.ts';
import type { NpsServerState, RequestPolicy } from './state.ts';

/**
 * The connection request policy that decides who answers a request: the first enabled one that matches (Microsoft Learn,
 * "Connection request policies"). A condition that is not simulated is not met. Undefined: none matches, reason 49.
 */
export function requestPolicyFor(state: NpsServerState, traits: RequestTraits): RequestPolicy | undefined {
  const matching = state.requestPolicies.filter((each) => match(each, traits) === 'yes');
  return deciding(matching, traits).policy;
}

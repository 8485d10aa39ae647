import { isIPv4 } from 'node:net';
import { containsCidr, parseCidr } from 'cidr-tools';
import { deciding, matchPolicy, type RequestTraits } from '../conditions.ts';
import { asksForCodes } from '../module/mfa-rules.ts';
import type { AuthenticationMethod, NetworkPolicy, NpsServerState, NpsUser, RadiusClient } from '../state.ts';

/** Why NPS refused or discarded a request: its reason codes, with their meaning. */
export const reasons = {
  0: 'The request was authenticated and authorized.',
  8: 'The user account does not exist.',
  9: 'An extension DLL discarded the request.',
  16: 'Authentication failed: the user name or the password is wrong.',
  21: 'An extension DLL rejected the request.',
  22: 'The client asked for an EAP type that the server does not offer.',
  48: 'No network policy matches the request.',
  49: 'No connection request policy matches the request.',
  65: 'Access is denied by the dial-in properties of the account or by the network policy.',
  66: 'The authentication method is not enabled in the network policy that matches.',
} as const;

export type Reason = keyof typeof reasons;

/** The RADIUS client that an address belongs to: the narrowest enabled one. */
export function clientAt(state: NpsServerState, address: string): RadiusClient | undefined {
  return state.radiusClients
    .filter((client) => client.enabled && isIPv4(client.address.split('/')[0] ?? ''))
    .filter((client) => containsCidr(client.address, address))
    .sort((a, b) => Number(parseCidr(b.address).prefix) - Number(parseCidr(a.address).prefix))[0];
}

/** An account, with or without its domain in front, or with a UPN suffix of the forest after it. */
export function userNamed(state: NpsServerState, name: string): NpsUser | undefined {
  const wanted = name.toLowerCase();
  const [account = '', suffix] = wanted.slice(wanted.lastIndexOf('\\') + 1).split('@');
  const isKnown = suffix === undefined || state.upnSuffixes.some((one) => one.toLowerCase() === suffix);
  return state.users.find(
    (user) => user.name.toLowerCase() === wanted || (isKnown && user.name.toLowerCase() === account),
  );
}

/**
 * Authorization: the first enabled policy whose conditions match decides. The dial-in tab of the account is checked
 * before the policy's permission. The policy's authentication methods apply to both.
 */
export function authorize(
  state: NpsServerState,
  user: NpsUser,
  methods: readonly AuthenticationMethod[],
  request: RequestTraits,
): { policy?: NetworkPolicy; refusal?: Reason } {
  // A condition about groups or other things that are not simulated is not met.
  const { policy } = deciding(
    state.networkPolicies.filter((each) => matchPolicy(each, request) === 'yes'),
    request,
  );
  if (!policy) return { refusal: 48 };
  if (user.dialIn === 'deny' || (user.dialIn === 'policy' && !policy.grant)) return { policy, refusal: 65 };
  if (methods.some((method) => !policy.authenticationMethods.includes(method)))
    return { policy, refusal: 66 };
  return { policy };
}

export interface SecondFactor {
  /** The final decision of the extension, and how long it waits for the user. */
  readonly outcome: 'granted' | 'rejected' | 'code asked for';
  readonly seconds: number;
  readonly wasPrompted: boolean;
}

/** How long the extension waits for a push that nobody answers. */
const unansweredSeconds = 60;

/** The decision of the MFA extension about a user whom NPS is about to accept. */
export function secondFactor(
  state: NpsServerState,
  user: NpsUser,
  nasIpAddress: string | undefined,
): SecondFactor {
  const { mfa } = state;
  const isWhitelisted = nasIpAddress !== undefined && mfa.ipWhitelist.split(';').includes(nasIpAddress);
  if (!mfa.installed || !mfa.loaded || isWhitelisted)
    return { outcome: 'granted', seconds: 0, wasPrompted: false };
  // Without registration or a way to the internet, the extension cannot ask anybody and refuses.
  if (!mfa.tenantId || !mfa.certificate || mfa.unreachableEndpoints.length > 0) {
    return { outcome: 'rejected', seconds: 0, wasPrompted: false };
  }
  if (user.totpRegistered && asksForCodes(state)) {
    return { outcome: 'code asked for', seconds: 0, wasPrompted: false };
  }
  switch (user.mfa) {
    case 'unregistered':
      return { outcome: mfa.requireUserMatch ? 'rejected' : 'granted', seconds: 0, wasPrompted: false };
    case 'approve':
      return { outcome: 'granted', seconds: user.mfaSeconds, wasPrompted: true };
    case 'deny':
      return { outcome: 'rejected', seconds: user.mfaSeconds, wasPrompted: true };
    case 'no answer':
      return { outcome: 'rejected', seconds: unansweredSeconds, wasPrompted: true };
  }
}

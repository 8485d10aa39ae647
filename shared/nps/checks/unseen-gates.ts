import type { NpsAnswered, SignInGate } from '../result.ts';

/** What a server cannot know about itself, in words. The other gates are never unknown. */
const questions: Readonly<Partial<Record<SignInGate, string>>> = {
  'request-policy': 'whether a connection request policy takes the request',
  'network-policy': 'which network policy decides',
  directory: 'whether NPS may read the users in the directory',
  'dial-in': 'the dial-in permission of each user',
  'mfa-principal': 'whether Entra ID accepts the MFA extension',
  'mfa-codes': 'which users have only a code, which no VPN client can ask for',
};

/**
 * What decides over a sign-in and is not known, although the server has looked: only a person who signs in can see it.
 * Undefined when all is known.
 */
export function unseenGates({ signInPath }: Pick<NpsAnswered, 'signInPath'>): string | undefined {
  const unknown = [...new Set(signInPath.flatMap((path) => path.unknown))];
  if (unknown.length === 0) return undefined;
  return `only a sign-in shows ${unknown.map((gate) => questions[gate] ?? gate).join(', ')}`;
}

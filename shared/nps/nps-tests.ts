import { grouped } from '../core/grouped.ts';
import { authenticationMethodsOf, npsDesiredState, radiusClientName } from './desired-state.ts';
import type { NpsOutline } from './model.ts';

/** A gateway as the NPS server it uses should know it. */
export interface NpsUser {
  readonly gatewayId: string;
  readonly gatewaySubnetPrefix: string;
  readonly protocols: readonly string[];
  readonly networkPolicy: string;
  readonly mfaExtension: 'require' | 'skip';
  readonly askedGroups?: NpsOutline['askedGroups'];
  /** The Key Vault secret that both hold, where it is known. */
  readonly secretName?: string;
}

/** One run of `Test-VpnNpsConfiguration`. */
export interface NpsTest {
  readonly host: string;
  readonly gatewayIds: readonly string[];
  /** Of the shared secrets that the server holds: its texts are told without them. */
  readonly secretNames: readonly string[];
  /** JSON; holds no secret. */
  readonly desiredState: string;
}

/** Gateways that ask the same of one NPS server; a server is in the list once for each wish. */
export interface TestedHost {
  readonly host: string;
  /** Of all gateways of the server, like the tunnel types: both hold for the whole of it. */
  readonly mfaExtension: 'require' | 'skip';
  readonly protocols: readonly string[];
  readonly gateways: number;
  /** Places in the list of tests. */
  readonly tests: readonly number[];
}

/** A run command gives 4,096 bytes back, and every RADIUS client takes some 250 of them with a long name and its proof. */
const clientsInOneAnswer = 10;

/**
 * The tests of all NPS servers: one for each wish of a server (network policy and tunnel types), and another for every ten
 * gateways more, or where two gateways share a name or a prefix, which one desired state must not.
 */
export function npsTests(
  users: Iterable<{ readonly host: string; readonly user: NpsUser }>,
  extras: { readonly secretProofKey: string; readonly mfaEndpoints?: readonly string[] },
): { readonly tests: readonly NpsTest[]; readonly hosts: readonly TestedHost[] } {
  const tests: NpsTest[] = [];
  const hosts: TestedHost[] = [];
  for (const together of grouped(users, ({ host }) => host.toLowerCase()).values()) {
    const { host } = together[0]!;
    const its = together.map(({ user }) => user);
    const protocols = [...new Set(its.flatMap((user) => user.protocols))];
    const mfaExtension = its.every((user) => user.mfaExtension === 'skip') ? 'skip' : 'require';
    for (const alike of grouped(its, wishOf).values()) {
      const begin = tests.length;
      for (const round of inRounds(alike)) {
        const [first] = round;
        const state = npsDesiredState({ ...first!, mfaExtension }, extras);
        // Message-Authenticator is asked of every RADIUS client of the server.
        const { blastRadius } = npsDesiredState({ ...first!, protocols, mfaExtension });
        const radiusClients = round.flatMap(
          (user) => npsDesiredState({ ...user, mfaExtension }).radiusClients,
        );
        tests.push({
          host,
          gatewayIds: round.map(({ gatewayId }) => gatewayId),
          secretNames: [...new Set(round.flatMap(({ secretName }) => secretName ?? []))],
          desiredState: JSON.stringify({ ...state, blastRadius, radiusClients }),
        });
      }
      hosts.push({
        host,
        mfaExtension,
        protocols,
        gateways: alike.length,
        tests: tests.slice(begin).map((_, index) => begin + index),
      });
    }
  }
  return { tests, hosts };
}

/** One with user groups is asked for alone: its policies are named for it. */
const wishOf = ({ networkPolicy, protocols, askedGroups, gatewayId }: NpsUser) =>
  [
    networkPolicy.toLowerCase(),
    authenticationMethodsOf(protocols).sort().join(),
    ...(askedGroups ? [gatewayId.toLowerCase()] : []),
  ].join(' ');

function inRounds(users: readonly NpsUser[]): NpsUser[][] {
  const rounds: { users: NpsUser[]; taken: Set<string> }[] = [];
  for (const user of users) {
    const keys = [radiusClientName(user.gatewayId).toLowerCase(), user.gatewaySubnetPrefix];
    const round = rounds.find(
      (one) => one.users.length < clientsInOneAnswer && !keys.some((key) => one.taken.has(key)),
    );
    if (round) {
      round.users.push(user);
      for (const key of keys) round.taken.add(key);
    } else rounds.push({ users: [user], taken: new Set(keys) });
  }
  return rounds.map((round) => round.users);
}

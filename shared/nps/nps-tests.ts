import { grouped } from '../core/grouped.ts';
import { authenticationMethodsOf, npsDesiredState, radiusClientName } from './desired-state.ts';
import type { NpsOutline } from './model.ts';

/** A gateway as the NPS server that it uses should know it. */
export interface NpsUser {
  readonly gatewayId: string;
  readonly gatewaySubnetPrefix: string;
  readonly protocols: readonly string[];
  readonly networkPolicy: string;
  readonly mfaExtension: 'require' | 'skip';
  readonly askedGroups?: NpsOutline['askedGroups'];
  /** The Key Vault secret that both hold, when it is known. */
  readonly secretName?: string;
}

/** One run of `Test-VpnNpsConfiguration`. */
export interface NpsTest {
  readonly host: string;
  readonly gatewayIds: readonly string[];
  /** The names of the shared secrets that the server holds. Their values are removed from the texts of the server. */
  readonly secretNames: readonly string[];
  /** JSON. It holds no secret. */
  readonly desiredState: string;
}

/** Gateways that ask the same of one NPS server. A server is in the list once for each wish. */
export interface TestedHost {
  readonly host: string;
  /** The combined value of all gateways of the server, like the tunnel types: both apply to the whole server. */
  readonly mfaExtension: 'require' | 'skip';
  readonly protocols: readonly string[];
  readonly gateways: number;
  /** Indexes in the list of tests. */
  readonly tests: readonly number[];
}

/** A run command returns 4,096 bytes. Every RADIUS client with a long name takes about 250 of them, with its proof. */
const clientsInOneAnswer = 10;

/**
 * The tests of all NPS servers. There is one for each wish of a server (network policy and tunnel types). There is a
 * further one for every ten more gateways, and when two gateways share a name or a prefix, which one desired state must
 * not contain twice.
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
        // Message-Authenticator is required of every RADIUS client of the server.
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

/** A gateway with user groups is tested alone, because its policies have its name. */
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

import { grouped } from '../core/grouped.ts';
import {
  authenticationMethodsOf,
  npsDesiredState,
  ownPolicyPrefix,
  radiusClientName,
} from './desired-state.ts';
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

/**
 * A run command returns 4,096 bytes. About 1,500 of them tell of the server, and a RADIUS client that is as wanted takes
 * 27 (`brief`). When more has to be told, the test is made again in parts (`partsOf`).
 */
const clientsInOneAnswer = 60;

/**
 * The parameters of a run command are on a command line, in base64. A command line of `cmd.exe` has 8,191 characters
 * (Microsoft, "Command prompt line string limitation").
 */
const longestDesiredState = 5500;

/**
 * The tests of all NPS servers. There is one for each wish of a server (network policy and tunnel types). There is a
 * further one when one answer or one command line cannot hold all gateways, and when two gateways share a name or a
 * prefix, which one desired state must not contain twice.
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
    for (const alike of grouped(its, npsWishKey).values()) {
      const begin = tests.length;
      const desired = (round: readonly NpsUser[]) => {
        const [first] = round;
        const { secretProofKey, ...state } = npsDesiredState({ ...first!, mfaExtension }, extras);
        // Message-Authenticator is required of every RADIUS client of the server.
        const { blastRadius } = npsDesiredState({ ...first!, protocols, mfaExtension });
        const radiusClients = round.map(radiusClientOf);
        const networkPolicy = { ...state.networkPolicy, ownPrefix: ownPolicyPrefix };
        const asked = { ...state, networkPolicy, blastRadius, radiusClients, brief: true, secretProofKey };
        return JSON.stringify(asked);
      };
      for (const round of inRounds(alike, desired([alike[0]!]).length)) {
        tests.push({
          host,
          gatewayIds: round.map(({ gatewayId }) => gatewayId),
          secretNames: [...new Set(round.flatMap(({ secretName }) => secretName ?? []))],
          desiredState: desired(round),
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
const npsWishKey = ({ networkPolicy, protocols, askedGroups, gatewayId }: NpsUser) =>
  [
    networkPolicy.toLowerCase(),
    authenticationMethodsOf(protocols).join(),
    ...(askedGroups ? [gatewayId.toLowerCase()] : []),
  ].join(' ');

/** The rest of a RADIUS client is the default of the module. */
const radiusClientOf = ({ gatewayId, gatewaySubnetPrefix }: NpsUser) => ({
  name: radiusClientName(gatewayId),
  address: gatewaySubnetPrefix,
});

/** `shortest`: the length of a desired state with one client. */
function inRounds(users: readonly NpsUser[], shortest: number): NpsUser[][] {
  const rounds: { users: NpsUser[]; taken: Set<string>; length: number }[] = [];
  for (const user of users) {
    const { name, address } = radiusClientOf(user);
    const keys = [name.toLowerCase(), address];
    const length = JSON.stringify({ name, address }).length + 1;
    const round = rounds.find(
      (one) =>
        one.users.length < clientsInOneAnswer &&
        one.length + length <= longestDesiredState &&
        !keys.some((key) => one.taken.has(key)),
    );
    if (round) {
      round.users.push(user);
      round.length += length;
      for (const key of keys) round.taken.add(key);
    } else rounds.push({ users: [user], taken: new Set(keys), length: shortest });
  }
  return rounds.map((round) => round.users);
}

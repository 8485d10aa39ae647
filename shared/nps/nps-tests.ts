import { npsDesiredState, radiusClientName } from './desired-state.ts';

/** A gateway as the NPS server it uses should know it. */
export interface NpsUser {
  readonly gatewayId: string;
  readonly gatewaySubnetPrefix: string;
  readonly protocols: readonly string[];
  readonly networkPolicy: string;
  readonly mfaExtension: 'require' | 'skip';
  /** The Key Vault secret that both hold, where it is known. */
  readonly secretName?: string;
}

/** One run of `Test-VpnNpsConfiguration`. */
export interface NpsTest {
  readonly host: string;
  readonly networkPolicy: string;
  readonly gatewayIds: readonly string[];
  /** Of the shared secrets that the server holds: its texts are told without them. */
  readonly secretNames: readonly string[];
  /** JSON; holds no secret. */
  readonly desiredState: string;
}

export interface TestedHost {
  readonly host: string;
  readonly networkPolicy: string;
  readonly mfaExtension: 'require' | 'skip';
  readonly protocols: readonly string[];
  readonly gateways: number;
  /** Places in the list of tests. */
  readonly tests: readonly number[];
}

/** A run command gives 4,096 bytes back, and every RADIUS client takes some 250 of them with a long name and its proof. */
const clientsInOneAnswer = 10;

/**
 * The tests of all NPS servers: one for each server, and another for every ten gateways more that it serves, or where two
 * gateways share a name or a prefix, which one desired state must not.
 */
export function npsTests(
  users: Iterable<{ readonly host: string; readonly user: NpsUser }>,
  extras: { readonly secretProofKey: string; readonly mfaEndpoints?: readonly string[] },
): { readonly tests: readonly NpsTest[]; readonly hosts: readonly TestedHost[] } {
  const byHost = new Map<string, { host: string; policy: string; users: NpsUser[] }>();
  for (const { host, user } of users) {
    const key = `${host.toLowerCase()} ${user.networkPolicy.toLowerCase()}`;
    const group = byHost.get(key) ?? { host, policy: user.networkPolicy, users: [] };
    group.users.push(user);
    byHost.set(key, group);
  }
  const tests: NpsTest[] = [];
  const hosts: TestedHost[] = [];
  for (const { host, policy: networkPolicy, users: its } of byHost.values()) {
    const protocols = [...new Set(its.flatMap((user) => user.protocols))];
    const mfaExtension = its.every((user) => user.mfaExtension === 'skip') ? 'skip' : 'require';
    const begin = tests.length;
    for (const together of inRounds(its)) {
      const [first] = together;
      const state = npsDesiredState({ ...first!, protocols, networkPolicy, mfaExtension }, extras);
      const radiusClients = together.flatMap(
        (user) => npsDesiredState({ ...user, networkPolicy, mfaExtension }).radiusClients,
      );
      tests.push({
        host,
        networkPolicy,
        gatewayIds: together.map(({ gatewayId }) => gatewayId),
        secretNames: [...new Set(together.flatMap(({ secretName }) => secretName ?? []))],
        desiredState: JSON.stringify({ ...state, radiusClients }),
      });
    }
    hosts.push({
      host,
      networkPolicy,
      mfaExtension,
      protocols,
      gateways: its.length,
      tests: tests.slice(begin).map((_, index) => begin + index),
    });
  }
  return { tests, hosts };
}

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

import { randomBytes } from 'node:crypto';
import { grouped } from '../core/grouped.ts';
import { sameId } from '../core/resource-id.ts';
import { type Deployed, type WishDefaults, wishOf } from '../deployment/wished.ts';
import { usesRadius } from '../gateway/authentication-types.ts';
import { existingGatewaySubnet, ipv4Prefixes } from '../gateway/gateway-subnet.ts';
import { wishedGroups } from '../gateway/groups/wished-groups.ts';
import type { Connection, GatewayWish, TakenPrefixes, VirtualNetwork, VpnGateway } from '../gateway/model.ts';
import type { RadiusServerWish } from '../nps/model.ts';
import { type NpsTest, type NpsUser, npsTests, type TestedHost } from '../nps/nps-tests.ts';
import type { SecretEntry } from '../secret/model.ts';
import { defaultSecretName } from '../secret/names.ts';
import { networksAround } from './networks-around.ts';
import { type SharedPool, sharedPools } from './shared-pools.ts';

/** The facts of one gateway that need all gateways together, such as overlapping pools. */
export interface SurveyedGateway {
  readonly gateway: VpnGateway;
  readonly isDeployed: boolean;
  readonly asked?: GatewayWish;
  readonly servers: readonly {
    readonly address: string;
    readonly host?: string;
    /** The index in the list of tests. */
    readonly test?: number;
    readonly secret?: SecretEntry;
    /** The name of the Key Vault secret that should exist and does not. */
    readonly secretMissing?: string;
  }[];
  readonly onPremises: readonly TakenPrefixes[];
  readonly sharedPool: SharedPool;
}

export interface Survey {
  readonly parts: readonly (readonly SurveyedGateway[])[];
  readonly tests: readonly NpsTest[];
  readonly hosts: readonly TestedHost[];
  readonly secretProofKey: string;
}

export interface Known {
  readonly virtualNetworkOf: (gateway: VpnGateway) => VirtualNetwork | undefined;
  readonly deployed: ReadonlyMap<string, Deployed>;
  readonly secrets: readonly SecretEntry[];
  readonly onPremises: readonly TakenPrefixes[];
  readonly connections: readonly Connection[];
  readonly defaults: WishDefaults;
  readonly networkPolicy: string;
  readonly mfaEndpoints: readonly string[];
}

/** Collects what is known of every gateway, and says what each NPS server has to be asked. */
export function survey(parts: readonly (readonly VpnGateway[])[], known: Known): Survey {
  const secretProofKey = randomBytes(32).toString('base64');
  const pools = sharedPools(poolsOf(parts));
  const secretOf = secretFinder(known.secrets);
  const around = networksAround(parts.flat(), known);
  const users: { host: string; user: NpsUser }[] = [];
  const outlines = parts.map((part) =>
    part.map((gateway) => {
      const its = known.deployed.get(gateway.id.toLowerCase());
      const networkPolicy = its?.asked.nps.networkPolicy ?? known.networkPolicy;
      const servers = surveyedServers(gateway, its, known.defaults.radiusServers).map((server) => {
        const wanted = wantedSecret(its, server.address);
        const secret = secretOf(gateway.id, wanted, server.host);
        return { ...server, secret, secretMissing: secret ? undefined : wanted };
      });
      const subnet = existingSubnetOf(known.virtualNetworkOf(gateway));
      if (subnet && usesRadius(gateway)) {
        const user: NpsUser = {
          gatewayId: gateway.id,
          gatewaySubnetPrefix: subnet,
          protocols: gateway.pointToSite!.protocols,
          networkPolicy,
          mfaExtension: its?.asked.nps.mfaExtension === 'skip' ? 'skip' : 'require',
          askedGroups: its && groupsOnNps(its, gateway),
        };
        for (const { host, secret } of servers)
          if (host) users.push({ host, user: { ...user, ...(secret && { secretName: secret.name }) } });
      }
      return { gateway, its, servers };
    }),
  );
  const { tests, hosts } = npsTests(users.filter(hasMethods), {
    secretProofKey,
    ...(known.mfaEndpoints.length > 0 && { mfaEndpoints: known.mfaEndpoints }),
  });
  const testOf = new Map(
    tests.flatMap(({ host, gatewayIds }, index) =>
      gatewayIds.map((id) => [testKey(host, id), index] as const),
    ),
  );
  return {
    tests,
    hosts,
    secretProofKey,
    parts: outlines.map((part) =>
      part.map(({ gateway, its, servers }): SurveyedGateway => {
        return {
          gateway,
          isDeployed: its !== undefined,
          ...(its?.isSettled && { asked: its.wish ?? wishOf(its.asked, gateway, known.defaults) }),
          servers: servers.map(({ address, host, secret, secretMissing }) => {
            const test = host ? testOf.get(testKey(host, gateway.id)) : undefined;
            return {
              address,
              ...(host && { host }),
              ...(test !== undefined && { test }),
              ...(secret && { secret }),
              ...(secretMissing && { secretMissing }),
            };
          }),
          onPremises: around(gateway),
          sharedPool: pools(gateway.id, allPools(gateway)),
        };
      }),
    ),
  };
}

/** A tunnel type without an authentication method on NPS (SSTP alone) needs no test. */
const hasMethods = ({ user: { protocols } }: { readonly user: NpsUser }) =>
  protocols.some((protocol) => /^(ikev2|openvpn)$/i.test(protocol));

/**
 * What NPS is to send for the user groups that were asked for. A group that is gone from the gateway is still expected.
 */
function groupsOnNps({ asked, wish }: Deployed, { pointToSite }: VpnGateway) {
  const held = pointToSite?.groups ?? [];
  const gone = wish?.pointToSite.groups?.filter(({ name }) => !held.some((one) => sameId(one.name, name)));
  return wishedGroups(undefined, asked.pointToSite.groups, [...held, ...(gone ?? [])]).asked;
}

const testKey = (host: string, gatewayId: string) => `${host} ${gatewayId}`.toLowerCase();

/** The machine of a RADIUS server: the one that the deployment names, otherwise the one in the settings. */
function surveyedServers(
  gateway: VpnGateway,
  its: Deployed | undefined,
  defaults: readonly RadiusServerWish[],
) {
  const wished = its?.asked.radius.servers ?? [];
  return (gateway.pointToSite?.radiusServers ?? []).map(({ address }) => ({
    address,
    host: [...wished, ...defaults].find((one) => one.address === address)?.host,
  }));
}

function* poolsOf(parts: readonly (readonly VpnGateway[])[]) {
  for (const part of parts) for (const gateway of part) yield { by: gateway.id, prefixes: allPools(gateway) };
}

/** The pools of user groups too. */
const allPools = ({ pointToSite }: VpnGateway): readonly string[] =>
  pointToSite ? [...pointToSite.addressPool, ...(pointToSite.groupPools ?? [])] : [];

/** The name that the secret should have in Key Vault, when a deployment has given one. */
const wantedSecret = (its: Deployed | undefined, address: string) =>
  its?.secrets.find((secret) => secret.address === address)?.name ?? its?.asked.radius.secretName;

/**
 * Finds the secret of a gateway and an NPS server. When their deployment names one, it is that one. Otherwise it is the
 * one tagged with both, or an older one that all servers of the gateway share.
 */
function secretFinder(secrets: readonly SecretEntry[]) {
  const byName = new Map(secrets.map((secret) => [secret.name.toLowerCase(), secret]));
  const byGateway = grouped(
    secrets.filter(({ gatewayId }) => gatewayId),
    ({ gatewayId }) => gatewayId!.toLowerCase(),
  );
  return (gatewayId: string, wanted: string | undefined, host: string | undefined) => {
    if (wanted) return byName.get(wanted.toLowerCase());
    const its = byGateway.get(gatewayId.toLowerCase()) ?? [];
    return (
      its.find((secret) => host && secret.host && sameId(secret.host, host)) ??
      its.find((secret) => !secret.host) ??
      byName.get(defaultSecretName(gatewayId))
    );
  };
}

function existingSubnetOf(virtualNetwork: VirtualNetwork | undefined): string | undefined {
  const subnet = virtualNetwork && existingGatewaySubnet(virtualNetwork);
  return subnet && ipv4Prefixes(subnet)[0];
}

import { type Known, survey } from '../../../shared/compliance/survey.ts';
import type { Waiver } from '../../../shared/compliance/waivers/waivers.ts';
import { grouped } from '../../../shared/core/grouped.ts';
import type { WishDefaults } from '../../../shared/deployment/wished.ts';
import { virtualNetworkIdOf } from '../../../shared/gateway/gateway-subnet.ts';
import type { Connection, TakenPrefixes, VirtualNetwork, VpnGateway } from '../../../shared/gateway/model.ts';
import { articlePolicy } from '../../../shared/nps/network-policy.ts';
import type { TestedHost } from '../../../shared/nps/nps-tests.ts';
import type { Documents, Rows } from '../../../shared/ports.ts';
import { deployedGateways } from '../../records/deployed.ts';
import { type Around, type NetworksRead, networksOf, type Part } from './discovery.ts';
import { runFolder } from './run-folder.ts';
import { secretsIn } from './secret-names.ts';
import { keepWaivers } from './waivers.ts';

export interface SurveyOrder {
  readonly runId: string;
  readonly parts: readonly Part[];
  readonly subscriptionIds: readonly string[];
  readonly pages: number;
}

export interface SurveyDefaults extends WishDefaults {
  readonly mfaEndpoints: readonly string[];
}

/** What the steps after the survey need of all NPS servers. */
export interface SurveyedServers {
  readonly secretProofKey: string;
  readonly hosts: readonly TestedHost[];
  /** Why the names of the secrets are not known; undefined when they are. */
  readonly secretsProblem?: string;
}

/** Adds to every gateway what only all gateways together can tell. Returns the tests to run, by NPS server. */
export const surveyGateways =
  (store: Documents, rows: Rows, defaults: SurveyDefaults, waivers: readonly Waiver[]) =>
  async ({ runId, parts, subscriptionIds, pages }: SurveyOrder): Promise<readonly (readonly number[])[]> => {
    const folder = runFolder(store, runId);
    const networks = new Map<string, VirtualNetwork>();
    for (const subscriptionId of subscriptionIds) {
      const read = await folder.read<NetworksRead>(networksOf(subscriptionId));
      for (const one of 'problem' in read ? [] : read.virtualNetworks)
        networks.set(one.id.toLowerCase(), one);
    }
    const gateways: VpnGateway[][] = [];
    for (const { name } of parts) gateways.push(await folder.read<VpnGateway[]>(name));
    const onPremises: TakenPrefixes[] = [];
    const connections: Connection[] = [];
    for (let page = 0; page < pages; page++) {
      const around = await folder.read<Around>(`around/${page}`);
      onPremises.push(...around.onPremises);
      connections.push(...around.connections);
    }
    const secrets = await secretsIn(folder);

    const known: Known = {
      virtualNetworkOf: ({ subnetId }) => networks.get(virtualNetworkIdOf(subnetId).toLowerCase()),
      deployed: await deployedGateways(rows),
      secrets: secrets.entries.filter(({ enabled }) => enabled),
      onPremises,
      connections,
      defaults,
      networkPolicy: articlePolicy,
      mfaEndpoints: defaults.mfaEndpoints,
    };
    const { parts: surveyed, tests, hosts, secretProofKey } = survey(gateways, known);
    for (const [index, part] of surveyed.entries()) await folder.write(surveyOf(parts[index]!), part);
    for (let from = 0; from < tests.length; from += 16)
      await Promise.all(
        tests.slice(from, from + 16).map((test, index) => folder.write(`tests/${from + index}`, test)),
      );
    const servers: SurveyedServers = {
      secretProofKey,
      hosts,
      ...(secrets.problem && { secretsProblem: secrets.problem }),
    };
    await folder.write('servers', servers);
    await keepWaivers(folder, rows, waivers);
    return testsByHost(hosts);
  };

export const surveyOf = ({ name }: Pick<Part, 'name'>) => name.replace('gateways/', 'survey/');

/** A server with several desired states is several times in the list, but it is one machine. */
const testsByHost = (hosts: readonly TestedHost[]): number[][] =>
  [...grouped(hosts, ({ host }) => host.toLowerCase()).values()].map((one) =>
    one.flatMap(({ tests }) => tests),
  );

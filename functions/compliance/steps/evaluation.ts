import {
  type Assessment,
  assessGateway,
  passedBy,
  type Status,
} from '../../../shared/compliance/assessment.ts';
import { forNps, type GatewayReportFacts } from '../../../shared/compliance/facts.ts';
import { addAssessment, noResults } from '../../../shared/compliance/merge.ts';
import type { CheckedGateway } from '../../../shared/compliance/report/report.ts';
import type { SurveyedGateway } from '../../../shared/compliance/survey.ts';
import type { Failure } from '../../../shared/core/errors.ts';
import { type Guardrails, vouchedAddresses } from '../../../shared/deployment/guardrails/guardrails.ts';
import type { VpnGateway } from '../../../shared/gateway/model.ts';
import type { NpsAnswer } from '../../../shared/nps/checks/facts.ts';
import { unknownHost } from '../../../shared/nps/checks/unknown-host.ts';
import type { RadiusProbeAnswer } from '../../../shared/nps/model.ts';
import type { Documents, RadiusProbes, Secrets, VpnGateways } from '../../../shared/ports.ts';
import { finalFailure, type NetworksRead, networksOf, type Part } from './discovery.ts';
import { networksBy } from './networks.ts';
import { answerOf } from './nps.ts';
import { probesOf } from './probes.ts';
import { runFolder } from './run-folder.ts';
import { type ComparedSecret, comparedSecrets } from './secrets.ts';
import { openFindings, serverStatuses } from './servers.ts';
import { type SurveyedServers, surveyOf } from './survey.ts';
import { waiversOf } from './waivers.ts';

export interface EvaluationOrder {
  readonly runId: string;
  readonly part: Part;
  readonly now: string;
}

export interface EvaluationNeeds {
  readonly gateways: VpnGateways;
  readonly secrets: Secrets;
  readonly store: Documents;
  readonly radiusProbes: RadiusProbes | undefined;
  readonly secretMaxAgeDays: number;
  /** The guardrails say which other addresses lead to an NPS machine. */
  readonly guardrails: Guardrails;
}

/** How many gateways are asked at a time about what only Resource Manager and Key Vault know. */
const atOnce = 8;

/** Checks every gateway of a part against the rules, and keeps what was found. */
export const evaluateGateways =
  (needs: EvaluationNeeds) =>
  async ({ runId, part, now }: EvaluationOrder): Promise<void> => {
    const folder = runFolder(needs.store, runId);
    const surveyed = await folder.read<SurveyedGateway[]>(surveyOf(part));
    const networks = networksBy(await folder.read<NetworksRead>(networksOf(part.subscriptionId)));
    const servers = await folder.read<SurveyedServers>('servers');
    const statuses = await folder.read<Status[]>(serverStatuses);
    const waivers = await waiversOf(folder);
    const answers = new Map<number, NpsAnswer>();
    for (const test of new Set(surveyed.flatMap(testsOf))) {
      const answer = await folder.find<NpsAnswer>(answerOf(test));
      if (answer) answers.set(test, answer);
    }

    const probes = probesOf(needs.radiusProbes);
    const results = noResults();
    const told = await inTurns(surveyed, evaluated);
    for (const one of told) {
      if (!one) continue;
      results.gateways.push(one.checked);
      addAssessment(results, one.assessment);
    }
    await folder.write(resultsOf(part), results);

    /** Undefined when the gateway is gone. */
    async function evaluated(one: SurveyedGateway) {
      const secrets = await comparedSecrets(needs, one, servers);
      const answered = await probes(one, secrets);
      const first = assess(one.gateway, one, secrets, answered);
      // Resource Graph is minutes behind. So the gateway itself is read before a high finding is reported.
      if (!first.findings.some(({ severity, status }) => severity === 'high' && status === 'open'))
        return { checked: checkedGateway(one.gateway, one, first, now), assessment: first };
      try {
        const fresh = await needs.gateways.read(one.gateway.id);
        if (!fresh) return undefined;
        const again = assess(fresh, one, secrets, answered);
        return { checked: checkedGateway(fresh, one, again, now), assessment: again };
      } catch (error) {
        const reason = `Resource Graph reported it, but Resource Manager did not confirm it: ${finalFailure(error).message}`;
        const unchecked = [...first.unchecked, { target: one.gateway.id, reason, rules: [], checkedAt: now }];
        return { checked: checkedGateway(one.gateway, one, first, now), assessment: { ...first, unchecked } };
      }
    }

    function assess(
      gateway: VpnGateway,
      one: SurveyedGateway,
      secrets: readonly ComparedSecret[],
      answered: ReadonlyMap<string, RadiusProbeAnswer>,
    ): Assessment {
      const around = networks(gateway);
      const facts: GatewayReportFacts = {
        gateway,
        ...around,
        ...forNps({ gateway, ...around }),
        onPremises: one.onPremises,
        sharedPool: one.sharedPool,
        asked: one.asked,
        servers: one.servers.flatMap((server, index) =>
          hasServer(gateway, server)
            ? factsOfServer(server, secrets[index]!, answered.get(server.address))
            : [],
        ),
        secretMaxAgeDays: needs.secretMaxAgeDays,
        now,
      };
      const its = testsOf(one).map((test) => statuses[test]!);
      return assessGateway(facts, waivers, its);
    }

    function factsOfServer(
      { address, host, test }: SurveyedGateway['servers'][number],
      secret: ComparedSecret,
      probe: RadiusProbeAnswer | undefined,
    ): GatewayReportFacts['servers'][number] {
      const answer = host ? (test === undefined ? undefined : answers.get(test)) : unknownHost(address);
      return {
        address,
        host,
        ...(host && { vouched: vouchedAddresses(needs.guardrails, host) }),
        answer,
        secret: secret.facts,
        hasSameSecret: secret.sameOnNps(answer),
        probe,
      };
    }
  };

/**
 * The gateway may have lost a server since Resource Graph saw it. Such a server counts as missing, and its secret does
 * not matter.
 */
const hasServer = ({ pointToSite }: VpnGateway, { address }: { readonly address: string }) =>
  pointToSite?.radiusServers.some((server) => server.address === address) ?? false;

const testsOf = ({ servers }: SurveyedGateway) => servers.flatMap(({ test }) => test ?? []);

function checkedGateway(
  { id, name, location, sku }: VpnGateway,
  { servers, isDeployed }: SurveyedGateway,
  assessment: Assessment,
  now: string,
): CheckedGateway {
  return {
    id,
    name,
    location,
    sku,
    status: assessment.status,
    findings: openFindings(assessment),
    passed: passedBy(assessment),
    deployed: isDeployed,
    npsServers: [...new Set(servers.flatMap(({ host }) => host ?? []))],
    checkedAt: now,
  };
}

/** Every gateway of a part is unknown when the part could not be worked on. */
export const giveUpPart =
  (store: Documents) =>
  async ({ runId, part, now, problem }: EvaluationOrder & { readonly problem: Failure }): Promise<void> => {
    const folder = runFolder(store, runId);
    const results = noResults();
    for (const { gateway, isDeployed } of (await folder.find<SurveyedGateway[]>(surveyOf(part))) ?? []) {
      const { id, name, location, sku } = gateway;
      const of = {
        status: 'unknown',
        findings: 0,
        passed: [],
        deployed: isDeployed,
        npsServers: [],
        checkedAt: now,
      } as const;
      results.gateways.push({ id, name, location, sku, ...of });
      results.unchecked.push({ target: id, reason: problem.message, checkedAt: now });
    }
    await folder.write(resultsOf(part), results);
  };

export const resultsOf = ({ name }: Pick<Part, 'name'>) => name.replace('gateways/', 'results/');

async function inTurns<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = new Array(items.length);
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const index = next++;
      results[index] = await work(items[index]!);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
  return results;
}

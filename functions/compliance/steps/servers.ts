import {
  type Assessment,
  assessNpsServer,
  passedBy,
  type Status,
} from '../../../shared/compliance/assessment.ts';
import { addAssessment, noResults } from '../../../shared/compliance/merge.ts';
import type { Waiver } from '../../../shared/compliance/waivers/waivers.ts';
import { failed } from '../../../shared/core/errors.ts';
import { grouped } from '../../../shared/core/grouped.ts';
import { nameOf } from '../../../shared/core/resource-id.ts';
import type { NpsAnswer } from '../../../shared/nps/checks/facts.ts';
import type { TestedHost } from '../../../shared/nps/nps-tests.ts';
import type { Documents } from '../../../shared/ports.ts';
import { answerOf } from './nps.ts';
import { runFolder } from './run-folder.ts';
import type { SurveyedServers } from './survey.ts';
import { waiversOf } from './waivers.ts';

/** Checks the NPS servers themselves against their rules, and keeps what was found. */
export const evaluateNpsServers =
  (store: Documents) =>
  async ({ runId, now }: { readonly runId: string; readonly now: string }): Promise<void> => {
    const folder = runFolder(store, runId);
    const { hosts } = await folder.read<SurveyedServers>('servers');
    const waivers = await waiversOf(folder);
    const results = noResults();
    const statuses: Status[] = [];
    for (const tested of grouped(hosts, ({ host }) => host.toLowerCase()).values()) {
      const { host: id, mfaExtension, protocols } = tested[0]!;
      const tests = tested.flatMap((one) => one.tests);
      const answers = new Map<number, NpsAnswer>();
      for (const test of tests) {
        const answer = await folder.find<NpsAnswer>(answerOf(test));
        if (answer) answers.set(test, answer);
      }
      for (const one of tested) {
        const { status } = assessed(one, answers, waivers, now);
        for (const test of one.tests) statuses[test] = status;
      }
      const gateways = tested.reduce((sum, one) => sum + one.gateways, 0);
      const server = { host: id, mfaExtension, protocols, gateways, tests };
      const assessment = assessed(server, answers, waivers, now);
      results.npsServers.push({
        id,
        name: nameOf(id),
        status: assessment.status,
        findings: openFindings(assessment),
        passed: passedBy(assessment),
        gateways,
        checkedAt: now,
      });
      addAssessment(results, assessment);
    }
    await folder.write(serverResults, results);
    await folder.write(serverStatuses, statuses);
  };

export const serverResults = 'results/nps-servers';

/**
 * The status of the server of each test, in the order of the tests. It comes from all tests with the same desired
 * state.
 */
export const serverStatuses = 'results/nps-statuses';

/** Checks an NPS server by its answers to some of its tests. */
function assessed(
  { host, tests, mfaExtension, protocols }: TestedHost,
  answers: ReadonlyMap<number, NpsAnswer>,
  waivers: readonly Waiver[],
  now: string,
): Assessment {
  const its = tests.flatMap((test) => answers.get(test) ?? []);
  const facts = { host, answers: its.length > 0 ? its : [unaskedAnswer(host)], mfaExtension, protocols, now };
  return assessNpsServer(facts, waivers);
}

const unaskedAnswer = (host: string): NpsAnswer => ({
  host,
  problem: failed('NpsServerNotAsked', 'The server was not asked.').failure,
  isDown: false,
});

export function openFindings({ findings }: Assessment): number {
  return findings.filter(({ status }) => status === 'open').length;
}

import { type Assessment, assessNpsServer, passedBy } from '../../../shared/compliance/assessment.ts';
import { addAssessment, noResults } from '../../../shared/compliance/merge.ts';
import type { Waiver } from '../../../shared/compliance/waivers.ts';
import { failed } from '../../../shared/core/errors.ts';
import { nameOf, sameId } from '../../../shared/core/resource-id.ts';
import type { NpsAnswer } from '../../../shared/nps/checks/facts.ts';
import type { TestedHost } from '../../../shared/nps/nps-tests.ts';
import type { Documents } from '../../../shared/ports.ts';
import { answerOf } from './nps.ts';
import { runFolder } from './run-folder.ts';
import type { SurveyedServers } from './survey.ts';

/** Holds the NPS servers themselves against their rules, and keeps what was found. */
export const evaluateNpsServers =
  (store: Documents, waivers: readonly Waiver[]) =>
  async ({ runId, now }: { readonly runId: string; readonly now: string }): Promise<void> => {
    const folder = runFolder(store, runId);
    const { hosts } = await folder.read<SurveyedServers>('servers');
    const results = noResults();
    for (const tested of hosts) {
      const { host: id, gateways, tests } = tested;
      // A second network policy on the same server: the server itself was told already.
      if (results.npsServers.some((one) => sameId(one.id, id))) continue;
      const answers = new Map<number, NpsAnswer>();
      for (const test of tests) {
        const answer = await folder.find<NpsAnswer>(answerOf(test));
        if (answer) answers.set(test, answer);
      }
      const assessment = assessed(tested, answers, waivers, now);
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
  };

export const serverResults = 'results/nps-servers';

/** A server that was asked several times has said the same of itself each time: one answer that came is enough. */
export function assessed(
  { host, tests, networkPolicy, mfaExtension, protocols }: TestedHost,
  answers: ReadonlyMap<number, NpsAnswer>,
  waivers: readonly Waiver[],
  now: string,
): Assessment {
  const its = tests.flatMap((test) => answers.get(test) ?? []);
  const first = its.find((one) => 'state' in one) ?? its[0] ?? notAsked(host);
  const answer: NpsAnswer =
    'state' in first
      ? {
          ...first,
          findings: its.flatMap((one) => ('state' in one ? (one.findings ?? []) : [])),
        }
      : first;
  return assessNpsServer({ answer, networkPolicy, mfaExtension, protocols, now }, waivers);
}

const notAsked = (host: string): NpsAnswer => ({
  host,
  problem: failed('NpsServerNotAsked', 'The server was not asked.').failure,
  down: false,
});

export function openFindings({ findings }: Assessment): number {
  return findings.filter(({ status }) => status === 'open').length;
}

import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { answerOf } from '../../../../functions/compliance/steps/nps.ts';
import { runFolder } from '../../../../functions/compliance/steps/run-folder.ts';
import {
  evaluateNpsServers,
  serverResults,
  serverStatuses,
} from '../../../../functions/compliance/steps/servers.ts';
import { keepWaivers } from '../../../../functions/compliance/steps/waivers.ts';
import { documentsInFolder } from '../../../../shared/azure/storage/documents-in-folder.ts';
import type { noResults } from '../../../../shared/compliance/merge.ts';
import type { NpsAnswer } from '../../../../shared/nps/checks/facts.ts';
import type { NpsFinding } from '../../../../shared/nps/result.ts';
import { temporaryFolder } from '../../../../simulator/temporary-folder.ts';
import { down, now, npsState } from '../../../shared/compliance/facts.ts';
import { npsId } from '../../../shared/hub.ts';
import { vault } from '../../deployment/steps/vault.ts';

const answer = (...findings: NpsFinding[]): NpsAnswer => ({
  host: npsId,
  state: npsState(),
  findings,
  findingsOmitted: 0,
});
const audit = { id: 'audit-off', message: 'Failures are not audited.' };
const silent: NpsAnswer = { host: npsId, problem: down.problem, isDown: false };

/** One machine with two desired states to test: its findings, and its status by each test. */
async function evaluated(first: NpsAnswer | undefined, second: NpsAnswer | undefined) {
  const store = documentsInFolder(join(temporaryFolder('vpn-radius-servers-').folder, 'documents'));
  const folder = runFolder(store, 'run');
  const wish = { mfaExtension: 'require', protocols: ['IkeV2'], gateways: 1 } as const;
  const hosts = [
    { ...wish, host: npsId, tests: [0] },
    { ...wish, host: npsId.toUpperCase(), tests: [1] },
  ];
  await folder.write('servers', { secretProofKey: 'a2V5', hosts });
  for (const [test, told] of [first, second].entries()) if (told) await folder.write(answerOf(test), told);
  await keepWaivers(folder, vault().rows, []);
  await evaluateNpsServers(store)({ runId: 'run', now });
  const { npsServers, findings } = await folder.read<ReturnType<typeof noResults>>(serverResults);
  return {
    servers: npsServers,
    open: findings.filter(({ status }) => status === 'open').map(({ rule }) => rule),
    statuses: await folder.read<string[]>(serverStatuses),
  };
}

describe('an NPS server of which two wishes are tested', () => {
  it('is one machine in the report, whatever the case of its id', async () => {
    const { servers, open, statuses } = await evaluated(answer(), answer());
    expect(servers).toMatchObject([{ name: 'nps-01', gateways: 2, status: 'compliant', findings: 0 }]);
    expect(open).toEqual([]);
    expect(statuses).toEqual(['compliant', 'compliant']);
  });

  it('is judged by what either answer says; each test stands by its own', async () => {
    const { servers, open, statuses } = await evaluated(answer(), answer(audit));
    expect(open).toEqual(['audit-off']);
    expect(servers).toMatchObject([{ findings: 1 }]);
    expect(statuses[0]).toBe('compliant');
    expect(statuses[1]).toBe(servers[0]!.status);
  });

  it('that answered once is known, though the other run was lost', async () => {
    const { servers, open, statuses } = await evaluated(answer(), silent);
    expect(open).not.toContain('audit-off');
    expect(servers).toMatchObject([{ status: 'compliant' }]);
    expect(statuses[1]).not.toBe('compliant');
  });

  it('that nobody asked is not compliant', async () => {
    const { servers } = await evaluated(undefined, undefined);
    expect(servers[0]!.status).not.toBe('compliant');
  });
});

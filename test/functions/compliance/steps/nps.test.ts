import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  answerOf,
  forgetNpsTest,
  giveUpNpsTest,
  readNpsTest,
  startNpsTest,
} from '../../../../functions/compliance/steps/nps.ts';
import { runFolder } from '../../../../functions/compliance/steps/run-folder.ts';
import { documentsInFolder } from '../../../../shared/azure/storage/documents-in-folder.ts';
import { failed, VpnRadiusError } from '../../../../shared/core/errors.ts';
import type { NpsHostStatus, NpsRunState } from '../../../../shared/nps/model.ts';
import type { NpsServers } from '../../../../shared/ports.ts';
import { passingFolder } from '../../../../simulator/passing-folder.ts';
import { npsHost, npsId } from '../../../shared/hub.ts';
import { vault } from '../../deployment/steps/vault.ts';

const store = documentsInFolder(join(passingFolder('vpn-radius-nps-tests-').folder, 'documents'));
const folder = runFolder(store, 'run');
const order = { runId: 'run', index: 0 };
beforeEach(() =>
  folder.write('tests/0', { host: npsId, desiredState: '{}', secretNames: [], gatewayIds: [] }),
);

/** An NPS machine. It keeps which run commands were started and removed. */
function machine(host: NpsHostStatus | undefined, more: Partial<NpsServers> = {}) {
  const done: string[] = [];
  const servers = {
    readHost: async () => host,
    start: async (_: NpsHostStatus, { name, operation }: { name: string; operation: string }) => {
      done.push(`${operation} ${name}`);
      return { retryAfterSeconds: 1 };
    },
    forget: async (_: string, name: string) => void done.push(`forget ${name}`),
    ...more,
  } as Partial<NpsServers> as NpsServers;
  return { servers, done };
}
const answer = () => folder.find<Record<string, unknown>>(answerOf(0));

describe('a test', () => {
  it('only reads: it is started as Test, and its run command is forgotten by the same name', async () => {
    const { servers, done } = machine(npsHost());
    expect(await startNpsTest(servers, store)(order)).toBe('started');
    await forgetNpsTest(servers, store)(order);
    expect(done[0]).toMatch(/^Test vpn-radius-check-/);
    expect(done[1]).toBe(done[0]!.replace('Test', 'forget'));
  });

  it.each([
    ['is not there', undefined],
    ['is stopped', npsHost({ running: false })],
    ['runs Linux', npsHost({ osType: 'Linux' })],
  ])('of a machine that %s starts nothing, and that is its answer', async (_, host) => {
    const { servers, done } = machine(host);
    expect(await startNpsTest(servers, store)(order)).toBe('answered');
    expect(done).toEqual([]);
    expect(await answer()).toMatchObject({
      host: npsId,
      down: true,
      problem: { message: expect.stringContaining('nps-01') },
    });
  });

  it('that may not be started is answered with the reason; a passing refusal is tried again', async () => {
    const refusing = (error: Error) => machine(npsHost(), { start: () => Promise.reject(error) }).servers;
    const denied = failed('AuthorizationFailed', 'A role is missing.', npsId);
    expect(await startNpsTest(refusing(denied), store)(order)).toBe('answered');
    expect(await answer()).toMatchObject({ down: false, problem: { code: 'AuthorizationFailed' } });
    const busy = new VpnRadiusError({ code: 'TooManyRequests', message: '429', transient: true });
    await expect(startNpsTest(refusing(busy), store)(order)).rejects.toBe(busy);
  });

  it('that runs has no answer yet', async () => {
    const { servers } = machine(npsHost(), {
      result: async () => ({ state: 'running' }) as unknown as NpsRunState,
    });
    expect(await readNpsTest(servers, store, vault().secrets)(order)).toBeUndefined();
  });

  it('that was waited for long enough says so', async () => {
    await giveUpNpsTest(store)({
      ...order,
      problem: failed('NpsTimeout', 'No answer in 15 minutes.').failure,
    });
    expect(await answer()).toMatchObject({ host: npsId, down: false, problem: { code: 'NpsTimeout' } });
  });
});

it('an order of a run whose folder is gone says to start again', async () => {
  const { servers } = machine(npsHost());
  await expect(startNpsTest(servers, store)({ runId: 'removed', index: 0 })).rejects.toMatchObject({
    code: 'RunFolderIncomplete',
  });
});

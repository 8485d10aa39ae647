import type { Failure } from '../../../shared/core/errors.ts';
import type { NpsAnswer } from '../../../shared/nps/checks/facts.ts';
import { npsHostFindings } from '../../../shared/nps/checks/machine-checks.ts';
import { npsTestName } from '../../../shared/nps/desired-state.ts';
import type { NpsTest } from '../../../shared/nps/nps-tests.ts';
import type { Documents, NpsServers, Secrets } from '../../../shared/ports.ts';
import { readNpsRun } from '../../deployment/steps/nps.ts';
import { finalFailure } from './discovery.ts';
import { runFolder } from './run-folder.ts';

export interface NpsTestOrder {
  readonly runId: string;
  readonly index: number;
}

/** The name under which the answer to a test is kept. */
export const answerOf = (index: number) => `answers/${index}`;
const runNameOf = ({ runId, index }: NpsTestOrder) => npsTestName(`${runId} ${index}`);

/** Starts one test. When its machine cannot take it, that is kept as the answer. */
export const startNpsTest =
  (npsServers: NpsServers, store: Documents) =>
  async (order: NpsTestOrder): Promise<'started' | 'answered'> => {
    const folder = runFolder(store, order.runId);
    const { host: id, desiredState } = await folder.read<NpsTest>(`tests/${order.index}`);
    const answer = async (answer: NpsAnswer) => {
      await folder.write(answerOf(order.index), answer);
      return 'answered' as const;
    };
    try {
      const host = await npsServers.readHost(id);
      const [first, ...more] = [...npsHostFindings(id, host, id)];
      if (first) {
        const message = [first, ...more].map((one) => one.message).join(' ');
        return await answer({ host: id, problem: { code: first.code, message }, down: true });
      }
      await npsServers.start(host!, {
        name: runNameOf(order),
        operation: 'Test',
        desiredState,
        timeoutMinutes: 15,
      });
      return 'started';
    } catch (error) {
      return await answer({ host: id, problem: finalFailure(error), down: false });
    }
  };

/** Keeps the answer of a test that has ended; undefined while it runs. */
export const readNpsTest =
  (npsServers: NpsServers, store: Documents, secrets: Secrets) =>
  async (order: NpsTestOrder): Promise<'answered' | undefined> => {
    const folder = runFolder(store, order.runId);
    const { host, secretNames } = await folder.read<NpsTest>(`tests/${order.index}`);
    let answer: NpsAnswer;
    try {
      const ended = await readNpsRun(
        npsServers,
        secrets,
      )({ hostId: host, runName: runNameOf(order), secrets: secretNames.map((name) => ({ name })) });
      if (!ended) return undefined;
      const { state, findings, findingsOmitted } = ended;
      answer = { host, state, findings, findingsOmitted };
    } catch (error) {
      answer = { host, problem: finalFailure(error), down: false };
    }
    await folder.write(answerOf(order.index), answer);
    return 'answered';
  };

/** Keeps why a test has no answer, once it was waited for long enough. */
export const giveUpNpsTest =
  (store: Documents) =>
  async ({ problem, ...order }: NpsTestOrder & { readonly problem: Failure }): Promise<void> => {
    const folder = runFolder(store, order.runId);
    const { host } = await folder.read<NpsTest>(`tests/${order.index}`);
    await folder.write(answerOf(order.index), { host, problem, down: false } satisfies NpsAnswer);
  };

/** Removes the run command, so that nothing of a test stays on the machine. */
export const forgetNpsTest =
  (npsServers: NpsServers, store: Documents) =>
  async (order: NpsTestOrder): Promise<void> => {
    const { host } = await runFolder(store, order.runId).read<NpsTest>(`tests/${order.index}`);
    await npsServers.forget(host, runNameOf(order));
  };

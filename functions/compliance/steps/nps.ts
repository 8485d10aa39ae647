import type { Failure } from '../../../shared/core/errors.ts';
import type { NpsAnswer } from '../../../shared/nps/checks/facts.ts';
import { npsHostFindings } from '../../../shared/nps/checks/machine-checks.ts';
import { npsTestName } from '../../../shared/nps/desired-state.ts';
import { joinedAnswer, partsOf, wholeState } from '../../../shared/nps/nps-test-answer.ts';
import type { NpsTest } from '../../../shared/nps/nps-tests.ts';
import type { Documents, NpsServers, Secrets } from '../../../shared/ports.ts';
import { readNpsRun } from '../../deployment/steps/nps.ts';
import { finalFailure } from './discovery.ts';
import { runFolder } from './run-folder.ts';

export interface NpsTestOrder {
  readonly runId: string;
  readonly index: number;
  /** A part of the test, when the answer to the whole test was too long. */
  readonly part?: number;
}

/** The name under which the answer to a test, or to a part of it, is kept. */
export const answerOf = (index: number, part?: number) =>
  part === undefined ? `answers/${index}` : `answers/${index}-${part}`;
const runNameOf = ({ runId, index, part }: NpsTestOrder) =>
  npsTestName(`${runId} ${index}${part === undefined ? '' : ` ${part}`}`);

async function testOf(
  folder: Pick<ReturnType<typeof runFolder>, 'read'>,
  { index, part }: NpsTestOrder,
): Promise<NpsTest> {
  const test = await folder.read<NpsTest>(`tests/${index}`);
  return part === undefined ? test : { ...test, desiredState: partsOf(test)[part]! };
}

/**
 * Starts one test. When its machine cannot take it, that is kept as the answer. A test that is answered is not started
 * again by a message that comes late: nobody would remove its run command.
 */
export const startNpsTest =
  (npsServers: NpsServers, store: Documents) =>
  async (order: NpsTestOrder): Promise<'started' | 'answered'> => {
    const folder = runFolder(store, order.runId);
    const { host: id, desiredState } = await testOf(folder, order);
    const answer = async (answer: NpsAnswer) => {
      await folder.write(answerOf(order.index, order.part), answer);
      return 'answered' as const;
    };
    if (await folder.find(answerOf(order.index, order.part))) return 'answered';
    try {
      const host = await npsServers.readHost(id);
      const [first, ...more] = [...npsHostFindings(id, host, id)];
      if (first) {
        const message = [first, ...more].map((one) => one.message).join(' ');
        return await answer({ host: id, problem: { code: first.code, message }, isDown: true });
      }
      await npsServers.start(host!, {
        name: runNameOf(order),
        operation: 'Test',
        desiredState,
        timeoutMinutes: 15,
      });
      return 'started';
    } catch (error) {
      return await answer({ host: id, problem: finalFailure(error), isDown: false });
    }
  };

/**
 * Keeps the answer of a test that has ended; undefined while it runs. When the answer could not hold all that the server
 * has to say, it is not kept: the test is to be made again in this number of parts.
 */
export const readNpsTest =
  (npsServers: NpsServers, store: Documents, secrets: Secrets) =>
  async (order: NpsTestOrder): Promise<'answered' | { readonly parts: number } | undefined> => {
    const folder = runFolder(store, order.runId);
    const test = await testOf(folder, order);
    const { host, secretNames } = test;
    const parts = order.part === undefined ? partsOf(test).length : 0;
    let answer: NpsAnswer;
    try {
      const ended = await readNpsRun(
        npsServers,
        secrets,
      )({ hostId: host, runName: runNameOf(order), secrets: secretNames.map((name) => ({ name })) });
      if (!ended) return undefined;
      const { state, findings, findingsOmitted } = ended;
      if (findingsOmitted > 0 && parts > 0) return { parts };
      answer = { host, state: wholeState(state, test), findings, findingsOmitted };
    } catch (error) {
      const problem = finalFailure(error);
      if (problem.code === 'NpsOutputUnreadable' && parts > 0) return { parts };
      answer = { host, problem, isDown: false };
    }
    await folder.write(answerOf(order.index, order.part), answer);
    return 'answered';
  };

/** Keeps why a test has no answer, once it was waited for long enough. */
export const giveUpNpsTest =
  (store: Documents) =>
  async ({ problem, ...order }: NpsTestOrder & { readonly problem: Failure }): Promise<void> => {
    const folder = runFolder(store, order.runId);
    const { host } = await folder.read<NpsTest>(`tests/${order.index}`);
    const answer: NpsAnswer = { host, problem, isDown: false };
    await folder.write(answerOf(order.index, order.part), answer);
  };

/** Keeps the answers to all parts of a test as the answer to the test. */
export const joinNpsAnswers =
  (store: Documents) =>
  async ({
    runId,
    index,
    parts,
  }: Pick<NpsTestOrder, 'runId' | 'index'> & { readonly parts: number }): Promise<void> => {
    const folder = runFolder(store, runId);
    const answers: NpsAnswer[] = [];
    for (let part = 0; part < parts; part++)
      answers.push(await folder.read<NpsAnswer>(answerOf(index, part)));
    await folder.write(answerOf(index), joinedAnswer(answers));
  };

/** Removes the run command, so that nothing of a test stays on the machine. */
export const forgetNpsTest =
  (npsServers: NpsServers, store: Documents) =>
  async (order: NpsTestOrder): Promise<void> => {
    const { host } = await runFolder(store, order.runId).read<NpsTest>(`tests/${order.index}`);
    await npsServers.forget(host, runNameOf(order));
  };

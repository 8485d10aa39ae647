import type { OrchestrationContext } from 'durable-functions';
import { fewTimes, minutes, type Step, steps, subOrchestration, waitFor } from '../../shared/core/durable.ts';
import { failureOf } from '../../shared/core/errors.ts';
import { runTimedOut } from '../../shared/nps/run-failure.ts';
import type { Activities } from '../steps.ts';
import type { NpsTestOrder } from './steps/nps.ts';

/** The history begins anew after this many tests: a server may serve very many gateways. */
const mostInOneHistory = 5;

const limitMinutes = 20;

/**
 * Asks one NPS server what it has, with run commands like those of a deployment, and keeps the answers. It runs one
 * command at a time, because the machine has other work too.
 */
export const askNpsServer = subOrchestration(function* (
  context,
  { runId, tests }: { readonly runId: string; readonly tests: readonly number[] },
): Step<void> {
  for (const index of tests.slice(0, mostInOneHistory)) yield* testOnServer(context, { runId, index });
  const left = tests.slice(mostInOneHistory);
  if (left.length > 0) context.df.continueAsNew({ runId, tests: left });
});

/** A test whose answer is too long is made again in parts. */
function* testOnServer(context: OrchestrationContext, order: NpsTestOrder): Step<void> {
  const parts = yield* askOnce(context, order);
  if (parts === 0) return;
  for (let part = 0; part < parts; part++) yield* askOnce(context, { ...order, part });
  yield* steps<Activities>(context).joinNpsAnswers({ ...order, parts });
}

/** Returns the number of parts in which the test is to be made again; 0 when its answer is kept. */
function* askOnce(context: OrchestrationContext, order: NpsTestOrder): Step<number> {
  const run = steps<Activities>(context);
  let parts = 0;
  try {
    if ((yield* run.startNpsTest(order)) === 'answered') return 0;
    const read = yield* waitFor(context, {
      look: () => run.readNpsTest(order),
      at: [minutes(1), minutes(3), minutes(6), minutes(8)],
      limit: minutes(limitMinutes),
      tooLate: runTimedOut(limitMinutes),
    });
    if (read !== 'answered') parts = read.parts;
  } catch (error) {
    yield* run.giveUpNpsTest({ ...order, problem: failureOf(error) });
  }
  try {
    yield* steps<Activities>(context, fewTimes).forgetNpsTest(order);
  } catch {
    // A run command that stays is untidy, not wrong: it holds no secret, and the machine shows it among its run
    // commands.
  }
  return parts;
}

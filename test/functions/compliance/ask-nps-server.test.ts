import type { OrchestrationContext } from 'durable-functions';
import { expect, it } from 'vitest';
import { askNpsServer } from '../../../functions/compliance/ask-nps-server.ts';
import { failed } from '../../../shared/core/errors.ts';

/** Plays the orchestration to its end, with activities and timers that end at once. Returns what was called. */
function played(
  tests: readonly number[],
  answers: Readonly<Record<string, (input: { index: number; part?: number }) => unknown>>,
) {
  const called: string[] = [];
  const begunAnew: unknown[] = [];
  let now = new Date('2030-01-01T00:00:00Z');
  const df = {
    instanceId: 'ask',
    parentInstanceId: 'check',
    get currentUtcDateTime() {
      return now;
    },
    getInput: () => ({ runId: 'run', tests }),
    callActivity(name: string, input: { index: number; part?: number; parts?: number }) {
      const { index, part, parts } = input;
      called.push([name, index, part, parts && `of ${parts}`].filter((one) => one !== undefined).join(' '));
      return { isCompleted: true, result: answers[name]?.(input) ?? { value: null } };
    },
    createTimer(until: Date) {
      now = until;
      return { isCompleted: true, cancel() {} };
    },
    continueAsNew: (input: unknown) => void begunAnew.push(input),
  };
  const steps = askNpsServer({ df } as unknown as OrchestrationContext);
  while (!steps.next().done);
  return { called, begunAnew };
}
const started = () => ({ value: 'started' });

it('a test whose answer is too long is made again in parts, one after the other, and their answers are joined', () => {
  const { called } = played([4, 5], {
    startNpsTest: started,
    readNpsTest: ({ index, part }) => ({
      value: index === 4 && part === undefined ? { parts: 2 } : 'answered',
    }),
  });
  const run = (test: string) =>
    ['startNpsTest', 'readNpsTest', 'forgetNpsTest'].map((one) => `${one} ${test}`);
  expect(called).toEqual([...run('4'), ...run('4 0'), ...run('4 1'), 'joinNpsAnswers 4 of 2', ...run('5')]);
});

it('a part that nobody answers is given up alone, and the others are still asked', () => {
  const { called } = played([4], {
    startNpsTest: started,
    readNpsTest: ({ part }) => {
      if (part === 0) return { failure: failed('AuthorizationFailed', 'A role is missing.').failure };
      return { value: part === undefined ? { parts: 2 } : 'answered' };
    },
  });
  expect(called.filter((one) => !one.startsWith('forget'))).toEqual([
    ...['startNpsTest 4', 'readNpsTest 4'],
    ...['startNpsTest 4 0', 'readNpsTest 4 0', 'giveUpNpsTest 4 0'],
    ...['startNpsTest 4 1', 'readNpsTest 4 1'],
    'joinNpsAnswers 4 of 2',
  ]);
});

it('a machine with very many gateways begins its history anew after five tests', () => {
  const { begunAnew } = played([0, 1, 2, 3, 4, 5, 6], {
    startNpsTest: started,
    readNpsTest: () => ({ value: 'answered' }),
  });
  expect(begunAnew).toEqual([{ runId: 'run', tests: [5, 6] }]);
});

import type { PreInvocationContext } from '@azure/functions';
import { expect, it } from 'vitest';
import { readStoppedBranches } from '../../functions/stopped-branches.ts';

const started = { EventType: 12, EventId: -1 };
const failed = (more: object) => ({ EventType: 9, EventId: -1, TaskScheduledId: 7, ...more });

async function read(history: readonly object[]): Promise<readonly object[]> {
  const invocation = {
    inputs: [{ history, instanceId: 'vpn-1' }, 'client'],
  } as unknown as PreInvocationContext;
  await readStoppedBranches(invocation);
  const [binding, client] = invocation.inputs as [{ history: readonly object[]; instanceId: string }, string];
  expect([binding.instanceId, client]).toEqual(['vpn-1', 'client']);
  return binding.history;
}

it.each([
  ['terminated with a reason', { Reason: 'test', Details: null }, { Reason: 'test', Details: '' }],
  ['terminated without one', { Reason: null, Details: null }, { Reason: 'Terminated.', Details: '' }],
  ['terminated, and told without empty members', {}, { Reason: 'Terminated.', Details: '' }],
])('a branch that was %s is read as one that failed', async (_, told, known) => {
  const history = [started, failed(told)];
  expect(await read(history)).toEqual([started, failed(known)]);
  // The host's own history does not change.
  expect(history[1]).toEqual(failed(told));
});

it.each([
  ['failed by itself', [started, failed({ Reason: 'boom', Details: 'stack' })]],
  ['failed with details of its own', [started, failed({ Reason: null, FailureDetails: { ErrorType: 'E' } })]],
  ['goes on', [started]],
])('the history of one that %s stays as it is', async (_, history) => {
  expect(await read(history)).toBe(history);
});

it('what is no orchestration is left alone', async () => {
  for (const inputs of [[], ['text'], [null], [{ method: 'GET' }]]) {
    const invocation = { inputs } as unknown as PreInvocationContext;
    await readStoppedBranches(invocation);
    expect(invocation.inputs).toBe(inputs);
  }
});

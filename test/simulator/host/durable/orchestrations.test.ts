import { describe, expect, it } from 'vitest';
import { EventType, type HistoryEvent } from '../../../../simulator/host/durable/history.ts';
import { repeatedRuns } from '../../../../simulator/host/durable/task-queues.ts';
import { beginning, testHost } from '../hosts.ts';

const types = (history: HistoryEvent[]) => {
  const names = Object.fromEntries(Object.entries(EventType).map(([name, value]) => [value, name]));
  return history.map(({ EventType: type }) => names[type]);
};

describe('an orchestration', () => {
  it('runs activities side by side and gathers what they return', async () => {
    const host = await testHost();
    const instance = await host.run('fanOut', [1, 2, 3]);
    expect(instance).toMatchObject({ status: 'Completed', input: [1, 2, 3], output: 12 });
    expect(host.minutes()).toBe(0);
    expect(types(host.durable.history(instance.instanceId)).slice(0, 5)).toEqual([
      'OrchestratorStarted',
      'ExecutionStarted',
      'TaskScheduled',
      'TaskScheduled',
      'TaskScheduled',
    ]);
  });

  it.each(repeatedRuns)('ends as ever when its activity runs twice, %s', async (runs) => {
    const host = await testHost({ queues: { early: false, twice: 0, activity: () => runs } });
    const { status, output } = await host.run('twoRaces');
    await host.runFor(2);
    expect({ status, output }).toEqual({ status: 'Completed', output: 'done' });
    expect(host.seen.filter((line) => line === 'second')).toHaveLength(2);
  });

  it('passes values through JSON, and a boolean input as the text .NET makes of it', async () => {
    const host = await testHost();
    const { output, instanceId } = await host.run('kinds');
    expect(output).toEqual([
      'string "text"',
      'string "\\"quoted\\""',
      'string "12"',
      'number 7',
      'string "True"',
      'object {"a":[1]}',
      'object [2]',
      'undefined undefined',
      null,
      { at: '1970-01-01T00:00:00.000Z' },
    ]);
    const results = host.durable
      .history(instanceId)
      .filter((event) => event.EventType === EventType.TaskCompleted)
      .map(({ Result }) => Result);
    expect(results.at(-2)).toBeNull();
    expect(results[3]).toBe('"number 7"');
  });

  it('sees time stand still within a turn, and whether it replays', async () => {
    const host = await testHost();
    await host.run('noisy');
    const start = beginning.toISOString();
    const later = '2030-01-01T00:05:00.000Z';
    expect(host.seen.filter((line) => String(line).includes('2030'))).toEqual([
      `false ${start}`,
      `true ${start}`,
      `false ${later}`,
      `true ${start}`,
      `true ${later}`,
      `false ${later}`,
    ]);
  });

  it('fails with the message of what it threw, and keeps its custom status', async () => {
    const host = await testHost();
    expect(await host.run('throwing', 'no gateway')).toMatchObject({
      status: 'Failed',
      output: "Orchestrator function 'throwing' failed: no gateway",
      customStatus: { about: 'to fail' },
    });
  });

  it('takes a thrown value that is no Error for a success, as the Node.js worker does', async () => {
    expect(await (await testHost()).run('throwsText')).toMatchObject({ status: 'Completed', output: null });
  });

  it('fails when its custom status is larger than 16 KB', async () => {
    const { status, output } = await (await testHost()).run('bigStatus');
    expect([status, output]).toEqual(['Failed', expect.stringContaining('must not exceed 16 KB')]);
  });

  it.each([
    [
      'unknownActivity',
      "The function 'nobodyKnows' doesn't exist, is disabled, or is not an activity function.",
    ],
    ['callsHttp', 'callHttp is not imitated by this host'],
    ['forbiddenIds', 'must be different than the instance ID of a parent'],
  ])('%s fails and says why', async (name, why) => {
    const { status, output } = await (await testHost()).run(name);
    expect([status, output]).toEqual(['Failed', expect.stringContaining(why)]);
  });
});

describe('a failed activity or sub-orchestration', () => {
  it('is recorded and thrown as the extension words it', async () => {
    const host = await testHost();
    const { output, instanceId } = await host.run('catching');
    const [activity, child] = output as [string, string];
    expect(activity).toMatch(
      /^Activity function 'fail' failed: {2}no such gateway \n {"\$type":"System.Exception/,
    );
    expect(child).toMatch(
      /^Orchestrator function 'throwing' failed: no such tunnel \n Message: no such tunnel, StackTrace/,
    );
    const failed = host.durable
      .history(instanceId)
      .find((event) => event.EventType === EventType.TaskFailed)!;
    expect(failed.Reason).toBe("Activity function 'fail' failed:  no such gateway");
    expect(JSON.parse(failed.Details!).InnerException.RemoteStackTrace).toMatch(
      /^TypeError: no such gateway\n/,
    );
  });

  it('makes Task.all throw at once, yet the instance ends only with the tasks that are left', async () => {
    const host = await testHost();
    const instance = await host.run('allFails');
    expect(instance).toMatchObject({ status: 'Completed', output: 'went on' });
    expect(host.minutes()).toBe(30);
  });

  it('is tried again after growing intervals', async () => {
    const host = await testHost();
    const succeeded = await host.run('retrying', { attempts: 3 });
    expect(succeeded.output).toEqual({ result: 'succeeded at attempt 3', minutes: 3 });
    const gaveUp = await host.run('retrying', { attempts: 2 });
    expect(gaveUp.output).toContain("Activity function 'failsTwice' failed:  failure 2");
  });
});

describe('timers and events', () => {
  it('a timer wins when no event comes', async () => {
    const host = await testHost();
    expect((await host.run('race')).output).toEqual({ timedOut: '2030-01-01T00:10:00.000Z' });
  });

  it('an event wins, and a cancelled timer holds up nothing', async () => {
    const host = await testHost();
    const id = await host.start('race');
    await host.runFor(4);
    await host.raise(id, 'go', { approved: true });
    expect((await host.ended(id)).output).toEqual({ got: { approved: true } });
    expect(host.minutes()).toBe(4);
  });

  it('a timer that lost and was not cancelled keeps the instance running until it fires', async () => {
    const host = await testHost();
    const id = await host.start('race', { cancel: false });
    await host.raise(id, 'go', 1);
    await host.runFor(9);
    expect(host.durable.instance(id)!.status).toBe('Running');
    expect((await host.ended(id)).output).toEqual({ got: 1 });
    expect(host.minutes()).toBe(10);
  });

  it('a timer of more than six days is reached in legs of three', async () => {
    const host = await testHost();
    const { output, instanceId } = await host.run('longTimer');
    expect(output).toBe(15);
    const legs = host.durable
      .history(instanceId)
      .filter((event) => event.EventType === EventType.TimerCreated);
    expect(legs.map(({ FireAt }) => FireAt!.slice(5, 10))).toEqual([
      '01-04',
      '01-07',
      '01-10',
      '01-13',
      '01-16',
    ]);
  });

  it('events that come before they are waited for are kept, in order', async () => {
    const host = await testHost();
    const id = await host.start('waitsLate');
    await host.raise(id, 'early', 'one');
    await host.runFor(1);
    await host.raise(id, 'early', 'two');
    expect((await host.ended(id)).output).toEqual(['one', 'two']);
  });
});

describe('sub-orchestrations', () => {
  it('run under the given or a generated id, and know their parent', async () => {
    const host = await testHost();
    const { output } = await host.run('parent', undefined, 'p1');
    expect(output).toEqual([6, 6]);
    const children = host.durable.instances().filter(({ parentInstanceId }) => parentInstanceId === 'p1');
    expect(children.map(({ instanceId }) => instanceId)).toEqual([
      'p1-child',
      expect.stringMatching(/^[0-9a-f]{32}:1$/),
    ]);

    const { output: parents } = await host.run('callsWho', undefined, 'p2');
    expect(parents).toEqual(['p2', 'nobody']);
  });

  it('under an id that is running fail, so that the caller notices', async () => {
    const host = await testHost();
    await host.start('race', undefined, 'p1-child');
    expect((await host.run('parent', undefined, 'p1')).output).toContain(
      'with the status Running already exists',
    );
  });
});

describe('continueAsNew', () => {
  it('goes on with new input and an empty history, and an event raised later reaches the new execution', async () => {
    const host = await testHost();
    const id = await host.start('counter', { count: 0, until: 3 });
    await host.settled();
    const first = host.durable.history(id)[1]!.OrchestrationInstance!.ExecutionId;
    for (const added of [1, 2]) {
      await host.raise(id, 'add', added);
      await host.settled();
    }
    const instance = await host.ended(id);
    expect(instance).toMatchObject({ output: 3, customStatus: { count: 3 }, input: { count: 3, until: 3 } });
    expect(types(host.durable.history(id))).toEqual([
      'OrchestratorStarted',
      'ExecutionStarted',
      'ExecutionCompleted',
      'OrchestratorCompleted',
    ]);
    expect(host.durable.history(id)[1]!.OrchestrationInstance!.ExecutionId).not.toBe(first);
  });

  it('takes along events that arrive together with the one it ends on', async () => {
    const host = await testHost();
    const id = await host.start('counter', { count: 0, until: 3 });
    await host.settled();
    await Promise.all([1, 1, 1].map((added) => host.raise(id, 'add', added)));
    expect((await host.ended(id)).output).toBe(3);
  });
});

describe('an orchestration under control', () => {
  it('ends at once when terminated, and what comes later changes nothing', async () => {
    const host = await testHost();
    const id = await host.start('race');
    await host.settled();
    await host.fetch(`/runtime/webhooks/durabletask/instances/${id}/terminate?reason=no%20longer%20wanted`, {
      method: 'POST',
    });
    expect(await host.ended(id)).toMatchObject({ status: 'Terminated', output: 'no longer wanted' });
    await host.runFor(20);
    expect(types(host.durable.history(id)).slice(-2)).toEqual([
      'ExecutionCompleted',
      'OrchestratorCompleted',
    ]);
  });

  it('that is terminated as a child fails in its parent', async () => {
    const host = await testHost();
    const id = await host.start('allFails');
    await host.settled();
    const child = host.durable.instances().find(({ name }) => name === 'sleeper')!;
    await host.fetch(`/runtime/webhooks/durabletask/instances/${child.instanceId}/terminate`, {
      method: 'POST',
    });
    expect((await host.ended(id)).output).toBe('went on');
    expect(types(host.durable.history(id))).toContain('SubOrchestrationInstanceFailed');
    expect(host.minutes()).toBe(0);
  });

  it('does nothing while suspended, and catches up when resumed', async () => {
    const host = await testHost();
    const id = await host.start('waitsLate');
    const command = (name: string) => {
      return host.fetch(`/runtime/webhooks/durabletask/instances/${id}/${name}?reason=x`, { method: 'POST' });
    };
    await command('suspend');
    for (const data of ['one', 'two']) await host.raise(id, 'early', data);
    await host.runFor(7);
    expect(host.durable.instance(id)!.status).toBe('Suspended');
    await command('resume');
    expect(await host.ended(id)).toMatchObject({ status: 'Completed', output: ['one', 'two'] });
    expect(host.minutes()).toBe(7);
  });
});

describe('tricks that Azure does not let pass', () => {
  it('a task that is put into a second race is scheduled again', async () => {
    const host = await testHost();
    await host.run('twoRaces');
    expect(host.durable.instances().filter(({ name }) => name === 'sleeper')).toHaveLength(2);
  });

  it('a history that no longer fits the code fails the instance', async () => {
    const host = await testHost();
    const id = await host.start('undecided');
    await host.settled();
    (globalThis as { detour?: boolean }).detour = true;
    await host.raise(id, 'go');
    expect(await host.ended(id)).toMatchObject({
      status: 'Failed',
      output: expect.stringMatching(
        /^Non-Deterministic workflow detected: A previous execution .* an activity task with sequence number 0 named 'note', but .* CreateTimerOrchestratorAction/,
      ),
    });
  });
});

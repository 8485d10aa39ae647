import { describe, expect, it } from 'vitest';
import { testHost } from '../hosts.ts';

const webhook = '/runtime/webhooks/durabletask';

async function api() {
  const host = await testHost();
  const call = async (method: string, path: string, body?: unknown) => {
    const response = await host.fetch(`${webhook}${path}`, {
      method,
      ...(body !== undefined && {
        body: typeof body === 'string' ? body : JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
      }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text ? JSON.parse(text) : undefined };
  };
  return { host, call };
}

describe('starting an instance', () => {
  it('answers 202 with the addresses to manage it', async () => {
    const { host, call } = await api();
    const { status, headers, body } = await call('POST', '/orchestrators/race/one', { a: 1 });
    expect(status).toBe(202);
    expect(body).toMatchObject({
      id: 'one',
      statusQueryGetUri: `http://localhost${webhook}/instances/one?taskHub=TestHub&connection=Storage`,
    });
    expect(Object.keys(body)).toEqual([
      'id',
      'statusQueryGetUri',
      'sendEventPostUri',
      'terminatePostUri',
      'purgeHistoryDeleteUri',
      'restartPostUri',
      'suspendPostUri',
      'resumePostUri',
    ]);
    expect([headers.get('location'), headers.get('retry-after')]).toEqual([body.statusQueryGetUri, '10']);
    expect(host.durable.instance('one')).toMatchObject({ name: 'race', input: { a: 1 } });
  });

  it('under an id that is running is a conflict, under one that has ended replaces it', async () => {
    const { host, call } = await api();
    await call('POST', '/orchestrators/race/one');
    expect(await call('POST', '/orchestrators/race/one')).toMatchObject({
      status: 409,
      body: {
        Message: expect.stringMatching(
          /^An Orchestration instance with the status (Pending|Running) already exists\.$/,
        ),
      },
    });
    await host.ended('one');
    expect((await call('POST', '/orchestrators/fanOut/one', [1])).status).toBe(202);
    expect(await host.ended('one')).toMatchObject({ name: 'fanOut', output: 2 });
  });

  it.each([
    ['/orchestrators/nobody', undefined, "The function 'nobody' doesn't exist"],
    ['/orchestrators/race/@one', undefined, 'must not start with @'],
    ['/orchestrators/race/a%23b', undefined, 'must not contain'],
    [`/orchestrators/race/${'x'.repeat(101)}`, undefined, 'must not exceed 100 characters'],
    ['/orchestrators/race', '{"not json', 'Invalid JSON content'],
  ])('%s is a bad request', async (path, body, message) => {
    const { call } = await api();
    expect(await call('POST', path, body)).toMatchObject({
      status: 400,
      body: { Message: expect.stringContaining(message) },
    });
  });
});

describe('the status of an instance', () => {
  it('is 202 while it runs, 200 when it has ended, 404 when there is none', async () => {
    const { host, call } = await api();
    await call('POST', '/orchestrators/race/one', { a: 1 });
    await host.settled();
    const running = await call('GET', '/instances/one');
    expect([running.status, running.headers.get('retry-after')]).toEqual([202, '5']);
    expect(running.headers.get('location')).toBe(`http://localhost${webhook}/instances/one`);
    await host.ended('one');
    const ended = await call('GET', '/instances/one');
    expect(ended.status).toBe(200);
    expect(ended.body).toEqual({
      name: 'race',
      instanceId: 'one',
      runtimeStatus: 'Completed',
      input: { a: 1 },
      customStatus: null,
      output: { timedOut: '2030-01-01T00:10:00.000Z' },
      createdTime: '2030-01-01T00:00:00Z',
      lastUpdatedTime: '2030-01-01T00:10:00Z',
    });
    expect((await call('GET', '/instances/one?showInput=false')).body.input).toBeNull();
    expect((await call('GET', '/instances/two')).status).toBe(404);
  });

  it('of a failed one is 500 only when that is asked for', async () => {
    const { host, call } = await api();
    await host.run('throwing', 'x', 'one');
    expect((await call('GET', '/instances/one')).status).toBe(200);
    expect((await call('GET', '/instances/one?returnInternalServerErrorOnFailure=true')).status).toBe(500);
  });

  it('comes with the history, told in pairs', async () => {
    const { host, call } = await api();
    await host.run('callsWho', undefined, 'one');
    const events = (await call('GET', '/instances/one?showHistory=true&showHistoryOutput=true')).body
      .historyEvents;
    expect(events).toEqual([
      { EventType: 'ExecutionStarted', Timestamp: expect.any(String), FunctionName: 'callsWho' },
      {
        EventType: 'SubOrchestrationInstanceCompleted',
        Timestamp: expect.any(String),
        Result: 'one',
        ScheduledTime: expect.any(String),
        FunctionName: 'whoCalledMe',
      },
      {
        EventType: 'ExecutionCompleted',
        Timestamp: expect.any(String),
        OrchestrationStatus: 'Completed',
        Result: ['one', 'nobody'],
      },
    ]);
    const without = (await call('GET', '/instances/one?showHistory=true')).body.historyEvents;
    expect(JSON.stringify(without)).not.toContain('Result');
  });
});

describe('commands', () => {
  it.each([
    ['POST', '/instances/gone/terminate?reason=x', 410],
    ['POST', '/instances/gone/suspend', 410],
    ['POST', '/instances/gone/raiseEvent/go', 410],
    ['POST', '/instances/nobody/terminate', 404],
    ['POST', '/instances/nobody/raiseEvent/go', 404],
    ['DELETE', '/instances/nobody', 404],
    ['DELETE', '/instances/one', 412],
    ['DELETE', '/instances/gone', 200],
    ['DELETE', '/instances', 400],
    ['POST', '/instances/one', 404],
    ['GET', '/instances/one/terminate', 404],
    ['POST', '/instances/one/rewind', 501],
    ['GET', '/entities/counter/one', 404],
    ['GET', '/orchestrators/race', 404],
    ['POST', '/instances/one/raiseEvent/go', 202],
    ['POST', '/instances/one/resume', 202],
  ])('%s %s gets %i', async (method, path, status) => {
    const { host, call } = await api();
    await host.run('fanOut', [1], 'gone');
    await call('POST', '/orchestrators/race/one');
    expect((await call(method, path, method === 'POST' ? '{}' : undefined)).status).toBe(status);
  });

  it('an event must be JSON and say so', async () => {
    const { host, call } = await api();
    await host.start('race', undefined, 'one');
    expect((await call('POST', '/instances/one/raiseEvent/go', '{"half')).status).toBe(400);
    const bare = await host.fetch(`${webhook}/instances/one/raiseEvent/go`, { method: 'POST', body: '1' });
    expect([bare.status, await bare.json()]).toEqual([
      400,
      { Message: 'Only application/json request content is supported' },
    ]);
  });

  it('restart begins it again with its input, under a new id or its own', async () => {
    const { host, call } = await api();
    await host.run('fanOut', [1, 2], 'one');
    const other = (await call('POST', '/instances/one/restart')).body.id;
    expect(other).toMatch(/^[0-9a-f]{32}$/);
    expect((await host.ended(other)).output).toBe(6);
    expect((await call('POST', '/instances/one/restart?restartWithNewInstanceId=false')).body.id).toBe('one');
    expect((await call('POST', '/instances/nobody/restart')).status).toBe(400);
  });

  it('purge removes ended instances, by id or by time and status', async () => {
    const { host, call } = await api();
    await host.run('fanOut', [1], 'a');
    await host.run('throwing', 'x', 'b');
    await host.start('race', undefined, 'c');
    await host.settled();
    expect(
      (await call('DELETE', '/instances/?createdTimeFrom=2030-01-01T00:00:00Z&runtimeStatus=Failed')).body,
    ).toEqual({
      instancesDeleted: 1,
    });
    expect((await call('DELETE', '/instances/?createdTimeFrom=2029-01-01T00:00:00Z')).body).toEqual({
      instancesDeleted: 1,
    });
    expect(host.durable.instances().map(({ instanceId }) => instanceId)).toEqual(['c']);
    expect((await call('DELETE', '/instances/?createdTimeFrom=2029-01-01T00:00:00Z')).status).toBe(404);
  });
});

describe('the list of instances', () => {
  it('comes in pages, in the order of the ids, until the continuation token is empty', async () => {
    const { host } = await api();
    for (const id of ['c', 'a', 'e', 'b', 'd']) await host.run('fanOut', [1], id);
    const ids: string[][] = [];
    let token = '';
    do {
      const response = await host.fetch(`${webhook}/instances/?top=2`, {
        headers: { 'x-ms-continuation-token': token },
      });
      ids.push(((await response.json()) as { instanceId: string }[]).map(({ instanceId }) => instanceId));
      token = response.headers.get('x-ms-continuation-token') ?? '';
    } while (token !== '');
    expect(ids).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
  });

  it('can be narrowed down', async () => {
    const { host, call } = await api();
    await host.run('fanOut', [1], 'x-1');
    await host.run('throwing', 'x', 'x-2');
    await host.runFor(60);
    await host.run('fanOut', [1], 'y-1');
    const ids = async (query: string) => {
      const { body } = await call('GET', `/instances?${query}`);
      return (body as { instanceId: string }[]).map(({ instanceId }) => instanceId);
    };
    expect(await ids('instanceIdPrefix=x-')).toEqual(['x-1', 'x-2']);
    expect(await ids('runtimeStatus=Failed,Running')).toEqual(['x-2']);
    expect(await ids('createdTimeFrom=2030-01-01T00:30:00Z')).toEqual(['y-1']);
    expect(await ids('createdTimeTo=2030-01-01T00:30:00Z')).toEqual(['x-1', 'x-2']);
    const { body } = await call('GET', '/instances?showInput=false&instanceIdPrefix=y');
    expect(body[0].input).toBeNull();
  });
});

describe('the client of durable-functions', () => {
  it('reaches the engine over a loopback address that cannot be guessed', async () => {
    const { host } = await api();
    const binding = (await (await host.fetch('/api/binding')).json()) as Record<string, string>;
    expect(binding.taskHubName).toBe('TestHub');
    expect(Object.keys(binding)).toEqual([
      'taskHubName',
      'creationUrls',
      'managementUrls',
      'baseUrl',
      'requiredQueryStringParameters',
      'rpcBaseUrl',
    ]);
    expect(binding.rpcBaseUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[\w-]{32}\/durabletask\/$/);
    const { origin } = new URL(binding.rpcBaseUrl!);
    expect((await fetch(`${origin}/durabletask/instances`)).status).toBe(404);
    expect((await fetch(`${binding.rpcBaseUrl}instances`)).status).toBe(200);
  });

  it('starts, asks, raises, lists, terminates and purges', async () => {
    const { host } = await api();
    const call = async (method: string, ...args: unknown[]) => {
      const body = JSON.stringify({ method, args });
      const response = await host.fetch('/api/client', { method: 'POST', body });
      return response.status === 200 ? response.json() : response.status;
    };
    expect(await call('startNew', 'race', { instanceId: 'one' })).toBe('one');
    expect(await call('startNew', 'race', { instanceId: 'one' })).toBe(500);
    expect(await call('startNew', 'sleeper', { instanceId: 'two', input: 60 })).toBe('two');
    expect(await call('raiseEvent', 'one', 'go', 5)).toBe('done');
    await host.ended('one');
    expect(await call('getStatus', 'one')).toMatchObject({ runtimeStatus: 'Completed', output: { got: 5 } });
    expect(await call('getStatusBy', { runtimeStatus: ['Running'] })).toMatchObject([{ instanceId: 'two' }]);
    expect(await call('terminate', 'two', 'enough')).toBe('done');
    expect(await host.ended('two')).toMatchObject({ status: 'Terminated', output: 'enough' });
    expect(await call('purgeInstanceHistory', 'two')).toEqual({ instancesDeleted: 1 });
    expect(await call('getStatusAll')).toMatchObject([{ instanceId: 'one' }]);
  });
});

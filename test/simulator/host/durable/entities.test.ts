import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { virtualClock } from '../../../../simulator/clock.ts';
import { EventType } from '../../../../simulator/host/durable/history.ts';
import { type HostOptions, lastKnownTime } from '../../../../simulator/host/host.ts';
import { seeded } from '../../../../simulator/seeded.ts';
import { bundled } from '../bundled.ts';
import { beginning, type TestHost, testHost } from '../hosts.ts';

const appFile = fileURLToPath(new URL('../apps/entities/app.js', import.meta.url));
const api = '/runtime/webhooks/durabletask';
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'entities-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface EntityHost extends TestHost {
  run(name: string, input?: unknown, instanceId?: string): ReturnType<TestHost['ended']>;
  /** Status and body of `GET entities/…`. */
  entity(path: string): Promise<[number, unknown]>;
  signal(path: string, body?: unknown): Promise<Response>;
}

async function entityHost(
  options: Partial<HostOptions> & Parameters<typeof testHost>[0] = {},
): Promise<EntityHost> {
  const host = await testHost({ appFile, ...options });
  const start = async (name: string, input?: unknown, instanceId = '') => {
    const body = input === undefined ? null : JSON.stringify(input);
    const response = await host.fetch(`${api}/orchestrators/${name}/${instanceId}`, { method: 'POST', body });
    return ((await response.json()) as { id: string }).id;
  };
  return {
    ...host,
    start,
    run: async (...args) => host.ended(await start(...args)),
    async entity(path) {
      const response = await host.fetch(`${api}/entities/${path}`);
      const text = await response.text();
      return [response.status, text === '' ? undefined : JSON.parse(text)];
    },
    signal: (path, body) =>
      host.fetch(`${api}/entities/${path}`, {
        method: 'POST',
        ...(body !== undefined && {
          body: JSON.stringify(body),
          headers: { 'content-type': 'application/json' },
        }),
      }),
  };
}

describe('three orchestrations that want the same at once', () => {
  it('are served one after the other, and everybody reads the same state', async () => {
    const host = await entityHost();
    const ids = await Promise.all(['anna', 'boris', 'anna'].map((buyer) => host.start('buys', { buyer })));
    const numbers = [];
    for (const id of ids) numbers.push(((await host.ended(id)).output as { number: number }).number);
    expect(numbers).toEqual([0, 1, 0]);
    expect(await host.entity('TicketOffice/main')).toEqual([200, ['anna', 'boris']]);
    const throughClient = await host.fetch('/api/office/main');
    expect(await throughClient.json()).toEqual({ entityExists: true, entityState: ['anna', 'boris'] });
    expect(await host.entity('bell/front')).toEqual([200, 3]);
  });

  it('see what the extension writes: the request they sent, and an answer named after it', async () => {
    const host = await entityHost();
    const { instanceId } = await host.run('buys', { buyer: 'anna' }, 'one');
    const history = host.durable.history(instanceId);
    const { InstanceId, Name, Input, EventId } = history.find(
      (event) => event.EventType === EventType.EventSent,
    )!;
    expect({ InstanceId, Name, EventId }).toEqual({
      InstanceId: '@ticketoffice@main',
      Name: 'op',
      EventId: 0,
    });
    const request = JSON.parse(Input!);
    expect(request).toEqual({
      op: 'buy',
      input: '"anna"',
      id: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
      parent: 'one',
      parentExecution: expect.any(String),
      Timestamp: beginning.toISOString(),
      Predecessor: '0001-01-01T00:00:00',
    });
    const raised = history.find((event) => event.EventType === EventType.EventRaised)!;
    expect(raised.Name).toBe(request.id);
    expect(JSON.parse(raised.Input!)).toEqual({ result: '{"number":0,"self":["ticketoffice","main"]}' });
    expect(host.durable.counts('one')).toEqual({
      replays: 2,
      historyEvents: history.length,
      historyBytes: history.reduce((sum, event) => sum + Buffer.byteLength(JSON.stringify(event)), 0),
    });
  });
});

describe('an entity', () => {
  it('is the same whatever the case of its name, but not of its key', async () => {
    const host = await entityHost();
    await host.run('asks', { entity: 'TICKETOFFICE', key: 'Main', operation: 'buy', input: 'anna' });
    await host.run('asks', { entity: 'ticketOffice', key: 'Main', operation: 'buy', input: 'boris' });
    await host.run('asks', { entity: 'ticketoffice', key: 'main', operation: 'buy', input: 'cora' });
    expect(await host.entity('TicketOffice/Main')).toEqual([200, ['anna', 'boris']]);
    expect(await host.entity('ticketoffice/main')).toEqual([200, ['cora']]);
    expect(await host.entity('ticketoffice')).toEqual([
      200,
      ['Main', 'main'].map((key) => ({
        entityId: { name: 'ticketoffice', key },
        lastOperationTime: beginning.toISOString(),
      })),
    ]);
  });

  it('does one operation after the other; another one does its own meanwhile', async () => {
    const host = await entityHost();
    await host.run('signals', ['a', 'a', 'b', 'a', 'b']);
    const [, a] = await host.entity('room/a');
    const [, b] = await host.entity('room/b');
    expect(a).toEqual({ entered: 3, most: expect.any(Number) });
    expect(b).toEqual({ entered: 2, most: expect.any(Number) });
    expect(Math.max((a as { most: number }).most, (b as { most: number }).most)).toBe(2);
  });

  it('answers each of several calls of one orchestration', async () => {
    const host = await entityHost();
    expect((await host.run('buysForAll', ['c', 'a', 'b', 'a'])).output).toEqual([0, 1, 2, 1]);
  });

  it('answers only the execution that asked', async () => {
    const host = await entityHost();
    expect((await host.run('leaves')).status).toBe('Completed');
    expect((await host.run('buysAgain', 1)).output).toBe(3);
    expect((await host.entity('ticketoffice/main'))[1]).toEqual([
      'who leaves',
      'round 1',
      'round 2',
      'round 3',
    ]);
  });

  it('is gone after destructOnExit, and comes back empty', async () => {
    const host = await entityHost();
    expect(await host.entity('ticketoffice/main')).toEqual([404, undefined]);
    await host.run('buys', { buyer: 'anna' });
    await host.run('asks', { entity: 'ticketoffice', operation: 'close' });
    expect(await host.entity('ticketoffice/main')).toEqual([404, undefined]);
    const gone = await host.fetch('/api/office/main');
    expect(await gone.json()).toEqual({ entityExists: false });
    await host.run('buys', { buyer: 'boris' });
    expect(await host.entity('ticketoffice/main')).toEqual([200, ['boris']]);
  });
});

describe('a failure of an operation', () => {
  // durable-functions serializes what was thrown. Of an Error, nothing is left.
  it.each([
    ['an Error', 'buy', 'nobody', '[object Object]'],
    ['a text', 'chargeAndThrow', undefined, 'no money'],
  ])('that threw %s reaches its caller, who can go on', async (_, operation, input, failure) => {
    const host = await entityHost();
    const { output, status } = await host.run('asks', { entity: 'ticketoffice', operation, input });
    expect({ output, status }).toEqual({ output: { failure }, status: 'Completed' });
  });

  it('leaves the state that was set before it, as durable-functions does', async () => {
    const host = await entityHost();
    await host.run('asks', { entity: 'ticketoffice', operation: 'chargeAndThrow' });
    expect((await host.entity('ticketoffice/main'))[1]).toEqual(['charged']);
  });

  it('is logged', async () => {
    const messages: string[] = [];
    const host = await entityHost({ onLog: ({ message }) => void messages.push(message) });
    await host.run('asks', { entity: 'ticketoffice', operation: 'chargeAndThrow' });
    expect(messages).toContainEqual(
      `Entity @ticketoffice@main: Error in operation 'chargeAndThrow': "no money"`,
    );
  });
});

describe('what cannot be asked of an entity', () => {
  it('fails the orchestration when there is no such function', async () => {
    const host = await entityHost();
    const { status, output } = await host.run('asks', { entity: 'Nothing', operation: 'x' });
    expect(status).toBe('Failed');
    expect(output).toContain(
      "The function 'nothing' doesn't exist, is disabled, or is not an entity function.",
    );
    expect(output).toContain("'TicketOffice', 'bell', 'room'");
  });

  it('is a lock, and the failure says so', async () => {
    const host = await entityHost();
    const { status, output } = await host.run('locks');
    expect([status, output]).toEqual([
      'Failed',
      expect.stringContaining('lock is not imitated by this host'),
    ]);
    expect((await host.run('isLocked')).output).toBe(false);
  });
});

describe('signals', () => {
  it('come from clients, with and without a body', async () => {
    const host = await entityHost();
    expect((await host.signal('TicketOffice/main?op=buy', 'anna')).status).toBe(202);
    const throughClient = await host.fetch('/api/office/main?op=buy', { method: 'POST', body: '"boris"' });
    expect(throughClient.status).toBe(202);
    const text = await host.fetch(`${api}/entities/ticketoffice/main?op=buy`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: 'cora',
    });
    expect(text.status).toBe(202);
    await host.settled();
    expect(await host.entity('ticketoffice/main')).toEqual([200, ['anna', 'boris', 'cora']]);
    await host.signal('ticketoffice/main?op=giveBack', 'boris');
    await host.settled();
    expect(await host.entity('ticketoffice/main')).toEqual([200, ['anna', 'cora']]);
    await host.signal('ticketoffice/main?op=close');
    await host.settled();
    expect((await host.entity('ticketoffice/main'))[0]).toBe(404);
  });

  it.each([
    ['an unknown entity', 'POST', 'nothing/x?op=a', '1', 400, "The function 'nothing' doesn't exist"],
    ['a key that is not allowed', 'POST', 'bell/a%23b?op=ring', '1', 400, 'Entity keys must not contain'],
    ['a body that is no JSON', 'POST', 'bell/x?op=ring', '{', 400, 'Could not parse JSON content'],
    ['another method', 'PUT', 'bell/x?op=ring', '1', 404, ''],
  ])('are refused for %s', async (_, method, path, body, status, message) => {
    const host = await entityHost();
    const headers = { 'content-type': 'application/json' };
    const response = await host.fetch(`${api}/entities/${path}`, { method, headers, body });
    expect(response.status).toBe(status);
    expect(await response.text()).toContain(message);
  });

  it('need the key of the host over the webhook', async () => {
    const host = await entityHost({ functionKey: 'secret' });
    expect((await host.signal('bell/front?op=ring')).status).toBe(401);
    expect((await host.signal('bell/front?op=ring&code=secret')).status).toBe(202);
    expect((await host.entity('bell/front'))[0]).toBe(401);
  });

  it('may be for later, and outlive a restart', async () => {
    const stateDir = join(folder, 'later');
    const first = await entityHost({ stateDir });
    await first.run('ringsLater', 10, 'later');
    const sent = first.durable.history('later').find((event) => event.EventType === EventType.EventSent)!;
    expect(sent.Name).toBe('op@2030-01-01T00:10:00.000Z');
    await first.runFor(9);
    expect((await first.entity('bell/front'))[0]).toBe(404);
    await first.stop();
    const second = await entityHost({ stateDir, clock: virtualClock(lastKnownTime(stateDir)!) });
    await second.runFor(0.5);
    expect((await second.entity('bell/front'))[0]).toBe(404);
    await second.runFor(3);
    expect(await second.entity('bell/front')).toEqual([200, 1]);
    await second.stop();
    expect(await (await entityHost({ stateDir })).entity('bell/front')).toEqual([200, 1]);
  });
});

describe('among instances', () => {
  it('entities are listed as in Azure: a prefix keeps them out', async () => {
    const host = await entityHost();
    await host.run('buys', { buyer: 'anna' }, 'vpn-1');
    const listed = async (query: string) => {
      const response = await host.fetch(`${api}/instances?${query}`);
      return ((await response.json()) as { instanceId: string }[]).map(({ instanceId }) => instanceId);
    };
    expect(await listed('instanceIdPrefix=vpn-')).toEqual(['vpn-1']);
    expect(await listed('')).toEqual(['@bell@front', '@ticketoffice@main', 'vpn-1']);
    expect(await listed('runtimeStatus=Completed')).toEqual(['vpn-1']);
    expect(host.durable.instances().map(({ instanceId }) => instanceId)).toEqual(['vpn-1']);
  });

  it('an entity is one that runs for ever, and takes no commands here', async () => {
    const host = await entityHost();
    await host.run('buys', { buyer: 'anna' });
    const response = await host.fetch(`${api}/instances/@bell@front`);
    expect(response.status).toBe(202);
    expect(await response.json()).toMatchObject({ name: '@bell@front', runtimeStatus: 'Running' });
    const terminate = await host.fetch(`${api}/instances/@bell@front/terminate`, { method: 'POST' });
    expect(terminate.status).toBe(501);
    await host.fetch(`${api}/instances?createdTimeFrom=2000-01-01`, { method: 'DELETE' });
    expect((await host.entity('bell/front'))[0]).toBe(200);
  });
});

describe('a thousand orchestrations that call one entity', () => {
  it('are each run as often as one alone, and the journal stays small', async () => {
    const stateDir = join(folder, 'thousand');
    const host = await entityHost({ stateDir });
    const buyers = Array.from(
      { length: 1000 },
      (_, number) => `a buyer with a rather long name, number ${number}`,
    );
    const ids = await Promise.all(buyers.map((buyer) => host.start('buys', { buyer })));
    await host.settled();
    const numbers = ids.map((id) => (host.durable.instance(id)!.output as { number: number }).number);
    expect(new Set(numbers)).toEqual(new Set(buyers.keys()));
    expect(host.durable.counts().replays).toBeLessThanOrEqual(3 * buyers.length);
    expect((await host.entity('ticketoffice/main'))[1]).toHaveLength(1000);
    expect(statSync(join(stateDir, 'journal.jsonl')).size).toBeLessThan(16e6);
  });

  it('the journal stays small however often a large state is written', async () => {
    const stateDir = join(folder, 'large');
    const host = await entityHost({ stateDir });
    for (let number = 0; number < 60; number++) {
      await host.signal('ticketoffice/main?op=buy', `${number}${'.'.repeat(10_000)}`);
      await host.settled();
    }
    expect(statSync(join(stateDir, 'journal.jsonl')).size).toBeLessThan(8e6);
    const [, state] = await host.entity('ticketoffice/main');
    await host.stop();
    const again = await entityHost({ stateDir });
    expect((await again.entity('ticketoffice/main'))[1]).toEqual(state);
    expect(state).toHaveLength(60);
  });
});

describe('entities of a host that is killed again and again', { timeout: 600_000 }, () => {
  let program: string;
  beforeAll(() => {
    program = bundled('killed-entities.ts', folder);
  });

  const run = (stateDir: string, kill: Record<string, string>) =>
    spawnSync(process.execPath, [program], {
      encoding: 'utf8',
      env: { ...process.env, APP_FILE: appFile, STATE_DIR: stateDir, NODE_NO_WARNINGS: '1', ...kill },
    });

  it.each([1])('lose nothing and do nothing twice (seed %i)', (seed) => {
    const next = seeded(seed);
    const stateDir = join(folder, `killed-${seed}`);
    let kills = 0;
    let outcome = run(stateDir, { KILL_AT: '2', KILL_HOW: 'half' });
    while (outcome.signal === 'SIGKILL' && kills < 12) {
      kills++;
      const how = ['before', 'half', 'after'][Math.floor(next() * 3)]!;
      outcome = run(stateDir, { KILL_AT: String(2 + Math.floor(next() * 14)), KILL_HOW: how });
    }
    if (outcome.signal === 'SIGKILL') outcome = run(stateDir, {});
    expect(outcome.stderr).toBe('');
    expect(kills).toBeGreaterThan(4);

    const { numbers, sold, front, back } = JSON.parse(outcome.stdout) as {
      numbers: Record<string, [number, number]>;
      sold: string[];
      front: number;
      back: number;
    };
    expect(sold).toHaveLength(24);
    for (const [buyer, [own, friend]] of Object.entries(numbers)) {
      expect([sold[own], sold[friend]]).toEqual([buyer, `${buyer}-friend`]);
    }
    expect({ front, back }).toEqual({ front: 24, back: 12 });
  });
});

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { pacedClock, virtualClock } from '../../../simulator/clock.ts';
import { startHost } from '../../../simulator/host/host.ts';
import { beginning, cjsApp, esmApp, testHost } from './hosts.ts';

describe('an app', () => {
  it('as a CommonJS module runs like one as an ES module', async () => {
    const host = await testHost({ appFile: cjsApp });
    const { id } = (await (
      await host.fetch('/greetings', { method: 'POST', body: '["Ada","Grace"]' })
    ).json()) as { id: string };
    expect((await host.ended(id)).output).toEqual(['Hello, Ada', 'Hello, Grace']);
  });

  it('is known by its functions', async () => {
    const { functions } = await testHost({ appFile: cjsApp });
    expect(functions).toEqual([
      { name: 'greet', type: 'activityTrigger' },
      { name: 'greetAll', type: 'orchestrationTrigger' },
      {
        name: 'hello',
        type: 'httpTrigger',
        route: '/hello/{name}',
        methods: ['GET'],
        authLevel: 'anonymous',
      },
      {
        name: 'greetings',
        type: 'httpTrigger',
        route: '/greetings',
        methods: ['POST'],
        authLevel: 'anonymous',
      },
    ]);
    expect((await testHost()).functions).toContainEqual({
      name: 'bySetting',
      type: 'timerTrigger',
      schedule: '%NIGHTLY%',
    });
  });

  it.each([
    ['ES module', esmApp, '/api/setting', 'SETTING', (value: string) => value],
    ['CommonJS', cjsApp, '/hello/x', 'GREETING', (value: string) => `${value}, x`],
  ])('reads its settings anew for every host, as %s', async (_, appFile, path, name, expected) => {
    const hosts = [
      await testHost({ appFile, settings: { [name]: 'first' } }),
      await testHost({ appFile, settings: { [name]: 'second' } }),
    ];
    const texts = await Promise.all(hosts.map(async (host) => (await host.fetch(path)).text()));
    expect(texts).toEqual([expected('first'), expected('second')]);
  });

  it('shares nothing of its instances with another host in the same process', async () => {
    const [one, other] = [await testHost(), await testHost()];
    await one.run('fanOut', [1], 'a');
    expect([one, other].map((host) => host.durable.instances().length)).toEqual([1, 0]);
  });

  it('that is missing is refused', async () => {
    const clock = virtualClock(beginning);
    await expect(startHost({ appFile: '/nowhere/app.js', clock })).rejects.toThrow(
      'appFile: /nowhere/app.js does not exist',
    );
  });

  it('cannot start without a setting that host.json or a schedule names, and takes its settings back', async () => {
    const start = startHost({
      appFile: esmApp,
      clock: virtualClock(beginning),
      settings: { SETTING: 'x', HUB: 'h' },
    });
    await expect(start).rejects.toThrow(
      "'%NIGHTLY%' does not resolve to a value: set the app setting NIGHTLY.",
    );
    expect(process.env.SETTING).toBeUndefined();
  });
});

describe('what this host does not imitate', () => {
  const dataUrlApp = (source: string) => {
    const file = join(mkdtempSync(join(import.meta.dirname, 'apps', 'esm', 'unfit-')), 'app.mjs');
    writeFileSync(file, source);
    onTestFinished(() => rmSync(dirname(file), { recursive: true }));
    return file;
  };

  it.each([
    [
      'a trigger',
      "app.storageQueue('queued', { queueName: 'q', connection: 'c', handler: () => {} })",
      '"queued" has a queueTrigger',
    ],
    [
      'an output',
      "app.timer('t', { schedule: '0 * * * * *', return: output.storageQueue({ queueName: 'q', connection: 'c' }), handler: () => {} })",
      '"t" has a binding of type queue',
    ],
    [
      'a second function of the same name',
      "app.get('a', () => ({})); app.get('a', () => ({}))",
      '"a" is registered twice',
    ],
    ['no function at all', '', 'registered no function'],
  ])('%s is refused by name', async (_, source, why) => {
    const appFile = dataUrlApp(`import { app, output } from '@azure/functions';\n${source};`);
    await expect(testHost({ appFile })).rejects.toThrow(why);
  });
});

describe('simulated time', () => {
  it('passes without work while nothing runs', async () => {
    const host = await testHost();
    await host.run('sleeper', 40);
    expect(host.minutes()).toBe(40);
    expect(host.durable.counts().replays).toBeLessThanOrEqual(3);
  });

  it('is not passed in vain: waiting for what never comes is an error, after the limit', async () => {
    const host = await testHost();
    await expect(host.runUntil(() => false, { limitMinutes: 30 })).rejects.toThrow(
      'within 30 simulated minutes',
    );
    expect(host.minutes()).toBeLessThanOrEqual(30);
  });

  it('stands still while another part of the simulation is busy, and a stall names what runs', async () => {
    const host = await testHost({ stallSeconds: 0.2 });
    let busy = true;
    host.addBusySource({ isIdle: () => !busy, running: () => ['the other part'] });
    await expect(host.runFor(10)).rejects.toThrow('Still running: the other part');
    expect(host.minutes()).toBe(0);
    busy = false;
    await host.runFor(10);
    expect(host.minutes()).toBe(10);
  });

  it('may also run by itself', async () => {
    const clock = pacedClock(beginning, 60_000);
    const host = await startHost({ appFile: esmApp, clock, settings: { HUB: 'h', NIGHTLY: '0 0 2 * * *' } });
    await host.fetch('/api/start/sleeper/one', { method: 'POST', body: '10' });
    await host.runUntil(() => host.durable.instance('one')?.status === 'Completed');
    expect(clock.now().getTime()).toBeGreaterThanOrEqual(beginning.getTime() + 600_000);
    await host.stop();
  });
});

describe('repeatability', () => {
  it('the same seed gives the same history', async () => {
    const histories = [];
    for (let round = 0; round < 2; round++) {
      const host = await testHost({ seed: 7 });
      const id = await host.start('parent');
      await host.ended(id);
      histories.push([
        id,
        host.durable.instances().map(({ instanceId }) => instanceId),
        host.durable.history(id),
      ]);
    }
    expect(histories[0]).toEqual(histories[1]);
  });

  it('replays, events and bytes are counted', async () => {
    const host = await testHost();
    await host.run('race', undefined, 'one');
    const { replays, historyEvents, historyBytes } = host.durable.counts('one');
    expect([replays, historyEvents]).toEqual([2, 8]);
    const json = host.durable.history('one').map((event) => JSON.stringify(event));
    expect(historyBytes).toBe(Buffer.byteLength(json.join('')));
    expect(host.durable.counts()).toEqual({ replays, historyEvents, historyBytes });
  });
});

it('a rejection that a handler leaves behind does not end the process', () => {
  const script = `
    process.on('exit', (code) => console.log('exit', code));
    const { createServer } = await import('vite');
    const server = await createServer({ root: ${JSON.stringify(process.cwd())}, server: { middlewareMode: true, hmr: false, ws: false }, logLevel: 'error', optimizeDeps: { noDiscovery: true } });
    const { startHost } = await server.ssrLoadModule('/simulator/host/host.ts');
    const { virtualClock } = await server.ssrLoadModule('/simulator/clock.ts');
    const host = await startHost({
      appFile: ${JSON.stringify(esmApp)},
      clock: virtualClock(new Date(0)),
      settings: { HUB: 'h', NIGHTLY: '0 0 2 * * *' },
      onLog: ({ level, message }) => console.log(level, message.split('\\n')[0]),
    });
    console.log(await (await host.fetch('/api/leaks')).text());
    await new Promise(setImmediate);
    console.log(await (await host.fetch('/api/items/1')).text());
    await host.stop();
    await server.close();
    process.exit(0);`;
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
  expect(stdout.split('\n').slice(0, 4)).toEqual([
    'answered',
    'error Unhandled rejection: Error: nobody waits for this',
    'item 1',
    'exit 0',
  ]);
});

it('a hundred deployments at once cost each no more than one alone', { timeout: 600_000 }, async () => {
  const alone = await testHost();
  await alone.start('deployment', { polls: 25 }, 'deployment-0');
  await alone.runUntil(() => alone.durable.instance('deployment-0')!.status === 'Completed');
  const { replays } = alone.durable.counts();
  await alone.stop();
  const host = await testHost();
  const ids = Array.from({ length: 100 }, (_, number) => `deployment-${number}`);
  for (const id of ids) await host.start('deployment', { polls: 25 }, id);
  await host.runUntil(() => ids.every((id) => host.durable.instance(id)!.status === 'Completed'));
  expect(host.durable.counts().replays).toBeLessThanOrEqual(100 * replays);
  expect(host.durable.instance(ids[99]!)!.output).toEqual({ answer: `child of ${ids[99]}` });
});

import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { virtualClock } from '../../../simulator/clock.ts';
import { EventType, type HistoryEvent } from '../../../simulator/host/durable/history.ts';
import { type DurableInstance, lastKnownTime } from '../../../simulator/host/host.ts';
import { seeded } from '../../../simulator/seeded.ts';
import { bundled } from './bundled.ts';
import { esmApp, testHost } from './hosts.ts';

let folder: string;
let count = 0;
const stateDir = () => join(folder, `state-${count++}`);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'host-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a host that is started again on its state folder', () => {
  it('has everything that was there, and goes on', async () => {
    const state = stateDir();
    const first = await testHost({ stateDir: state });
    await first.run('fanOut', [1, 2], 'done');
    await first.start('race', undefined, 'waiting');
    await first.start('waitsLate', undefined, 'early');
    await first.raise('early', 'early', 'before the restart');
    await first.runFor(4);
    const before = first.durable.instances();
    await first.stop();

    const second = await testHost({ stateDir: state, clock: virtualClock(lastKnownTime(state)!) });
    expect(second.durable.instances()).toEqual(before);
    expect(second.durable.instance('done')!.output).toBe(6);
    await second.raise('early', 'early', 'after it');
    expect((await second.ended('waiting')).output).toEqual({ timedOut: '2030-01-01T00:10:00.000Z' });
    expect((await second.ended('early')).output).toEqual(['before the restart', 'after it']);
  });

  it('makes up for a timer that came due while it was down', async () => {
    const state = stateDir();
    const first = await testHost({ stateDir: state });
    await first.runFor(16);
    await first.stop();
    const second = await testHost({ stateDir: state, clock: virtualClock(new Date('2030-01-01T00:50:00Z')) });
    await second.settled();
    expect(second.seen).toContainEqual(expect.objectContaining({ isPastDue: true }));
    await second.runFor(10);
    expect(second.seen).toContainEqual(expect.objectContaining({ isPastDue: false }));
  });

  it('keeps the journal small: what has been replaced or purged is gone from it', async () => {
    const state = stateDir();
    const size = () => readFileSync(join(state, 'journal.jsonl')).length;
    const first = await testHost({ stateDir: state });
    for (let round = 0; round < 5; round++) await first.run('fanOut', [1, 2, 3], 'same');
    await first.stop();
    const before = size();
    await (await testHost({ stateDir: state })).stop();
    expect(size()).toBeLessThan(before / 3);
  });
});

describe('a state folder', () => {
  it('belongs to one host at a time', async () => {
    const state = stateDir();
    await testHost({ stateDir: state });
    await expect(testHost({ stateDir: state })).rejects.toThrow(
      `is in use by the host with process id ${process.pid}`,
    );
  });

  it('is refused while the process in its lock lives, and taken over when it does not', async () => {
    const state = stateDir();
    await (await testHost({ stateDir: state })).stop();
    writeFileSync(join(state, 'lock'), `${process.ppid} `);
    await expect(testHost({ stateDir: state })).rejects.toThrow(`process id ${process.ppid}`);
    const { pid } = spawnSync(process.execPath, ['-e', '0']);
    writeFileSync(join(state, 'lock'), `${pid} `);
    expect((await testHost({ stateDir: state })).durable.instances()).toEqual([]);
  });

  it('with a last line cut short is used without that line; with another damage it is refused', async () => {
    const state = stateDir();
    const first = await testHost({ stateDir: state });
    await first.run('fanOut', [1], 'one');
    await first.stop();
    const journal = join(state, 'journal.jsonl');
    appendFileSync(journal, '{"at":"2030-01-01T00:00:00.000Z","t":"star');
    const second = await testHost({ stateDir: state });
    expect(second.durable.instance('one')!.status).toBe('Completed');
    await second.stop();

    const lines = readFileSync(journal, 'utf8').split('\n');
    writeFileSync(journal, [lines[0], '{"half', ...lines.slice(1)].join('\n'));
    await expect(testHost({ stateDir: state })).rejects.toThrow('journal.jsonl is damaged at line 2');
  });
});

describe('a host that is killed again and again', { timeout: 600_000 }, () => {
  let program: string;
  beforeAll(() => {
    program = bundled('killed-host.ts', folder);
  });

  const spawn = (state: string, kill: Record<string, string>) => {
    return spawnSync(process.execPath, [program], {
      encoding: 'utf8',
      env: {
        ...process.env,
        APP_FILE: esmApp,
        STATE_DIR: state,
        LEDGER: `${state}.ledger`,
        NODE_NO_WARNINGS: '1',
        ...kill,
      },
    });
  };
  const run = (state: string, kill: Record<string, string>) => {
    const { status, signal, stdout, stderr } = spawn(state, kill);
    if (signal === 'SIGKILL') return undefined;
    expect([status, stderr]).toEqual([0, '']);
    return JSON.parse(stdout) as { instances: DurableInstance[]; histories: Record<string, HistoryEvent[]> };
  };

  it('goes no further when its journal cannot be written, and says so', () => {
    const state = stateDir();
    const { status, stderr } = spawn(state, { KILL_AT: '20', KILL_HOW: 'full' });
    expect(status).toBe(1);
    expect(stderr).toContain(
      'journal.jsonl cannot be written (no space left on device); the host goes no further',
    );
    expect(run(state, {})!.instances.every(({ status }) => status === 'Completed')).toBe(true);
  });

  /** What was decided. The order in which parallel results arrived does not matter. */
  const decisions = (history: HistoryEvent[]) =>
    history
      .filter(({ EventType: type }) => type === EventType.TaskScheduled || type === EventType.TimerCreated)
      .map(({ EventId, Name }) => `${EventId} ${Name ?? 'timer'}`);

  it.each([1])('ends as if nothing had happened, activities at least once (seed %i)', (seed) => {
    const undisturbed = run(stateDir(), {})!;
    const state = stateDir();
    const next = seeded(seed);
    let kills = 0;
    let outcome: ReturnType<typeof run>;
    for (;;) {
      const KILL_AT = String(1 + Math.floor(next() * 20));
      const KILL_HOW = ['before', 'half', 'after'][Math.floor(next() * 3)]!;
      outcome = run(state, kills < 20 ? { KILL_AT, KILL_HOW } : {});
      if (outcome) break;
      kills++;
    }
    expect(kills).toBeGreaterThan(5);

    const facts = ({ instances, histories }: NonNullable<typeof outcome>) =>
      instances
        .map(({ instanceId, status, output }) => ({
          instanceId,
          status,
          output,
          decisions: decisions(histories[instanceId]!),
        }))
        .sort((a, b) => (a.instanceId < b.instanceId ? -1 : 1));
    expect(facts(outcome)).toEqual(facts(undisturbed));

    for (const history of Object.values(outcome.histories)) {
      const completed = history.filter(({ EventType: type }) => type === EventType.TaskCompleted);
      const scheduled = history.filter(({ EventType: type }) => type === EventType.TaskScheduled);
      expect(completed.map(({ TaskScheduledId }) => TaskScheduledId).sort()).toEqual(
        scheduled.map(({ EventId }) => EventId).sort(),
      );
    }
    const ledger = readFileSync(`${state}.ledger`, 'utf8').trim().split('\n');
    const done = new Set(ledger);
    for (const id of ['deployment-0', 'deployment-1', 'deployment-2']) {
      const steps = [...done].filter((line) => line.startsWith(`${id} `) && !line.includes('part'));
      expect(steps).toEqual(
        [0, 1, 2]
          .map((n) => `${id} step ${n}`)
          .concat(
            [0, 1, 2, 3].map((n) => `${id} poll ${n}`),
            `${id} end`,
          ),
      );
    }
    expect(ledger.length - done.size).toBeLessThanOrEqual(kills * 9);
  });
});

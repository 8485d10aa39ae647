import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../simulator/temporary-folder.ts';
import { recordStory } from '../../../simulator/upgrade/record.ts';
import { linesOf, type Recorded, recordedIn } from '../../../simulator/upgrade/recorded.ts';
import { replayer } from '../../../simulator/upgrade/replay.ts';
import { appFile as appOfNow, type Stage, stage } from '../stage/stage.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const { folder } = temporaryFolder('vpn-radius-upgrade-');
const appOf = (name: string) => join(folder, name, 'dist/functions/app.js');
/**
 * The beginning of the orchestrator in a package. A package is not minified; the bundler may add numbers to its names.
 */
const begins = /var provisionVpnGateway = orchestration\(function\* \((\w+), .*\n/;

/**
 * The former version is a package of this tree. The next version is that package with an orchestrator that waits before
 * its first step. No history of the former version has that wait. It waits for all instances, or only for those of the
 * new version.
 */
beforeAll(() => {
  execFileSync(process.execPath, [
    join(root, 'scripts/package/package.mjs'),
    '--folder',
    join(folder, 'former'),
  ]);
  const waits = 'yield $1.df.createTimer(new Date($1.df.currentUtcDateTime.getTime() + 6e4));\n';
  for (const [name, step] of [
    ['next', `if ($1.df.version === '2.0') ${waits}`],
    ['careless', waits],
  ] as const) {
    cpSync(join(folder, 'former'), join(folder, name), { recursive: true });
    const bundle = join(folder, name, 'dist/functions');
    const parts = readdirSync(bundle).filter((part) => part.endsWith('.js'));
    const [part, ...others] = parts.filter((part) => begins.test(readFileSync(join(bundle, part), 'utf8')));
    expect(others).toEqual([]);
    const text = readFileSync(join(bundle, part!), 'utf8');
    writeFileSync(join(bundle, part!), text.replace(begins, `$&${step}`));
    const host = JSON.parse(readFileSync(join(folder, name, 'host.json'), 'utf8'));
    expect(host.extensions.durableTask.defaultVersion).toBe('1.0');
    host.extensions.durableTask.defaultVersion = '2.0';
    writeFileSync(join(folder, name, 'host.json'), JSON.stringify(host));
  }
});

/** A deployment whose gateway is being created under the former version, and which goes on under another version. */
async function upgraded(to: 'next' | 'careless') {
  const stateDir = join(folder, `state-${to}`);
  const before = await stage({ appFile: appOf('former'), stateDir });
  const id = await before.send(before.ticket());
  await before.host.runFor(20);
  expect(await before.deployment(id)).toMatchObject({ status: 'Running' });
  const story = await stage({ appFile: appOf(to), stateDir });
  return { story, id };
}

const versionOf = ({ host }: Stage, id: string) =>
  host.durable.history(id).find(({ Name }) => Name === 'provisionVpnGateway')?.Version;

describe('an instance in flight when the app is upgraded', () => {
  it('comes to its end under the next version, and what is started then takes the new way', async () => {
    const { story, id } = await upgraded('next');
    expect(await story.ended(id)).toMatchObject({ status: 'Succeeded' });
    expect(versionOf(story, id)).toBe('1.0');
    await story.host.runFor(60);
    const again = await story.send(story.ticket());
    expect(await story.ended(again)).toMatchObject({ status: 'Succeeded', result: { changes: [] } });
    expect(versionOf(story, again)).toBe('2.0');
    expect(story.host.durable.history(again).filter(({ FireAt }) => FireAt).length).toBeGreaterThan(
      story.host.durable.history(id).filter(({ FireAt }) => FireAt).length - 1,
    );
  });

  it('is left alone by code that is older than itself, and goes on when the newer is back', async () => {
    const stateDir = join(folder, 'state-rolling');
    const next = await stage({ appFile: appOf('next'), stateDir });
    const id = await next.send(next.ticket());
    await next.host.runFor(20);
    const older = await stage({ appFile: appOf('former'), stateDir });
    const length = older.host.durable.history(id).length;
    await older.host.runFor(10);
    expect(older.host.durable.history(id)).toHaveLength(length);
    const story = await stage({ appFile: appOf('next'), stateDir });
    expect(await story.ended(id)).toMatchObject({ status: 'Succeeded' });
  });

  it('ends without an answer where an orchestrator was changed for all: this rehearsal can fail', async () => {
    const { story, id } = await upgraded('careless');
    await story.host.runFor(120);
    expect(story.host.durable.instance(id)).toMatchObject({
      status: 'Failed',
      output: expect.stringContaining('Non-Deterministic workflow detected'),
    });
  });
});

/** What differs in the turns of all instances. */
async function differences(appFile: string, all: readonly Recorded[]): Promise<unknown[]> {
  const { replay, close } = await replayer(appFile);
  const found: unknown[] = [];
  try {
    for (const instance of all)
      for (const { turn, before, now } of await replay(instance))
        if (before.join() !== now.join()) found.push({ of: instance.orchestration, turn, before, now });
  } finally {
    close();
  }
  return found;
}

describe('histories that a package made', () => {
  it('are replayed turn by turn: this app decides as that one did, and a changed one does not', async () => {
    const recorded = recordedIn(linesOf(await recordStory(appOf('former'), 'new-gateway')));
    const names = new Set(recorded.map(({ orchestration }) => orchestration));
    for (const name of ['provisionVpnGateway', 'provisionGateway', 'configureNpsServer', 'checkCompliance'])
      expect(names).toContain(name);
    expect(await differences(appOfNow, recorded)).toEqual([]);
    expect(await differences(appOf('next'), recorded)).toEqual([]);
    expect((await differences(appOf('careless'), recorded)).length).toBeGreaterThan(0);
  });

  const golden = join(root, 'test/golden/histories');
  const releases = existsSync(golden) ? readdirSync(golden) : [];
  it.skipIf(releases.length === 0)(
    'of each release are replayed by this app (skipped: there is no release yet, see docs/upgrade.md)',
    async () => {
      for (const release of releases)
        for (const file of readdirSync(join(golden, release)))
          expect(
            await differences(appOfNow, recordedIn(readFileSync(join(golden, release, file), 'utf8'))),
            `${release} ${file}`,
          ).toEqual([]);
    },
  );
});

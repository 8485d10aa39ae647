import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(`${tmpdir()}/demo-command-`);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** `npm run -s NAME -- …`, with a folder of its own for temporary files. */
function started(name: string, ...args: string[]) {
  const temporary = `${folder}/${name}-${args.join('')}`;
  mkdirSync(temporary);
  const child = spawn(process.execPath, [`${root}scripts/run.mjs`, name, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, TMPDIR: temporary, TEMP: temporary },
  });
  let errors = '';
  child.stderr.on('data', (data) => {
    errors += data;
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  return { child, ended, errors: () => errors, leftOver: () => readdirSync(temporary) };
}

it('with --json prints JSON alone, the outcome last', async () => {
  const { child, ended, leftOver } = started('demo', '--json', '--pace', '0');
  const lines: Record<string, unknown>[] = [];
  for await (const line of createInterface(child.stdout)) lines.push(JSON.parse(line));
  expect(await ended).toBe(0);
  expect(lines.at(-1)).toMatchObject({
    outcome: 'Succeeded',
    virtualMinutes: expect.any(Number),
    armRequests: { PUT: expect.any(Number) },
    historyEvents: expect.any(Number),
    replays: expect.any(Number),
  });
  for (const line of lines.slice(0, -1))
    expect(line).toMatchObject({ at: expect.any(String), virtualTime: expect.any(String) });
  expect(leftOver()).toEqual([]);
});

it('ends quietly when whoever reads has enough (demo | head)', async () => {
  const { child, ended, errors, leftOver } = started('demo', '--pace', '3000');
  child.stdout.once('data', () => child.stdout.destroy());
  expect(await ended).toBe(141);
  expect(errors()).toBe('');
  expect(leftOver()).toEqual([]);
});

it.skipIf(process.platform === 'win32').each([
  ['demo', '--pace', '100'],
  ['start', '--port', '0'],
  ['simulator', '--port', '0'],
])(
  '%s takes its temporary folders away when Ctrl-C stops it (skipped on Windows, which sends no such signal)',
  async (name, ...args) => {
    const { child, ended, leftOver } = started(name!, ...args);
    await new Promise((resolve) => child.stdout.once('data', resolve));
    expect(leftOver()).not.toEqual([]);
    child.kill('SIGINT');
    expect([0, 130]).toContain(await ended);
    expect(leftOver()).toEqual([]);
  },
);

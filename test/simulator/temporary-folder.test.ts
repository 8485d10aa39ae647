import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const built = fileURLToPath(new URL('../../dist/simulator/temporary-folder.js', import.meta.url));

/** A program with a temporary folder. It is stopped after it has printed where the folder is. */
async function stopped(signal: NodeJS.Signals, further = '') {
  const child = spawn(process.execPath, [
    '--input-type=module',
    '--eval',
    `import { temporaryFolder } from '${built}'; ${further} setInterval(() => {}, 1000); console.log(temporaryFolder('passing-').folder);`,
  ]);
  const folder = await new Promise<string>((resolve) =>
    child.stdout.once('data', (data) => resolve(String(data).trim())),
  );
  expect(existsSync(folder)).toBe(true);
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  child.kill(signal);
  return { code: await ended, folder };
}

it.skipIf(process.platform === 'win32').each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)(
  'a temporary folder goes by %s, and the process with it (skipped on Windows, which sends no such signal)',
  async (signal, code) => {
    const end = await stopped(signal);
    expect(end.code).toBe(code);
    expect(existsSync(end.folder)).toBe(false);
  },
);

it.skipIf(process.platform === 'win32')(
  'a program that ends in its own way may do so first (skipped on Windows, which sends no such signal)',
  async () => {
    const end = await stopped(
      'SIGINT',
      "process.once('SIGINT', () => setTimeout(() => process.exit(7), 20));",
    );
    expect(end.code).toBe(7);
    expect(existsSync(end.folder)).toBe(false);
  },
);

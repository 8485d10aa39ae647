import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Where a program is, if this machine has it. Tests that need it are skipped when it is absent. */
function program(name: string): string | undefined {
  // The RADIUS server of Debian is in /usr/sbin, which is not in every PATH.
  for (const folder of [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin']) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {}
  }
  return undefined;
}

export function runProgram(
  path: string,
  args: readonly string[],
  input = '',
): Promise<{ exitCode: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(path, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (data) => {
      output += data;
    });
    child.stderr.on('data', (data) => {
      output += data;
    });
    child.on('error', reject);
    child.on('close', (exitCode) => resolve({ exitCode, output }));
    child.stdin.end(input);
  });
}

export const radclient = program('radclient');
export const eapolTest = program('eapol_test');
export const freeradius = program('freeradius') ?? program('radiusd');

/** One request of radclient: its exit code (0: accepted, or accounting taken) and what it printed of the answer. */
export function askWithRadclient(
  port: number,
  secret: string,
  attributes: readonly string[],
  seconds = 5,
  kind: 'auth' | 'acct' = 'auth',
) {
  const args = ['-x', '-r', '1', '-t', `${seconds}`, `127.0.0.1:${port}`, kind, secret];
  return runProgram(radclient ?? '', args, `${attributes.join('\n')}\n`);
}

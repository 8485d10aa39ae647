import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { sha256 } from '../../shared/core/sha256.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import type { NpsRunOutcome } from './host.ts';

/** One command for the stand-ins: see `nps/standins/Invoke-StandInCommands.ps1`. */
export interface StandInCommand {
  readonly state: string;
  readonly snapshot: string;
  /** PowerShell that changes `$state` before the command; may be empty. */
  readonly given: string;
  /** A file: see `scriptFile`. */
  readonly script: string;
  readonly parameters: Readonly<Record<string, string>>;
}

let scripts: string | undefined;

/**
 * A file with the text of a script. The same text gets the same file, because an engine keeps what it compiled by path
 * and text.
 */
export function scriptFile(script: string): string {
  scripts ??= temporaryFolder('nps-scripts-').folder;
  const file = join(scripts, `${sha256(script).slice(0, 16)}.ps1`);
  if (!existsSync(file)) writeFileSync(file, script);
  return file;
}

type RunCommands = (commands: readonly StandInCommand[]) => Promise<NpsRunOutcome[]>;

const engines = new Map<string, RunCommands>();

const timeout = 600_000;
/** After this time without a command the engine ends: it holds about 200 MB. */
const idle = 60_000;

const entry = fileURLToPath(new URL('../../nps/standins/Invoke-StandInCommands.ps1', import.meta.url));

/**
 * Runs commands one after another in a PowerShell engine that keeps running. The start of an engine takes about five
 * seconds of processor time, and a script that the engine knows is not compiled again.
 */
export function runInWarmEngine(
  program: string,
  commands: readonly StandInCommand[],
): Promise<NpsRunOutcome[]> {
  const run: RunCommands =
    engines.get(program) ??
    startEngine(program, () => {
      if (engines.get(program) === run) engines.delete(program);
    });
  engines.set(program, run);
  return run(commands);
}

function startEngine(program: string, takesNoMore: () => void): RunCommands {
  const child = spawn(program, ['-NoProfile', '-NonInteractive', '-File', entry], {
    stdio: ['pipe', 'pipe', 'pipe'],
    // An engine runs for minutes at most. So it has no profile-guided recompilation, no recompilation of what is called
    // often, no second mapping of compiled code, and a large young generation (64 MB).
    env: {
      ...process.env,
      LC_ALL: 'C.UTF-8',
      DOTNET_TieredPGO: '0',
      DOTNET_TC_CallCountThreshold: '300',
      DOTNET_EnableWriteXorExecute: '0',
      DOTNET_GCgen0size: '0x4000000',
    },
  });
  let waiting: { resolve(line: string): void; reject(reason: Error): void } | undefined;
  let over: Error | undefined;
  let problem = '';
  let last: Promise<unknown> = Promise.resolve();
  let pause: NodeJS.Timeout | undefined;

  const end = (reason: string) => {
    over = new Error(`${reason}: ${problem.slice(-2000)}`);
    takesNoMore();
    clearTimeout(pause);
    waiting?.reject(over);
  };
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (line.startsWith('[')) waiting?.resolve(line);
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    problem += text;
  });
  child.stdin.on('error', () => {});
  child.once('error', ({ message }) => end(message));
  child.once('close', (code) => end(`The PowerShell engine ended with exit code ${code}`));

  async function ask(commands: readonly StandInCommand[]): Promise<NpsRunOutcome[]> {
    if (over) throw over;
    clearTimeout(pause);
    problem = '';
    holdProcess(child, true);
    const late = setTimeout(() => child.kill(), timeout);
    try {
      const line = await new Promise<string>((resolve, reject) => {
        waiting = { resolve, reject };
        child.stdin.write(`${JSON.stringify(commands)}\n`);
      });
      return JSON.parse(line) as NpsRunOutcome[];
    } finally {
      clearTimeout(late);
      waiting = undefined;
      holdProcess(child, false);
      pause = setTimeout(() => {
        takesNoMore();
        child.stdin.end();
      }, idle).unref();
    }
  }
  return (commands) => {
    const turn = last.then(() => ask(commands));
    last = turn.catch(() => {});
    return turn;
  };
}

/**
 * An engine that waits does not keep this process alive. It ends when its standard input ends, which also happens when
 * this process is killed.
 */
function holdProcess(child: ChildProcess, isHeld: boolean): void {
  for (const each of [child, child.stdin, child.stdout, child.stderr] as (Socket | ChildProcess)[])
    isHeld ? each.ref() : each.unref();
}

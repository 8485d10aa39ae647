import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { passingFolder } from '../passing-folder.ts';
import type { NpsRunOutcome, NpsServer } from './host.ts';
import { fromStandInState, type StandInState, toStandInState } from './stand-in-state.ts';
import type { NpsServerState } from './state.ts';

/**
 * A PowerShell engine: the program that the environment variable `PWSH` names, or `pwsh` on the path, or the first of
 * `further` that can be run. Undefined when this machine has none.
 */
export function findPowerShell(further: readonly string[] = []): string | undefined {
  const { PWSH, PATH = '' } = process.env;
  const names = process.platform === 'win32' ? ['pwsh.exe'] : ['pwsh'];
  const onPath = PATH.split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
  return [...(PWSH ? [PWSH] : []), ...onPath, ...further].find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

export interface RunCommand {
  readonly script: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** One imagined server and its run commands, one after another. */
export interface StandInRuns {
  /** How it differs from the fresh server of the stand-ins. */
  readonly state: StandInState;
  readonly commands: readonly RunCommand[];
}

const timeout = 300_000;

/**
 * Runs commands over the stand-ins of `nps/standins/`, all in one start of the engine. The result has one list of
 * outcomes for each server.
 */
export async function runOnStandIns(
  engine: string,
  servers: readonly StandInRuns[],
): Promise<{ outcome: NpsRunOutcome; state: StandInState }[][]> {
  // The files hold shared secrets: they are in a folder that only this user may open, and that is removed when the
  // engine has ended.
  const { folder, remove } = passingFolder('nps-server-');
  try {
    const commands: { state: string; given: string; snapshot: string; script: string; parameters: object }[] =
      [];
    const scripts = new Map<string, string>();
    for (const [index, server] of servers.entries()) {
      const state = join(folder, `${index}.json`);
      const wanted = join(folder, `${index}-wanted.json`);
      await writeFile(wanted, JSON.stringify(server.state));
      for (const [step, { script: text, parameters }] of server.commands.entries()) {
        const script = scripts.get(text) ?? join(folder, `${scripts.size}.ps1`);
        if (!scripts.has(text)) await writeFile(script, text);
        scripts.set(text, script);
        const given = step === 0 ? takeOver(wanted) : '';
        commands.push({ state, given, snapshot: join(folder, `${index}-${step}.json`), script, parameters });
      }
    }
    const outcomes = JSON.parse(await invoke(engine, JSON.stringify(commands))) as NpsRunOutcome[];
    const answers = await Promise.all(
      commands.map(async ({ snapshot }, index) => ({
        outcome: outcomes[index] ?? { exitCode: 1, output: '', error: 'The engine gave no answer.' },
        state: JSON.parse(await readFile(snapshot, 'utf8')) as StandInState,
      })),
    );
    return servers.map((server) => answers.splice(0, server.commands.length));
  } finally {
    remove();
  }
}

/**
 * PowerShell that the stand-ins run before a command: it replaces the state of their fresh server with what the file
 * holds.
 */
function takeOver(file: string): string {
  return `
    $wanted = ConvertFrom-Json -InputObject ([System.IO.File]::ReadAllText('${file.replaceAll("'", "''")}'))
    foreach ($property in $wanted.PSObject.Properties) { Set-StandInValue $state $property.Name $property.Value }`;
}

function invoke(engine: string, input: string): Promise<string> {
  const entry = fileURLToPath(new URL('../../nps/standins/Invoke-StandInCommands.ps1', import.meta.url));
  return new Promise((resolve, reject) => {
    const child = spawn(engine, ['-NoProfile', '-NonInteractive', '-File', entry], {
      stdio: ['pipe', 'pipe', 'pipe'],
      timeout,
      // A run takes a few seconds, so it starts without profile-guided recompilation and with a large young generation
      // (64 MB).
      env: { ...process.env, LC_ALL: 'C.UTF-8', DOTNET_TieredPGO: '0', DOTNET_GCgen0size: '0x4000000' },
    });
    let output = '';
    let problem = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      problem += text;
    });
    child.on('error', reject);
    child.stdin.on('error', () => {});
    child.on('close', (code) => {
      const line = output.trimEnd().split('\n').at(-1) ?? '';
      if (code === 0 && line.startsWith('[')) resolve(line);
      else reject(new Error(`The PowerShell engine ended with exit code ${code}: ${problem.slice(0, 2000)}`));
    });
    child.stdin.end(input);
  });
}

/** An NPS server on which the script that it gets really runs, in a PowerShell engine, over stand-ins for Windows. */
export function powerShellNpsServer(initial: NpsServerState, engine: string): NpsServer {
  let state = structuredClone(initial);
  let last: Promise<unknown> = Promise.resolve();
  return {
    engine: 'powershell',
    state: () => structuredClone(state),
    change(edit) {
      edit(state);
    },
    run(command) {
      const turn = last.then(async () => {
        const [answers] = await runOnStandIns(engine, [
          { state: toStandInState(state), commands: [command] },
        ]);
        const [answer] = answers ?? [];
        if (!answer) throw new Error('The PowerShell engine gave no answer.');
        state = fromStandInState(answer.state, state);
        return answer.outcome;
      });
      last = turn.catch(() => {});
      return turn;
    },
  };
}

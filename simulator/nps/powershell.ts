import { accessSync, constants } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { temporaryFolder } from '../temporary-folder.ts';
import type { NpsRunOutcome, NpsServer } from './host.ts';
import { fromStandInState, type StandInState, toStandInState } from './stand-in-state.ts';
import type { NpsServerState } from './state.ts';
import { runInWarmEngine, type StandInCommand, scriptFile } from './warm-engine.ts';

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

/**
 * Runs commands over the stand-ins of `nps/standins/`, all in one engine. The result has one list of
 * outcomes for each server.
 */
export async function runOnStandIns(
  engine: string,
  servers: readonly StandInRuns[],
): Promise<{ outcome: NpsRunOutcome; state: StandInState }[][]> {
  // The files hold shared secrets: they are in a folder that only this user may open, and that is removed when they
  // have run.
  const { folder, remove } = temporaryFolder('nps-server-');
  try {
    const commands: StandInCommand[] = [];
    for (const [index, server] of servers.entries()) {
      const state = join(folder, `${index}.json`);
      const wanted = join(folder, `${index}-wanted.json`);
      await writeFile(wanted, JSON.stringify(server.state));
      for (const [step, command] of server.commands.entries()) {
        commands.push({
          state,
          snapshot: join(folder, `${index}-${step}.json`),
          given: step === 0 ? takeOver(wanted) : '',
          script: scriptFile(command.script),
          parameters: command.parameters,
        });
      }
    }
    const outcomes = await runInWarmEngine(engine, commands);
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

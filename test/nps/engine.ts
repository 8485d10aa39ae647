import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { npsRunCommandScript } from '../../shared/nps/script.ts';
import { runInWarmEngine, type StandInCommand, scriptFile } from '../../simulator/nps/warm-engine.ts';
import { sharedFolder } from '../shared-folder.ts';

const onPath = (process.env.PATH ?? '')
  .split(delimiter)
  .flatMap((folder) => [join(folder, 'pwsh'), join(folder, 'pwsh.exe')]);
/** Where `dotnet tool install --global PowerShell` puts it. */
const dotnetTool = join(homedir(), '.dotnet/tools/pwsh');
const besideCheckout = sharedFolder ? [join(sharedFolder, 'tools/psrun/psrun')] : [];

const found = (...candidates: readonly string[]) => candidates.find((candidate) => existsSync(candidate));

/**
 * A PowerShell engine: `PWSH`, `pwsh` on the path, the one beside the checkout (it starts faster), or the .NET tool.
 */
export const engine = process.env.PWSH ?? found(...onPath, ...besideCheckout, dotnetTool);

/** The real PowerShell, for what an engine alone does not do: event logs, transcripts, languages. */
export const powerShell = process.env.PWSH ?? found(...onPath, dotnetTool);
export const withoutPowerShell = powerShell
  ? ''
  : ' (skipped: no PowerShell; dotnet tool install --global PowerShell)';

/** Added to the title of what is skipped, so that the report says why. */
export const skipReason = engine ? '' : ' (skipped: no PowerShell engine; set PWSH or install pwsh)';

const nps = fileURLToPath(new URL('../../nps/', import.meta.url));

/**
 * For an engine that lives for seconds: nothing is compiled a second time, compiled code is mapped once, and the young
 * generation is large (64 MB).
 */
export const forSeconds = {
  DOTNET_TieredPGO: '0',
  DOTNET_TC_CallCounting: '0',
  DOTNET_EnableWriteXorExecute: '0',
  DOTNET_GCgen0size: '0x4000000',
};

/**
 * Runs a script with the engine; returns what it wrote to standard output. Rejects on another exit code than 0.
 */
export function runPowerShell(
  script: string,
  input = '',
  timeout = 300_000,
  program = engine,
): Promise<string> {
  if (!program) throw new Error('no PowerShell engine');
  return new Promise((resolve, reject) => {
    const child = execFile(
      program,
      ['-NoProfile', '-NonInteractive', '-File', script],
      {
        timeout,
        maxBuffer: 64 * 1024 * 1024,
        env: { ...process.env, ...forSeconds },
      },
      (error, stdout, stderr) =>
        error ? reject(new Error(`${error.message}\n${stdout}\n${stderr}`)) : resolve(stdout),
    );
    child.stdin?.end(input);
  });
}

export interface Command {
  operation: string;
  /** An object is sent as JSON, a text unchanged. */
  desired: unknown;
  secret?: string;
  /** The parameter `SharedSecret` itself, in place of the secret in base64. */
  sealed?: string;
  /** PowerShell that runs before the command, with the server's state as `$state`: it says how this server differs. */
  given?: string;
}

export interface Answer {
  exitCode: number;
  output: string;
  error: string;
  /** The imagined server afterwards. */
  // biome-ignore lint/suspicious/noExplicitAny: the state file is free-form JSON
  state: any;
  // biome-ignore lint/suspicious/noExplicitAny: asserted field by field
  result: any;
  /** What the operation changed, or would change, as sentences. */
  changes: string[];
  /** What is in the directory of backups when the story has ended: file contents. */
  backups: string[];
}

const filesIn = (folder: string) =>
  existsSync(folder) ? readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8')) : [];

const base64 = (text: string) => Buffer.from(text, 'utf8').toString('base64');

/** The commands of one story: they meet the same server, whose files are in `folder` and have `name` in their names. */
export function standInCommands(
  steps: readonly Command[],
  folder: string,
  name: string,
  script: string,
): StandInCommand[] {
  return steps.map((command, step) => ({
    state: join(folder, `${name}.json`),
    snapshot: join(folder, `${name}-${step}.json`),
    script,
    given: command.given ?? '',
    parameters: {
      Operation: command.operation,
      DesiredState: base64(
        typeof command.desired === 'string' ? command.desired : JSON.stringify(command.desired),
      ),
      ...(command.secret === undefined ? {} : { SharedSecret: base64(command.secret) }),
      ...(command.sealed === undefined ? {} : { SharedSecret: command.sealed }),
    },
  }));
}

/** What the engine said to a command, with the server afterwards. */
export function answerTo(
  { state, snapshot }: StandInCommand,
  said: Pick<Answer, 'exitCode' | 'output' | 'error'>,
): Answer {
  const result = JSON.parse(said.output.split('\n').at(-1) ?? '');
  return {
    ...said,
    state: JSON.parse(readFileSync(snapshot, 'utf8')),
    result,
    changes: result.changes.map(({ what }: { what: string }) => what),
    backups: filesIn(`${state}.files/VpnNps/Backups`),
  };
}

/**
 * Runs commands against imagined servers, all in one engine. Each story begins with a fresh server. They run
 * `nps/run-command.ps1` over the module. `joined` runs the one script that a run command holds.
 */
export async function runStories(
  subjects: Record<string, Record<string, Command[]>>,
  how: 'module' | 'joined' = 'module',
): Promise<Record<string, Record<string, Answer[]>>> {
  const folder = mkdtempSync(join(tmpdir(), 'nps-'));
  try {
    const script = how === 'joined' ? scriptFile(npsRunCommandScript()) : join(nps, 'run-command.ps1');
    const stories = Object.entries(subjects).flatMap(([subject, named]) =>
      Object.entries(named).map(([story, steps]) => ({ subject, story, steps })),
    );
    const commands = stories.flatMap(({ steps }, index) =>
      standInCommands(steps, folder, `${index}`, script),
    );
    const said = await runInWarmEngine(engine ?? '', commands);
    const answers = said.map((one, index) => answerTo(commands[index]!, one));
    const told: Record<string, Record<string, Answer[]>> = {};
    for (const { subject, story, steps } of stories) {
      told[subject] = { ...told[subject], [story]: answers.splice(0, steps.length) };
    }
    return told;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

import type { GivenSecret, NpsHostStatus, NpsRun, NpsRunState } from '../../nps/model.ts';
import { sealedSecret } from '../../nps/sealed-secret.ts';
import type { Accepted } from '../../ports.ts';
import type { Azure } from '../wire/connection.ts';
import { bodyIn } from '../wire/resource-manager.ts';

interface Parameter {
  readonly name: string;
  readonly value: string;
}

/** The properties of a managed run command, the same for a VM and an Arc machine. */
export interface RunCommand {
  readonly source: { readonly script: string };
  readonly parameters: Parameter[];
  readonly protectedParameters?: Parameter[];
  readonly asyncExecution: boolean;
  readonly timeoutInSeconds: number;
}

/** The parts of a run command that are read. */
export interface RunCommandView {
  readonly provisioningState?: string;
  readonly instanceView?: {
    readonly executionState?: string;
    readonly executionMessage?: string;
    readonly startTime?: string;
    readonly endTime?: string;
    readonly exitCode?: number;
    readonly output?: string;
    readonly error?: string;
  };
}

/** A kind of machine that takes run commands. It throws the errors of its client. */
export interface Machines {
  read(hostId: string): Promise<NpsHostStatus>;
  start(host: NpsHostStatus, name: string, command: RunCommand): Promise<Accepted>;
  command(hostId: string, name: string): Promise<RunCommandView>;
  /** The names of the machine's run commands. */
  commands(hostId: string): Promise<readonly string[]>;
  forget(hostId: string, name: string): Promise<void>;
}

/**
 * `asyncExecution` is not used. With it, the command would count as provisioned when the script starts, and
 * after a second PUT of the same name its view could still be that of the first run. Without it,
 * `provisioningState` says when the view belongs to this run. Values are in base64 because Windows puts
 * parameters, the protected ones too, on a command line.
 */
export function runCommand(script: string, run: NpsRun, secret?: GivenSecret): RunCommand {
  return {
    source: { script },
    parameters: [
      { name: 'Operation', value: run.operation },
      { name: 'DesiredState', value: base64(run.desiredState) },
    ],
    ...(secret && { protectedParameters: [{ name: 'SharedSecret', value: secretParameter(secret) }] }),
    asyncExecution: false,
    timeoutInSeconds: run.timeoutMinutes * 60,
  };
}

const secretParameter = ({ value, key }: GivenSecret) => (key ? sealedSecret(value, key) : base64(value));

interface NamePage {
  readonly value?: readonly { readonly name: string }[];
  readonly nextLink?: string;
}

/** Follows a list to its end (`RunCommands - List By Virtual Machine`, `Machine Run Commands - List`). */
export async function namesIn(azure: Pick<Azure, 'arm'>, first: string): Promise<readonly string[]> {
  const names: string[] = [];
  for (let url: string | undefined = first; url; ) {
    const page: NamePage = bodyIn<NamePage>(await azure.arm({ method: 'GET', url }));
    names.push(...(page.value ?? []).map(({ name }) => name));
    url = page.nextLink;
  }
  return names;
}

export const base64 = (text: string) => Buffer.from(text, 'utf8').toString('base64');

/** A script that fails is a run that has ended. Only its exit code and output say whether it did its work. */
export function runState({ provisioningState, instanceView: view = {} }: RunCommandView): NpsRunState {
  const isProvisioned = ['Succeeded', 'Failed', 'Canceled'].includes(provisioningState ?? '');
  const isUnfinished = ['Pending', 'Running', 'Unknown'].includes(view.executionState ?? 'Unknown');
  if (!isProvisioned || (isUnfinished && provisioningState === 'Succeeded')) return { state: 'running' };
  const ended = view.endTime === undefined ? {} : { endedAt: view.endTime };
  if (view.executionState === 'TimedOut') return { state: 'timedOut', ...ended };
  const hasSucceeded = view.executionState === 'Succeeded';
  return {
    state: 'ended',
    // Without an exit code the script has not run to its end: the agent could not start it, or it was
    // canceled.
    exitCode: view.exitCode ?? (hasSucceeded ? 0 : -1),
    output: view.output ?? '',
    ...(view.startTime !== undefined && { startedAt: view.startTime }),
    ...ended,
    error:
      view.error ||
      (hasSucceeded ? '' : (view.executionMessage ?? 'The run command has failed. Azure gave no reason.')),
  };
}

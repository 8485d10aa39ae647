import type { NpsServerState } from './state.ts';

/** What came of a run command: the process's exit code, its standard output and its standard error. */
export interface NpsRunOutcome {
  readonly exitCode: number;
  readonly output: string;
  readonly error: string;
}

/** A server that carries out run commands. */
export interface NpsHost {
  /** Runs a run command's script with its parameters (both plain and protected, by name). Output is what stdout would hold. */
  run(command: { script: string; parameters: Readonly<Record<string, string>> }): Promise<NpsRunOutcome>;
}

/** A simulated NPS server: a host whose state can be looked at, and changed as an administrator at its console would. */
export interface NpsServer extends NpsHost {
  readonly engine: 'memory' | 'powershell';
  /** The state as it is now, secrets included. A copy: to change the server use `change`. */
  state(): NpsServerState;
  change(edit: (state: NpsServerState) => void): void;
}

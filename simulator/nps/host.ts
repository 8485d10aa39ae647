import type { NpsServerState } from './state.ts';

/** The result of a run command: the process's exit code, its standard output and its standard error. */
export interface NpsRunOutcome {
  readonly exitCode: number;
  readonly output: string;
  readonly error: string;
}

/** A server that carries out run commands. */
export interface NpsHost {
  /**
   * Runs a run command's script with its parameters (plain and protected ones, by name). The result is its standard
   * output.
   */
  run(command: { script: string; parameters: Readonly<Record<string, string>> }): Promise<NpsRunOutcome>;
}

/** A simulated NPS server: a host whose state can be read, and changed as an administrator at its console would. */
export interface NpsServer extends NpsHost {
  readonly engine: 'memory' | 'powershell';
  /** The state as it is now, secrets included. It is a copy: use `change` to change the server. */
  state(): NpsServerState;
  change(edit: (state: NpsServerState) => void): void;
}

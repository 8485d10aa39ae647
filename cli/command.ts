import type { ParseArgsConfig } from 'node:util';
import type { ApiClient } from './api.ts';
import type { ExitCode } from './exit-codes.ts';
import type { Terminal } from './telling/terminal.ts';

/** What a command gets: what was written after its name, and who answers. */
export interface Call {
  /** FILE, ID or RESOURCE, as written; empty for a command that takes none. */
  readonly subject: string;
  text(option: string): string | undefined;
  flag(option: string): boolean;
  readonly json: boolean;
  readonly api: ApiClient;
  readonly terminal: Terminal;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface Option {
  /** The name of its value in the help. A flag has none. */
  readonly value?: string;
  readonly says: string;
  /** The values that it accepts, when they are few. */
  readonly oneOf?: readonly string[];
}

export interface Command {
  readonly says: string;
  readonly takes?: 'FILE' | 'ID' | 'RESOURCE' | 'SHELL';
  readonly options: Readonly<Record<string, Option>>;
  /** Statuses of the deployments whose ids are offered for completion. Undefined means all. */
  readonly idsOf?: readonly string[];
  run(call: Call): Promise<ExitCode>;
}

/** A command that does not ask the app needs no address and no key. */
export interface OwnCommand extends Omit<Command, 'run'> {
  print(call: Pick<Call, 'subject' | 'terminal'>): ExitCode;
}

/** The options of every command that asks the app. */
export const commonOptions: Readonly<Record<string, Option>> = {
  url: { value: 'URL', says: 'the app, such as https://<app>.azurewebsites.net (VPN_RADIUS_URL)' },
  'key-file': { value: 'FILE', says: 'a file with the function key (otherwise VPN_RADIUS_KEY)' },
  audience: {
    value: 'URI',
    says: 'sign in with az, for the app registration api://… (VPN_RADIUS_AUDIENCE)',
  },
  json: { says: 'the JSON answer of the API instead of text' },
};

export const parsable = (options: Readonly<Record<string, Option>>): ParseArgsConfig['options'] =>
  Object.fromEntries([
    ...Object.entries(options).map(([name, { value }]) => [name, { type: value ? 'string' : 'boolean' }]),
    ['help', { type: 'boolean', short: 'h' }],
  ]);

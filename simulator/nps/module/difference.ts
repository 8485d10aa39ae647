import { npsCheckOf } from '../../../shared/nps/checks/table.ts';
import type { NpsServerState } from '../state.ts';
import type { NpsError } from './desired-state.ts';

export interface Finding {
  readonly id: string;
  readonly severity: 'high' | 'medium' | 'low' | 'info';
  readonly message: string;
  readonly fix?: string;
  readonly client?: string;
}

/** As the contract has it (`shared/nps/result.ts`). */
export interface Change {
  readonly id: string;
  readonly what: string;
  readonly scope: 'own' | 'shared' | 'server';
  readonly restart?: true;
  readonly asks?: true;
}

/** Where desired state and server differ: what is wrong, and what Set does about it (nothing: a person has to). */
export interface Difference {
  readonly finding?: Finding;
  readonly changes: readonly Change[];
  /** `server` settings stay when a later step fails; the others are then put back. */
  readonly part: 'server' | 'firewall' | 'network policy' | 'radius client';
  /** Makes the change; false when the server does not know the setting. */
  readonly apply?: (state: NpsServerState) => boolean | undefined;
  /** What an error about it names. */
  readonly target?: string;
  /** Why Set must not begin, besides what the table of checks says. */
  readonly refusal?: NpsError;
}

export const sameText = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();

/** Severity and fix come from the table that the module and the app have. */
export function finding(id: string, message: string, client?: string): Finding {
  const { severity, fix } = npsCheckOf.get(id)!;
  return { id, severity, message, fix, ...(client !== undefined && { client }) };
}

export function change(
  id: string,
  what: string,
  scope: Change['scope'],
  { restart = false, asks = false } = {},
): Change {
  return { id, what, scope, ...(restart && { restart }), ...(asks && { asks }) };
}

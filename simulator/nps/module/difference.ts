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

/** In the form of the contract (`shared/nps/result.ts`). */
export interface Change {
  readonly id: string;
  readonly what: string;
  readonly scope: 'own' | 'shared' | 'server';
  readonly restart?: true;
  readonly asks?: true;
}

/**
 * A difference between desired state and server: what is wrong, and what Set does about it (nothing when a person has
 * to do it).
 */
export interface Difference {
  readonly finding?: Finding;
  readonly changes: readonly Change[];
  /** `server` settings stay when a later step fails. The others are then set back. */
  readonly part: 'server' | 'firewall' | 'network policy' | 'radius client';
  /** Makes the change. False when the server does not know the setting. */
  readonly apply?: (state: NpsServerState) => boolean | undefined;
  /** The target that an error about it names. */
  readonly target?: string;
  /** Why Set must not begin, in addition to what the table of checks says. */
  readonly refusal?: NpsError;
}

export const sameText = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();

/** Severity and fix come from the table that the module and the app share. */
export function finding(id: string, message: string, client?: string): Finding {
  const { severity, fix } = npsCheckOf.get(id)!;
  return { id, severity, message, fix, ...(client !== undefined && { client }) };
}

export function changeOf(
  id: string,
  what: string,
  scope: Change['scope'],
  { restart = false, asks = false } = {},
): Change {
  return { id, what, scope, ...(restart && { restart }), ...(asks && { asks }) };
}

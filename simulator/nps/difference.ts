import type { NpsError } from './desired-state.ts';
import type { NpsServerState } from './state.ts';

export interface Finding {
  readonly id: string;
  readonly severity: 'high' | 'medium' | 'low' | 'info';
  readonly message: string;
  readonly fix: string;
}

/** Where desired state and server differ: what is wrong, and what Set does about it (nothing: a person has to). */
export interface Difference {
  readonly finding?: Finding;
  readonly changes: readonly string[];
  /** `server` settings stay when a later step fails; policy and clients are then put back. */
  readonly part: 'server' | 'network policy' | 'radius client';
  /** IAS takes the setting up when it restarts. Policy and clients always need that. */
  readonly restart?: boolean;
  /** Makes the change; false when the server does not know the setting. */
  readonly apply?: (state: NpsServerState) => boolean | undefined;
  /** Why Set must not begin. */
  readonly refusal?: NpsError;
}

export const sameText = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();

export function finding(id: string, severity: Finding['severity'], message: string, fix: string): Finding {
  return { id, severity, message, fix };
}

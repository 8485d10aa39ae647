import type { CheckText } from '../../core/check.ts';
import type { Given } from './given.ts';

/**
 * One thing that can be wrong with an NPS server, told once: the PowerShell module finds it (its table is generated from
 * this one), the plan, verify and the compliance report say what this table says.
 */
export interface NpsCheck extends CheckText {
  /** `gateway`: a finding of it names the RADIUS client of one gateway; `server`: it holds for all of them. */
  readonly appliesTo: 'gateway' | 'server';
  /** About the MFA extension: not looked at where every gateway asked to skip it. */
  readonly mfa?: true;
  /** Nothing may be written to a server with this finding: the plan stops, and `Set` refuses with this error code. */
  readonly blocks?: string;
  /** A deployment that leaves it is not Succeeded, so that a plan that would leave it stops. */
  readonly fails?: true;
  /** It keeps everybody out: a plan that would leave it stops. Once it is left, `sign-in-blocked` tells it. */
  readonly gate?: true;
  /** The changes of `Set` after which it is gone: their ids, or the part of them before a colon. */
  readonly mendedBy?: readonly string[];
  /** What must be so, and must have been told, before a server without the finding complies. */
  readonly given?: Given;
}

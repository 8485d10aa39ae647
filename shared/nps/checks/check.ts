import type { CheckText } from '../../core/check.ts';
import type { Given } from './given.ts';

/**
 * One thing that can be wrong with an NPS server, written once. The PowerShell module finds it (its table is generated
 * from this one). The plan, verify and the compliance report use the texts of this table.
 */
export interface NpsCheck extends CheckText {
  /** `gateway`: a finding of it names the RADIUS client of one gateway. `server`: it applies to all of them. */
  readonly appliesTo: 'gateway' | 'server';
  /** About the MFA extension: not checked when every gateway asked to skip the extension. */
  readonly isAboutMfa?: true;
  /** Nothing may be written to a server with this finding: the plan stops, and `Set` refuses with this error code. */
  readonly blocks?: string;
  /** A deployment that leaves this finding open is not Succeeded, so a plan that would leave it open stops. */
  readonly fails?: true;
  /**
   * Nobody can sign in with this finding, so a plan that would leave it open stops. If it stays open, `sign-in-blocked`
   * reports it.
   */
  readonly isGate?: true;
  /** The changes of `Set` that remove the finding: their ids, or the part of the ids before a colon. */
  readonly fixedBy?: readonly string[];
  /** What must be true, and must have been reported, before a server without the finding complies. */
  readonly given?: Given;
}

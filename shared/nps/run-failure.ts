import { VpnRadiusError } from '../core/errors.ts';
import type { NpsRunState } from './model.ts';

type Ended = Extract<NpsRunState, { readonly state: 'ended' }>;

/** An answer is for people, and a script may print pages. */
const longestSaid = 500;

/**
 * A run command's view has Azure's sentence and not its code ("Error messages for Azure virtual machines" names both):
 * https://learn.microsoft.com/troubleshoot/azure/virtual-machines/windows/error-messages
 */
const codes: readonly (readonly [RegExp, string])[] = [
  [/has not reported status for VM agent/i, 'VMAgentStatusCommunicationError'],
  [/preempted by a more recent operation/i, 'OperationPreempted'],
];

/**
 * What is known of a run that ended without an answer that can be read: what Azure or the server said, and the exit code.
 * `unreadable` is why the output is no answer; `run.error` must be without secrets.
 */
export function runFailure(run: Ended, unreadable: VpnRadiusError, hostId: string): VpnRadiusError {
  const said = run.error.trim().replaceAll(/\s*[\r\n]+\s*/g, ' ');
  const code = codes.find(([pattern]) => pattern.test(said))?.[1];
  const isSilent = run.output.trim() === '';
  if (isSilent && said === '' && run.exitCode === 0) return unreadable;
  const exit = run.exitCode === -1 ? 'The script did not run to its end' : `Exit code ${run.exitCode}`;
  const whole =
    isSilent && said ? 'The run command on the NPS server gave no result.' : unreadable.failure.message;
  const reason = said ? `${exit}: ${shortened(said)}` : `${exit}.`;
  return new VpnRadiusError({
    code: code ?? (isSilent && said ? 'NpsRunFailed' : unreadable.code),
    message: `${whole} ${reason}`,
    target: hostId,
  });
}

const shortened = (text: string) =>
  text.length <= longestSaid ? text : `${text.slice(0, longestSaid)}… (cut)`;

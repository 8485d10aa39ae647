import { type Failure, failed, VpnRadiusError } from '../core/errors.ts';
import type { NpsRunState } from './model.ts';
import type { NpsFailed } from './result.ts';

type Ended = Extract<NpsRunState, { readonly state: 'ended' }>;

/** People read this text, and a script may print many pages. */
const longestSaid = 500;

/**
 * A run command's view has Azure's sentence but not its code ("Error messages for Azure virtual machines" names both):
 * https://learn.microsoft.com/troubleshoot/azure/virtual-machines/windows/error-messages
 */
const codes: readonly (readonly [RegExp, string])[] = [
  [/has not reported status for VM agent/i, 'VMAgentStatusCommunicationError'],
  [/preempted by a more recent operation/i, 'OperationPreempted'],
];

/**
 * What PowerShell prints for a script that an execution policy forbids. The sentence is in the language of the server.
 * The name of the help page and the class of the error are not (about_Execution_Policies; seen with AllSigned by a
 * group policy: github.com/microsoft/Intune-ACSC-Windows-Hardening-Guidelines/issues/15).
 */
const isForbidden = (text: string) => /about_Execution_Policies|\bPSSecurityException\b/i.test(text);

const forbidden =
  'The execution policy of the NPS server did not allow the script of this app to start, so nothing was changed. A group policy allows only signed scripts (AllSigned), or no scripts (Restricted). Set "Turn on Script Execution" for this server to "Allow local scripts and remote signed scripts", or run the module by hand (nps/README.md).';

/**
 * What is known of a run that ended without a readable answer: the text of Azure or the server, and the exit code.
 * `unreadable` says why the output is no answer. `run.error` must be without secrets.
 */
export function runFailure(run: Ended, unreadable: VpnRadiusError, hostId: string): VpnRadiusError {
  const said = run.error.trim().replaceAll(/\s*[\r\n]+\s*/g, ' ');
  if (isForbidden(`${said} ${run.output}`))
    return new VpnRadiusError({
      code: 'ScriptsForbidden',
      message: said ? `${forbidden} ${shortSaid(said)}` : forbidden,
      target: hostId,
    });
  const code = codes.find(([pattern]) => pattern.test(said))?.[1];
  const isSilent = run.output.trim() === '';
  if (isSilent && said === '' && run.exitCode === 0) return unreadable;
  const exit = run.exitCode === -1 ? 'The script stopped before its end' : `Exit code ${run.exitCode}`;
  const whole =
    isSilent && said ? 'The run command on the NPS server gave no result.' : unreadable.failure.message;
  const reason = said ? `${exit}: ${shortSaid(said)}` : `${exit}.`;
  return new VpnRadiusError({
    code: code ?? (isSilent && said ? 'NpsRunFailed' : unreadable.code),
    message: `${whole} ${reason}`,
    target: hostId,
  });
}

/** The server's own error. Its details are what the run has changed until then and has not undone. */
export function serverFailure({ error, changes, changesOmitted }: NpsFailed, hostId: string): VpnRadiusError {
  const left = [
    ...changes.map(({ what }) => what),
    ...(changesOmitted > 0 ? [`${changesOmitted} more changes, which the answer could not hold`] : []),
  ];
  const stays = left.length > 0 ? ` This was changed on the server and stays: ${left.join('; ')}.` : '';
  return new VpnRadiusError({
    code: error.code,
    message: `${error.message}${stays}`,
    target: error.target ?? hostId,
    ...(left.length > 0 && {
      details: left.map((message) => ({ code: 'LeftOnNps', message, target: hostId })),
    }),
  });
}

/** What a run that failed has changed on an NPS server and has not undone: the details of its failure. */
export const leftOnNps = ({ details = [] }: Failure): readonly string[] =>
  details.flatMap(({ code, message }) => (code === 'LeftOnNps' ? message : []));

export const runTimedOut = (minutes: number, hostId?: string): VpnRadiusError =>
  failed(
    'NpsRunTimedOut',
    `The NPS server did not answer within ${minutes} minutes. Check that the machine is on and that its agent can reach Azure on port 443.`,
    hostId,
  );

const shortSaid = (text: string) =>
  text.length <= longestSaid ? text : `${text.slice(0, longestSaid)}… (cut)`;

import { describe, expect, it } from 'vitest';
import { failed } from '../../../shared/core/errors.ts';
import { runFailure, runTimedOut } from '../../../shared/nps/run-failure.ts';
import { npsId } from '../hub.ts';

type Ended = Parameters<typeof runFailure>[0];
const unreadable = failed('NpsAnswerUnreadable', 'The answer is no JSON.', npsId);
const failure = (run: Partial<Ended>) =>
  runFailure({ state: 'ended', exitCode: 0, output: '', error: '', ...run }, unreadable, npsId).failure;

describe('what is known of a run without an answer', () => {
  it('is nothing more than that when it ended well and silent', () => {
    expect(runFailure({ state: 'ended', exitCode: 0, output: ' \n', error: ' ' }, unreadable, npsId)).toBe(
      unreadable,
    );
  });

  it.each<[string, Partial<Ended>, string, string]>([
    ['half an answer', { output: '{"v' }, 'NpsAnswerUnreadable', 'The answer is no JSON. Exit code 0.'],
    [
      'no answer, and an exit code',
      { exitCode: 3 },
      'NpsAnswerUnreadable',
      'The answer is no JSON. Exit code 3.',
    ],
    [
      'no answer, and an error on three lines',
      { exitCode: 1, error: ' Access denied\r\n  at line 1\nof the script ' },
      'NpsRunFailed',
      'The run command on the NPS server gave no result. Exit code 1: Access denied at line 1 of the script',
    ],
    [
      'no answer and an error, though all went well',
      { error: 'Warned' },
      'NpsRunFailed',
      'The run command on the NPS server gave no result. Exit code 0: Warned',
    ],
    [
      'half an answer and an error',
      { exitCode: 1, output: '{"v', error: 'Killed' },
      'NpsAnswerUnreadable',
      'The answer is no JSON. Exit code 1: Killed',
    ],
    [
      'a script that was ended',
      { exitCode: -1, error: 'Stopped' },
      'NpsRunFailed',
      'The run command on the NPS server gave no result. The script stopped before its end: Stopped',
    ],
    [
      'an agent that does not answer',
      { exitCode: 1, error: 'VM nps-01 has not reported status for VM agent or extensions.' },
      'VMAgentStatusCommunicationError',
      'The run command on the NPS server gave no result. Exit code 1: VM nps-01 has not reported status for VM agent or extensions.',
    ],
    [
      'a newer command',
      { exitCode: 1, error: 'The operation was preempted by a more recent operation.' },
      'OperationPreempted',
      'The run command on the NPS server gave no result. Exit code 1: The operation was preempted by a more recent operation.',
    ],
    [
      'a long error, which is cut',
      { exitCode: 1, error: 'x'.repeat(501) },
      'NpsRunFailed',
      `The run command on the NPS server gave no result. Exit code 1: ${'x'.repeat(500)}… (cut)`,
    ],
    [
      'an error that is just short enough',
      { exitCode: 1, error: 'x'.repeat(500) },
      'NpsRunFailed',
      `The run command on the NPS server gave no result. Exit code 1: ${'x'.repeat(500)}`,
    ],
  ])('%s', (_, run, code, message) => {
    expect(failure(run)).toEqual({ code, message, target: npsId });
  });
});

it.each<[string, Partial<Ended>, RegExp]>([
  [
    'in English',
    { error: 'cannot be loaded. See about_Execution_Policies.' },
    /\(nps\/README\.md\)\. cannot be loaded\./,
  ],
  ['in German', { error: 'kann nicht geladen werden: PSSecurityException' }, /\. kann nicht geladen werden:/],
  ['in the output alone', { output: 'UnauthorizedAccess,PSSecurityException' }, /\(nps\/README\.md\)\.$/],
])('a script that a policy forbids to start has changed nothing: %s', (_, run, message) => {
  expect(failure(run)).toMatchObject({ code: 'ScriptsForbidden', target: npsId });
  expect(failure(run).message).toMatch(/^The execution policy .* so nothing was changed\./);
  expect(failure(run).message).toMatch(message);
});

it('a run that never ends says what to look at', () => {
  expect(runTimedOut(30, npsId).failure).toEqual({
    code: 'NpsRunTimedOut',
    message:
      'The NPS server did not answer within 30 minutes. Check that the machine is on and that its agent can reach Azure on port 443.',
    target: npsId,
  });
});

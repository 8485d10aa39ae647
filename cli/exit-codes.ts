/** What the end of a command tells a script. `docs/cli.md` has the same as a table. */
export const exitCodes = {
  done: 0,
  /**
   * The command worked, and its result is bad: a deployment that failed, a plan with problems, a gateway that does not
   * comply.
   */
  endedBadly: 1,
  wrongCall: 2,
  refused: 3,
  notAllowed: 4,
  notReached: 5,
  awaitsApproval: 6,
  notConfirmed: 7,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Why a command ends before its work is done. The person is told this; a program that asked for JSON gets `body`. */
export class Ended extends Error {
  readonly exitCode: ExitCode;
  readonly body: unknown;

  constructor(exitCode: ExitCode, message: string, body?: unknown) {
    super(message);
    this.exitCode = exitCode;
    this.body = body ?? { error: { code: codes[exitCode], message } };
  }
}

const codes: Readonly<Record<ExitCode, string>> = {
  0: 'Done',
  1: 'EndedBadly',
  2: 'WrongCall',
  3: 'Refused',
  4: 'NotAllowed',
  5: 'NotReached',
  6: 'AwaitsApproval',
  7: 'NotConfirmed',
};

export const wrongCall = (message: string) => new Ended(exitCodes.wrongCall, message);

/**
 * One thing that is wrong, as the API reports it: a stable code, a sentence that names the fix, and what it is about.
 */
export interface Problem {
  readonly code: string;
  readonly message: string;
  readonly target?: string;
}

/** The form of an error outside the process: in an answer, a history or a log. It never holds a cause or a stack. */
export interface Failure extends Problem {
  readonly details?: readonly Problem[];
  /** Worth trying again: throttling, a conflict with a running operation, a server or network fault. */
  readonly transient?: boolean;
  /** The wait that the service asked for, in seconds. */
  readonly retryAfterSeconds?: number;
  /** Azure's `x-ms-correlation-request-id` and `x-ms-request-id`: Azure support asks for them. */
  readonly correlationId?: string;
  readonly requestId?: string;
}

/** The error of this app: `code` is stable and documented, `message` is written for the person on call. */
export class VpnRadiusError extends Error {
  override readonly name = 'VpnRadiusError';
  readonly failure: Failure;

  constructor(failure: Failure, cause?: unknown) {
    super(failure.message, cause === undefined ? undefined : { cause });
    this.failure = failure;
  }

  get code(): string {
    return this.failure.code;
  }
}

export function failed(code: string, message: string, target?: string): VpnRadiusError {
  return new VpnRadiusError({ code, message, ...(target === undefined ? {} : { target }) });
}

/** Several problems found at once. `code` says what they have in common. */
export function refused(code: string, message: string, details: readonly Problem[]): VpnRadiusError {
  return new VpnRadiusError({ code, message, details });
}

/** Success was answered, but the body makes no sense: `wrong` completes "the body …". Asking again may help. */
export const senselessAnswer = (answeredBy: string, wrong: string, target: string): Failure => ({
  code: 'UnexpectedAnswer',
  message: `${answeredBy} answered with success, but the body ${wrong}. The app does not trust this answer.`,
  target,
  transient: true,
});

/**
 * What may be told of an unexpected error. For an error of this app, it is its own failure; for any other, only its
 * class. The message of a foreign error may quote a request, and a request may hold the shared secret.
 */
export function failureOf(error: unknown): Failure {
  if (error instanceof VpnRadiusError) return error.failure;
  const kind = error instanceof Error ? error.name : typeof error;
  return {
    code: 'InternalError',
    message: `An unexpected ${kind} stopped this step. The log says where in the code this was.`,
  };
}

/** What went wrong, in one text for people, with the details that Azure gives, such as which policy forbids it. */
export function sentenceOf({ message, details = [] }: Failure): string {
  const besides = details.map((detail) => detail.message).filter((text) => text && !message.includes(text));
  return [message, ...besides].join(' ');
}

/**
 * The wait in seconds that a `Retry-After` asks for: it is a number of seconds or a date (RFC 9110, 10.2.3). `now` is in
 * milliseconds since 1970. Undefined when it is neither.
 */
export function secondsUntilRetry(retryAfter: string, now: number): number | undefined {
  if (/^\d{1,9}$/.test(retryAfter)) return Number(retryAfter);
  const at = Date.parse(retryAfter);
  return Number.isNaN(at) ? undefined : Math.max(0, Math.ceil((at - now) / 1000));
}

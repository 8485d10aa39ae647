import { Ended, type ExitCode, exitCodes } from './exit-codes.ts';
import type { SignIn } from './sign-in.ts';

/** The HTTP API of the app (`docs/openapi.json`). When it refuses, the command ends with everything that it says. */
export interface ApiClient {
  readonly isPersonal: boolean;
  call<T = unknown>(method: 'GET' | 'POST', path: string, body?: unknown): Promise<T>;
  /** The answer as text, for an answer that is not JSON. */
  text(path: string): Promise<string>;
}

/** Longer than the app's own limit: the Functions host ends a request after 230 s. */
const longest = 240_000;

export function api(signedIn: SignIn): ApiClient {
  async function send(method: string, path: string, body?: unknown): Promise<string> {
    const ask = () =>
      answerOf(`${signedIn.address}/${path}`, {
        method,
        headers: {
          accept: 'application/json',
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...signedIn.headers(),
        },
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
        redirect: 'manual',
        signal: AbortSignal.timeout(longest),
      });
    let answer = await ask();
    // A token lives for about an hour, and a deployment may take longer.
    if (answer.status === 401 && signedIn.renew()) answer = await ask();
    if (answer.status < 300) return answer.text;
    throw refusal(answer, signedIn);
  }

  return {
    isPersonal: signedIn.isPersonal,
    call: async <T>(method: 'GET' | 'POST', path: string, body?: unknown) =>
      jsonOf<T>(await send(method, path, body), path),
    text: (path) => send('GET', path),
  };
}

interface Answered {
  readonly status: number;
  readonly text: string;
  readonly location: string | null;
}

async function answerOf(url: string, init: RequestInit): Promise<Answered> {
  try {
    const response = await fetch(url, init);
    return {
      status: response.status,
      text: await response.text(),
      location: response.headers.get('location'),
    };
  } catch (error) {
    const { cause, message } = error as Error & { cause?: { code?: string; message?: string } };
    const why = cause?.message || cause?.code || message;
    throw new Ended(exitCodes.notReached, `${new URL(url).origin} cannot be reached: ${why}.`);
  }
}

function jsonOf<T>(text: string, path: string): T {
  try {
    return JSON.parse(text) as T;
  } catch {
    throw new Ended(
      exitCodes.notReached,
      `The answer to /api/${path} is not JSON. Check that the address is that of the app.`,
    );
  }
}

interface ErrorBody {
  readonly error?: {
    readonly code?: string;
    readonly message?: string;
    readonly details?: readonly { readonly message: string; readonly target?: string }[];
  };
}

function refusal({ status, text, location }: Answered, { isPersonal }: SignIn): Ended {
  if (status < 400)
    return new Ended(
      exitCodes.notReached,
      `The address redirects to ${location ?? 'another address'}. Nothing was sent there. Give the address of the app itself.`,
    );
  const { error } = bodyOf(text);
  const said = error?.message && [`${error.message} (${error.code})`, ...detailsOf(error)].join('\n');
  return new Ended(exitCodeOfStatus(status), said || without(status, isPersonal), error && { error });
}

/** The problems that the sentence does not name already. */
const detailsOf = ({ message = '', details = [] }: NonNullable<ErrorBody['error']>) =>
  details
    .filter((one) => !message.includes(one.message))
    .map((one) => `  ${one.target ? `${one.target}: ` : ''}${one.message}`);

function bodyOf(text: string): ErrorBody {
  try {
    return (JSON.parse(text) as ErrorBody) ?? {};
  } catch {
    return {};
  }
}

function exitCodeOfStatus(status: number): ExitCode {
  if (status === 401 || status === 403) return exitCodes.notAllowed;
  return status < 500 ? exitCodes.refused : exitCodes.notReached;
}

/** The Functions host answers without a text when no function was asked. */
function without(status: number, isPersonal: boolean): string {
  if (status === 401)
    return isPersonal
      ? 'The app does not accept this sign-in (401). It may need a function key too (VPN_RADIUS_KEY).'
      : 'The app does not accept this function key (401), or it needs a sign-in too (VPN_RADIUS_AUDIENCE).';
  if (status === 404)
    return 'There is no such route (404). Check that the address is that of the app, and that the app is running.';
  return `The app answered ${status} and said nothing more.`;
}

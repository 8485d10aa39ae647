import { pageHeader, signedInPrefix } from '../../functions/http/page/from-page.ts';
import type { Problem } from '../../shared/core/errors.ts';
import type { Session } from './session.ts';

/** What the app answered. When it did not answer, `status` is 0. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly details: readonly Problem[];
  readonly retryAfterSeconds: number | undefined;

  constructor(
    status: number,
    code: string,
    message: string,
    details: readonly Problem[] = [],
    retryAfter?: number,
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.details = details;
    this.retryAfterSeconds = retryAfter;
  }
}

const patience = 30_000;

/** Kept only while the page is open: it is not in a storage, an address or a cookie. */
let key: string | undefined;

export function useKey(text: string): void {
  key = text;
}

export async function readSession(): Promise<Session> {
  return (await json(await sent('GET', 'portal/session'))) as Session;
}

export type Api = ReturnType<typeof apiOf>;

/** The API as this session has to call it. */
export function apiOf(session: Session, onSignedOut: () => void) {
  const prefix = session.authMode === 'entra' ? `${signedInPrefix}/` : '';

  async function call<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
    const response = await sent(method, prefix + path, body, signal);
    if (response.ok) return (await json(response)) as T;
    if (response.status === 401) onSignedOut();
    throw await errorOf(response);
  }
  return {
    session,
    get: <T>(path: string, signal?: AbortSignal) => call<T>('GET', path, undefined, signal),
    post: <T>(path: string, body: unknown, signal?: AbortSignal) => call<T>('POST', path, body, signal),
  };
}

async function sent(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<Response> {
  const ends = AbortSignal.timeout(patience);
  try {
    return await fetch(`/api/${path}`, {
      method,
      cache: 'no-store',
      credentials: 'same-origin',
      redirect: 'error',
      headers: {
        [pageHeader]: '1',
        ...(key !== undefined && { 'x-functions-key': key }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: signal ? AbortSignal.any([signal, ends]) : ends,
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiError(0, 'NotReached', 'The app did not answer.');
  }
}

async function errorOf(response: Response): Promise<ApiError> {
  const { status, headers } = response;
  const wait = Number(headers.get('retry-after') ?? Number.NaN);
  const retryAfter = Number.isFinite(wait) ? wait : undefined;
  const body = (await json(response).catch(() => undefined)) as
    | { error?: { code?: string; message?: string; details?: Problem[] } }
    | undefined;
  const { code = `Http${status}`, message = meaningOf(status), details } = body?.error ?? {};
  return new ApiError(status, code, message, details, retryAfter);
}

function meaningOf(status: number): string {
  if (status === 401) return 'The app does not accept this key, or nobody is signed in.';
  return `The app answered ${status}.`;
}

async function json(response: Response): Promise<unknown> {
  const text = await response.text();
  return text ? JSON.parse(text) : undefined;
}

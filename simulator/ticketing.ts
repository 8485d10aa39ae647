import type { WireRequest, WireResponse } from './azure/wire/messages.ts';
import { jsonOrText } from './parsed-json.ts';

/** One request of the app to the ticket system, as it came. */
export interface TicketingRequest {
  at: string;
  method: string;
  path: string;
  headers: Readonly<Record<string, string>>;
  /** Parsed when it is JSON, otherwise the text. */
  body: unknown;
}

export interface Ticketing {
  /** In the order of their arrival. */
  readonly requests: readonly TicketingRequest[];
  handle(request: WireRequest): Promise<WireResponse>;
  /** The next requests get this answer. They are recorded too. */
  fail(status: number, times?: number): void;
  /** The answer to a GET of a path, for systems that are read before they are written. */
  answerWith(path: string, body: unknown): void;
}

export const isTicketingPath = (path: string): boolean => /^\/ticketing(\/|$)/.test(path);

/** A ticket system that accepts everything under `/ticketing/` and answers 200. */
export function createTicketing(now: () => Date): Ticketing {
  const requests: TicketingRequest[] = [];
  const answers = new Map<string, unknown>();
  let failing: { status: number; left: number } | undefined;
  const json = (status: number, body: unknown): WireResponse => ({
    status,
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  return {
    requests,
    async handle({ method, url, headers, body }) {
      const path = new URL(url).pathname;
      requests.push({ at: now().toISOString(), method, path, headers, body: jsonOrText(body) });
      if (failing && failing.left > 0) {
        failing.left--;
        return json(failing.status, { error: { code: 'Failing', message: 'Told to fail.' } });
      }
      if (method === 'GET' && !answers.has(path))
        return json(404, { error: { code: 'NotFound', message: path } });
      return json(200, method === 'GET' ? answers.get(path) : { received: requests.length });
    },
    fail(status, times = 1) {
      failing = { status, left: times };
    },
    answerWith(path, body) {
      answers.set(path, body);
    },
  };
}

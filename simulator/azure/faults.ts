import type { JsonObject, WireResponse } from './wire/messages.ts';

export interface FaultMatch {
  /** `PUT`, … */
  method?: string;
  /** An ARM or data action, `*` allowed: `Microsoft.Network/virtualNetworkGateways/write`. */
  action?: string;
  /** Part of the URL, compared without case. */
  url?: string;
}

export type FaultEffect =
  /** The request gets this answer and is not carried out. */
  | { kind: 'respond'; status: number; code?: string; message?: string; retryAfterSeconds?: number }
  /** No answer. With `afterEffect` the request was carried out, and only the answer is lost. */
  | { kind: 'drop'; afterEffect?: boolean }
  /**
   * The request is carried out. The body of its answer is cut in half, is empty, is the HTML page of a proxy, or is
   * malformed.
   */
  | { kind: 'garble'; body: 'half' | 'empty' | 'html' | 'malformed' }
  /** Accepted, but its operation fails in the end. */
  | { kind: 'failOperation'; code: string; message: string }
  /** Its operation takes this many times as long. */
  | { kind: 'slowOperation'; factor: number }
  /** 403, as if the action were missing in the role. */
  | { kind: 'deny' };

export interface Fault {
  match: FaultMatch;
  effect: FaultEffect;
  /** How many requests it affects. One if not given. */
  times?: number | 'always';
  /** How many matching requests pass before that. */
  after?: number;
}

export interface Faults {
  /** Returns a function that removes the fault. */
  add(fault: Fault): () => void;
  clear(): void;
  /** The effect for this request. It is counted as used. */
  take(request: { method: string; url: string; action: string | undefined }): FaultEffect | undefined;
  snapshot(): JsonObject[];
  restore(faults: JsonObject[]): void;
}

/** As in a role definition: `*` stands for any text, and case does not matter. */
export function actionMatches(pattern: string, action: string): boolean {
  const expression = pattern.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${expression.join('.*')}$`, 'i').test(action);
}

const standard: Record<number, [code: string, message: string]> = {
  409: [
    'AnotherOperationInProgress',
    'Another operation on this or dependent resource is in progress. To retrieve status of the operation use uri: 00000000-0000-0000-0000-000000000000.',
  ],
  429: [
    'TooManyRequests',
    'The request is being throttled as the limit has been reached for operation type.',
  ],
  500: ['InternalServerError', 'An error occurred.'],
  503: ['ServiceUnavailable', 'The service is temporarily unavailable. Please try again.'],
};

/** The answer for an injected status when the fault has no text of its own. */
export const standardError = (status: number): [code: string, message: string] =>
  standard[status] ?? ['InjectedFault', `The simulator was told to answer ${status}.`];

const page = '<!DOCTYPE html><html><body><h1>502 Bad Gateway</h1></body></html>';

/** The answer after a `garble` has changed it. */
export function garbled(
  response: WireResponse,
  body: (FaultEffect & { kind: 'garble' })['body'],
): WireResponse {
  const { bytes, ...rest } = response;
  const text = bytes ? Buffer.from(bytes).toString('latin1') : response.body;
  const half = text.slice(0, text.length >> 1);
  const texts = { half, empty: '', html: page, malformed: `${half}\u0000<${text.slice(half.length + 2)}` };
  return { ...rest, body: texts[body] };
}

export function createFaults(): Faults {
  let active: { fault: Fault; seen: number; left: number }[] = [];
  const add = (fault: Fault) => {
    const entry = {
      fault,
      seen: 0,
      left: fault.times === 'always' ? Number.POSITIVE_INFINITY : (fault.times ?? 1),
    };
    active.push(entry);
    return () => {
      active = active.filter((other) => other !== entry);
    };
  };
  return {
    add,
    clear: () => {
      active = [];
    },
    take(request) {
      for (const entry of active) {
        const { match, after = 0 } = entry.fault;
        if (entry.left <= 0) continue;
        if (match.method && match.method.toUpperCase() !== request.method) continue;
        if (match.action && !(request.action && actionMatches(match.action, request.action))) continue;
        if (match.url && !request.url.toLowerCase().includes(match.url.toLowerCase())) continue;
        if (entry.seen++ < after) continue;
        entry.left--;
        return entry.fault.effect;
      }
      return undefined;
    },
    snapshot: () =>
      active.map(({ fault, seen, left }) => ({ fault, seen, left: Number.isFinite(left) ? left : 'always' })),
    restore(faults) {
      active = faults.map((entry) => {
        const left = entry.left;
        return {
          fault: entry.fault as Fault,
          seen: Number(entry.seen),
          left: left === 'always' ? Number.POSITIVE_INFINITY : Number(left),
        };
      });
    },
  };
}

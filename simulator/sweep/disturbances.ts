import type { FaultEffect } from '../azure/faults.ts';

/** What happens to one request of the app. Requests are counted from 0, over everything that is sent to Azure. */
export const disturbances = {
  '429 with Retry-After': { kind: 'respond', status: 429, retryAfterSeconds: 30 },
  '429 without': { kind: 'respond', status: 429 },
  '500': { kind: 'respond', status: 500 },
  '503': { kind: 'respond', status: 503 },
  '409': { kind: 'respond', status: 409 },
  '401': { kind: 'respond', status: 401, code: 'ExpiredAuthenticationToken' },
  '404': { kind: 'respond', status: 404, code: 'ResourceNotFound' },
  'dropped before': { kind: 'drop' },
  'dropped after': { kind: 'drop', afterEffect: true },
  'half a body': { kind: 'garble', body: 'half' },
  'an empty body': { kind: 'garble', body: 'empty' },
  HTML: { kind: 'garble', body: 'html' },
} as const satisfies Readonly<Record<string, FaultEffect>>;

export type Disturbance = keyof typeof disturbances;

/** Where, while it writes the journal, a host is killed. */
export const killings = ['before', 'half', 'after'] as const;
export type Killing = (typeof killings)[number];

/** One point of a sweep. */
export type Point =
  | {
      readonly fault: Disturbance;
      /** The number of the request, from 0, and the request at this place in the undisturbed flow. */
      readonly request: number;
      readonly what: string;
    }
  | { readonly kill: Killing; readonly write: number };

import { type ActivityRuns, repeatedRuns } from '../host/durable/task-queues.ts';

/** What happens to a request on its way. */
export type Effect =
  /** Answered so, without being carried out. */
  | {
      readonly kind: 'respond';
      readonly status: number;
      readonly code?: string;
      readonly retryAfterSeconds?: number;
    }
  /** The connection breaks, or no answer ever comes; `acted`: the request was carried out all the same. */
  | { readonly kind: 'drop' | 'silence'; readonly acted?: true }
  /** Carried out, and the body of its answer does not come as it was. */
  | { readonly kind: 'garble'; readonly body: 'half' | 'empty' | 'html' | 'malformed' };

/** What can happen to one request of the app, to whomever it goes. */
export const disturbances = {
  '429 with Retry-After': { kind: 'respond', status: 429, retryAfterSeconds: 30 },
  '429 without': { kind: 'respond', status: 429 },
  '500': { kind: 'respond', status: 500 },
  '503': { kind: 'respond', status: 503 },
  '409': { kind: 'respond', status: 409 },
  '401': { kind: 'respond', status: 401, code: 'ExpiredAuthenticationToken' },
  '404': { kind: 'respond', status: 404, code: 'ResourceNotFound' },
  'dropped before': { kind: 'drop' },
  'dropped after': { kind: 'drop', acted: true },
  'silence before': { kind: 'silence' },
  'silence after': { kind: 'silence', acted: true },
  'half a body': { kind: 'garble', body: 'half' },
  'an empty body': { kind: 'garble', body: 'empty' },
  'a malformed body': { kind: 'garble', body: 'malformed' },
  HTML: { kind: 'garble', body: 'html' },
} as const satisfies Readonly<Record<string, Effect>>;

export type Disturbance = keyof typeof disturbances;
export const disturbanceNames = Object.keys(disturbances) as Disturbance[];

/** Where a host dies: at a write of its files, or when a request was carried out whose answer it has not had. */
const deaths = ['before', 'half', 'after', 'answered'] as const;
export type Death = (typeof deaths)[number];

/** One point of a sweep. Requests and activities count from 0 as they come in the undisturbed flow, writes from 1. */
export type Point =
  | { readonly fault: Disturbance; readonly at: number }
  /** Goes on from the state that a death there leaves. */
  | { readonly left: Death; readonly at: number }
  /** A process is killed there, and another one goes on. */
  | { readonly kill: Death; readonly at: number }
  /** One activity runs twice, or without `at` every one. */
  | { readonly twice: Exclude<ActivityRuns, 'once'>; readonly at?: number }
  /** Many of these in one run, as the seed has it. */
  | { readonly storm: number };

export const kinds = ['faults', 'left', 'kills', 'twice', 'storms'] as const;
export type Kind = (typeof kinds)[number];

export function kindOf(point: Point): Kind {
  if ('fault' in point) return 'faults';
  if ('left' in point) return 'left';
  if ('kill' in point) return 'kills';
  return 'twice' in point ? 'twice' : 'storms';
}

/** The name by which a point is played again: `fault:429 without:57`, `left:half:12`, `twice:late`, `storm:7`. */
export function pointName(point: Point): string {
  if ('fault' in point) return `fault:${point.fault}:${point.at}`;
  if ('left' in point) return `left:${point.left}:${point.at}`;
  if ('kill' in point) return `kill:${point.kill}:${point.at}`;
  if ('storm' in point) return `storm:${point.storm}`;
  return `twice:${point.twice}${point.at === undefined ? '' : `:${point.at}`}`;
}

/** Undefined for what names no point. */
export function pointOf(name: string): Point | undefined {
  const [kind, what = '', number] = name.split(':');
  if (kind === 'storm') return /^\d+$/.test(what) ? { storm: Number(what) } : undefined;
  const runs = repeatedRuns.find((one) => one === what);
  if (kind === 'twice' && runs && number === undefined) return { twice: runs };
  if (!/^\d+$/.test(number ?? '')) return undefined;
  const at = Number(number);
  const [fault, death] = [disturbanceNames.find((one) => one === what), deaths.find((one) => one === what)];
  if (kind === 'fault' && fault) return { fault, at };
  if (kind === 'left' && death) return { left: death, at };
  if (kind === 'kill' && death) return { kill: death, at };
  return kind === 'twice' && runs ? { twice: runs, at } : undefined;
}

import { repeatedRuns } from '../host/task-queues.ts';
import { seeded } from '../seeded.ts';
import { type Disturbance, disturbances, type Effect, type Kind, type Point } from './disturbances.ts';
import type { Sent } from './disturbed-wire.ts';
import { isAnAnswer } from './services.ts';

/** The undisturbed flow, as far as it says where it can be disturbed. */
export interface Course {
  readonly requests: readonly Sent[];
  readonly activities: readonly string[];
  /** Of the journal. */
  readonly writes: number;
}

export interface Choice {
  readonly kinds: readonly Kind[];
  readonly faults: readonly Disturbance[];
  /** At most so many points of each kind; all unless given, of storms so many as a hundred. */
  readonly most?: number | undefined;
  readonly seed: number;
}

/** The points of a flow, kind after kind; the same ones for the same seed, spread over all of them. */
export function pointsOf(course: Course, { kinds, faults, most, seed }: Choice): Point[] {
  const all: Record<Kind, () => Point[]> = {
    faults: () => faultsAt(course, faults),
    kills: () => killsAt(course),
    twice: () => repeatsOf(course),
    storms: () => Array.from({ length: most ?? 100 }, (_, index) => ({ storm: seed + index })),
  };
  return kinds.flatMap((kind) => chosen(all[kind](), most, seed));
}

const faultsAt = ({ requests }: Course, faults: readonly Disturbance[]): Point[] =>
  faults.flatMap((fault) =>
    requests.flatMap((sent, at) =>
      isAnAnswer(fault, sent.service) || isAsAnother(disturbances[fault], sent) ? [] : [{ fault, at }],
    ),
  );

/** What only reads has not acted; and of an answer without a body nothing is lost. */
function isAsAnother(effect: Effect, { method, hasBody }: Sent): boolean {
  if (effect.kind === 'garble') return !hasBody;
  return 'acted' in effect && (method === 'GET' || method === 'HEAD');
}

/** At every write of the journal; and between each answer to what was carried out and the journal. */
const killsAt = ({ requests, writes }: Course): Point[] => [
  ...(['before', 'half', 'after'] as const).flatMap((kill) =>
    Array.from({ length: writes }, (_, index) => ({ kill, at: index + 1 })),
  ),
  ...requests.flatMap(({ method }, at) =>
    method === 'GET' || method === 'HEAD' ? [] : [{ kill: 'answered' as const, at }],
  ),
];

/** Every activity twice in one run, and each by itself. */
const repeatsOf = ({ activities }: Course): Point[] => [
  ...repeatedRuns.map((twice) => ({ twice })),
  ...repeatedRuns.flatMap((twice) => activities.map((_, at) => ({ twice, at }))),
];

function chosen(points: readonly Point[], most: number | undefined, seed: number): Point[] {
  if (most === undefined || points.length <= most) return [...points];
  const random = seeded(seed);
  const width = points.length / most;
  return Array.from({ length: most }, (_, index) => points[Math.floor((index + random()) * width)]!);
}

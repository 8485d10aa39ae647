import { repeatedRuns } from '../host/durable/task-queues.ts';
import { seeded } from '../seeded.ts';
import {
  type Disturbance,
  disturbances,
  type Effect,
  type Kind,
  type Point,
  pointOf,
} from './disturbances.ts';
import type { Sent } from './run/disturbed-wire.ts';
import { isAnAnswer } from './run/services.ts';

/** The undisturbed flow, as far as it says where it can be disturbed. */
export interface Course {
  readonly requests: readonly Sent[];
  readonly activities: readonly string[];
  /** Of the journal and of the storage. */
  readonly writes: number;
  /** The names of the moments at which a death leaves another state. */
  readonly moments: readonly string[];
}

export interface Choice {
  readonly kinds: readonly Kind[];
  readonly faults: readonly Disturbance[];
  /** At most so many points of each kind. Unless given: all, except of those below. */
  readonly most?: number | undefined;
  readonly seed: number;
}

/** A process that is killed takes seconds. The same moments are all among those called `left`. */
const mostUnlessGiven: Partial<Record<Kind, number>> = { kills: 12, storms: 20 };

/** The points of a flow, kind after kind; the same ones for the same seed, spread over all of them. */
export function pointsOf(course: Course, { kinds, faults, most, seed }: Choice): Point[] {
  const all: Record<Kind, (most: number | undefined) => Point[]> = {
    faults: () => faultsAt(course, faults),
    left: () => course.moments.map((name) => pointOf(`left:${name}`)!),
    kills: () => killsAt(course),
    twice: () => repeatsOf(course),
    storms: (most) => Array.from({ length: most ?? 0 }, (_, index) => ({ storm: seed + index })),
  };
  return kinds.flatMap((kind) => {
    const mostOfKind = most ?? mostUnlessGiven[kind];
    return chosen(all[kind](mostOfKind), mostOfKind, seed);
  });
}

const faultsAt = ({ requests }: Course, faults: readonly Disturbance[]): Point[] =>
  requests.flatMap((sent, at) =>
    faults.flatMap((fault) =>
      isAnAnswer(fault, sent.service) || isAsAnother(disturbances[fault], sent) ? [] : [{ fault, at }],
    ),
  );

/** What only reads has not acted; and of an answer without a body nothing is lost. */
function isAsAnother(effect: Effect, { method, hasBody }: Sent): boolean {
  if (effect.kind === 'garble') return !hasBody;
  return 'acted' in effect && (method === 'GET' || method === 'HEAD');
}

/** At every write; and between each answer to what was carried out and the journal. */
const killsAt = ({ requests, writes }: Course): Point[] => [
  ...Array.from({ length: writes }, (_, index) =>
    (['before', 'half', 'after'] as const).map((kill) => ({ kill, at: index + 1 })),
  ).flat(),
  ...requests.flatMap(({ method }, at) =>
    method === 'GET' || method === 'HEAD' ? [] : [{ kill: 'answered' as const, at }],
  ),
];

/** Every activity twice in one run, and each by itself. */
const repeatsOf = ({ activities }: Course): Point[] => [
  ...repeatedRuns.map((twice) => ({ twice })),
  ...activities.flatMap((_, at) => repeatedRuns.map((twice) => ({ twice, at }))),
];

function chosen(points: readonly Point[], most: number | undefined, seed: number): Point[] {
  if (most === undefined || points.length <= most) return [...points];
  const random = seeded(seed);
  const width = points.length / most;
  return Array.from({ length: most }, (_, index) => points[Math.floor((index + random()) * width)]!);
}

import type { Point } from './disturbances.ts';
import type { Course } from './points.ts';

/**
 * The request or the activity that a point means: what it is, and how often that came before. In a run with other
 * disturbances it is not always the one with the same number.
 */
export interface Place {
  readonly what: string;
  readonly nth: number;
}

/** A point, and where it is in the flow; no place for what does not belong to one request or activity. */
export interface Planned {
  readonly point: Point;
  readonly place?: Place | undefined;
}

export function planned(point: Point, { requests, activities }: Course): Planned {
  if (!('at' in point) || point.at === undefined) return { point };
  if ('twice' in point) return { point, place: placeAt(activities, point.at) };
  const isOfRequest = 'fault' in point || ('kill' in point ? point.kill : point.left) === 'answered';
  return {
    point,
    place: isOfRequest
      ? placeAt(
          requests.map(({ what }) => what),
          point.at,
        )
      : undefined,
  };
}

function placeAt(names: readonly string[], at: number): Place | undefined {
  const what = names[at];
  if (what === undefined) return undefined;
  return { what, nth: names.slice(0, at).filter((name) => name === what).length };
}

/**
 * Which points share a run: faults with faults and repeated activities with each other, at most `together`, as far apart
 * in the flow as can be. All others have a run for themselves.
 */
export function batchesOf(points: readonly Point[], course: Course, together: number): Planned[][] {
  const all = points.map((point) => planned(point, course));
  const faults = all.filter(({ point }) => 'fault' in point);
  const repeats = all.filter(({ point, place }) => 'twice' in point && place);
  const alone = all.filter((one) => !faults.includes(one) && !repeats.includes(one));
  return [...spread(faults, together), ...spread(repeats, together), ...alone.map((one) => [one])];
}

function spread(points: readonly Planned[], together: number): Planned[][] {
  const count = Math.ceil(points.length / together);
  return Array.from({ length: count }, (_, batch) => points.filter((_, index) => index % count === batch));
}

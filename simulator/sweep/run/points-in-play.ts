import type { ActivityRuns } from '../../host/durable/task-queues.ts';
import { seeded } from '../../seeded.ts';
import type { Place, Planned } from '../batches.ts';
import { disturbanceNames, type Point } from '../disturbances.ts';
import type { Disturber } from './disturbed-wire.ts';
import { isAnAnswer } from './services.ts';
import { killAtWrite, killNow } from './writes.ts';

/** How much of a storm meets requests and activities, and how many writes a host outlives in it. */
const storm = { requests: 0.06, activities: 0.1, writes: 250, kills: 3 };

export interface InPlay extends Disturber {
  activity?(name: string): ActivityRuns;
}

/**
 * What points do to a run. `met` is told the number of each that happened. `process` counts the processes of a run from 0:
 * each but the last of a storm is killed.
 */
export function inPlay(
  points: readonly Planned[],
  process: number,
  met: (index: number) => void = () => {},
): InPlay {
  const [alone] = points.map(({ point }) => point);
  if (alone && 'storm' in alone) return stormy(seeded(alone.storm * 1009 + process), process);
  if (alone && 'kill' in alone) return process > 0 ? {} : killed(alone, points[0]?.place);
  const meet = <Kind extends 'fault' | 'twice'>(kind: Kind) => {
    const planned = points.map(({ point, place }) => ({ point, meets: place && meeting(place) }));
    return (what: string) => {
      const here = planned.map(({ point, meets }) => kind in point && (meets?.(what) ?? 'twice' in point));
      for (const [index, is] of here.entries()) if (is) met(index);
      return planned[here.indexOf(true)]?.point as Extract<Point, Record<Kind, unknown>> | undefined;
    };
  };
  const [faultAt, repeatAt] = [meet('fault'), meet('twice')];
  return {
    disturb: ({ what }) => faultAt(what)?.fault,
    activity: (name) => repeatAt(name)?.twice ?? 'once',
  };
}

/** Says of each request or activity whether it is the one at this place. */
function meeting({ what, nth }: Place): (name: string) => boolean {
  let before = 0;
  return (name) => name === what && before++ === nth;
}

function killed({ kill, at }: Extract<Point, { kill: unknown }>, place: Place | undefined): InPlay {
  if (kill !== 'answered') {
    killAtWrite(at, kill);
    return {};
  }
  const isHere = place && meeting(place);
  return {
    answered: ({ what }) => {
      if (isHere?.(what)) killNow();
    },
  };
}

/** The same seed brings the same to the same requests; none that is sent again is met again, as every disturbance passes. */
function stormy(random: () => number, process: number): InPlay {
  const one = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)]!;
  if (process < storm.kills)
    killAtWrite(1 + Math.floor(random() * storm.writes), one(['before', 'half', 'after']));
  const met = new Set<string>();
  return {
    disturb({ service, what }) {
      const fault = random() < storm.requests ? one(disturbanceNames) : undefined;
      const isMet = fault !== undefined && !met.has(what) && !isAnAnswer(fault, service);
      if (isMet) met.add(what);
      else met.delete(what);
      return isMet ? fault : undefined;
    },
    activity: () =>
      random() < storm.activities ? one(['answer lost', 'side by side', 'late'] as const) : 'once',
  };
}

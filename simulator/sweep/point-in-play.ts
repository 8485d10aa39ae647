import type { ActivityRuns } from '../host/task-queues.ts';
import { seeded } from '../seeded.ts';
import { disturbanceNames, type Killing, type Point } from './disturbances.ts';
import type { Disturber } from './disturbed-wire.ts';
import { killAtWrite, killNow } from './kill-at-write.ts';
import { isAnAnswer } from './services.ts';

/** How much of a storm meets requests and activities, and how many writes a host outlives in it. */
const storm = { requests: 0.06, activities: 0.1, writes: 250, kills: 3 };

export interface InPlay extends Disturber {
  activity?(name: string): ActivityRuns;
}

/** What a point does to a run. `process` counts the processes of it from 0: each but the last of a storm is killed. */
export function inPlay(point: Point | undefined, process: number): InPlay {
  if (point === undefined || ('kill' in point && process > 0)) return {};
  if ('fault' in point) return { disturb: (_, at) => (at === point.at ? point.fault : undefined) };
  if ('kill' in point) return killed(point.kill, point.at);
  if ('storm' in point) return stormy(seeded(point.storm * 1009 + process), process);
  let activities = 0;
  return {
    activity: () => (point.at === undefined || activities++ === point.at ? point.twice : 'once'),
  };
}

function killed(kill: Killing, at: number): InPlay {
  if (kill === 'answered')
    return {
      answered: (request) => {
        if (request === at) killNow();
      },
    };
  killAtWrite(at, kill);
  return {};
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

import { recordedCreations } from '../../shared/gateway/creation-looks.ts';
import { seeded } from '../../simulator/seeded.ts';

const shortest = 15 * 60;
export const longest = 48 * 60;

/** One of the recorded times, with up to this much more or less: twelve times are too few for a distribution. */
const spread = 0.12;

/** This number of times in seconds, from 15 to 48 minutes. */
export function provisioningTimes(count: number, seed: number): number[] {
  const next = seeded(seed);
  const times: number[] = [];
  while (times.length < count) {
    const normal = Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
    const recorded = recordedCreations[Math.floor(next() * recordedCreations.length)]!;
    const time = recorded * Math.exp(spread * normal);
    if (time >= shortest && time <= longest) times.push(Math.round(time));
  }
  return times;
}

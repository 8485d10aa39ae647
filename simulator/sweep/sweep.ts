import { batchesOf, type Planned, planned } from './batches.ts';
import { type Point, pointName } from './disturbances.ts';
import { type Choice, type Course, pointsOf } from './points.ts';
import type { Results } from './results.ts';
import { type Ending, endingDifferences, withoutUnsentQuestions } from './run/ending.ts';
import type { FlowName } from './run/flows.ts';
import type { Slot } from './slot.ts';

export interface Swept {
  /** One; or those of a run that failed although none of them fails alone. */
  readonly points: readonly Point[];
  /** Of the requests or the activities, in words. */
  readonly what: string | undefined;
  /** How many processes were killed. */
  readonly killed: number;
  /** In what it ended otherwise than undisturbed; empty where nothing was lost and nothing harmed. */
  readonly differences: readonly string[];
}

export interface Plan {
  /** In these kinds, or these in one run. */
  readonly choice: Choice | { readonly points: readonly Point[] };
  /** How many faults or repeated activities share a run. */
  readonly together: number;
  readonly results: Results;
  isOver(): boolean;
}

/**
 * Plays a flow undisturbed, and then with a disturbance at each point. Points that share a run and fail are played each
 * alone. Tells each as it has ended.
 */
export async function sweep(
  flow: FlowName,
  { choice, together, results, isOver }: Plan,
  slots: readonly Slot[],
  tell: (swept: Swept) => void,
): Promise<{ readonly course: Course; readonly all: readonly Point[] }> {
  const [first] = slots;
  const { ending: wanted, error, ...course } = await first!.undisturbed(flow);
  if (!wanted) throw new Error(`${flow}: the undisturbed flow did not come to its end: ${error}`);
  const all = 'points' in choice ? choice.points : pointsOf(course, choice);
  const batches =
    'points' in choice
      ? [all.map((point) => planned(point, course))]
      : batchesOf(
          all.filter((point) => !results.isPassed(flow, pointName(point))),
          course,
          together,
        );
  let failed = 0;
  const told = (points: readonly Planned[], killed: number, differences: readonly string[]) => {
    if (differences.length > 0) failed++;
    results.add({ flow, points: points.map(({ point }) => pointName(point)), killed, differences });
    const what = points.flatMap(({ place }) => place?.what ?? []).join(', ') || undefined;
    tell({ points: points.map(({ point }) => point), what, killed, differences });
  };
  const play = async (slot: Slot, points: readonly Planned[]): Promise<void> => {
    const { met, killed, differences } = await sweepOutcome(slot, flow, points, wanted);
    const missed = points.filter((_, index) => !met.includes(index));
    if (points.length === 1 || 'points' in choice)
      return told(points, killed, differences.length === 0 && missed.length > 0 ? [neverCame] : differences);
    if (differences.length === 0)
      for (const point of points) if (!missed.includes(point)) told([point], 0, []);
    const again = differences.length === 0 ? missed : points;
    const failedBefore = failed;
    for (const point of again) await play(slot, [point]);
    if (differences.length > 0 && failed === failedBefore) told(points, 0, differences);
  };
  await Promise.all(
    slots.map(async (slot) => {
      for (let next = batches.shift(); next && !isOver(); next = batches.shift()) await play(slot, next);
    }),
  );
  return { course, all };
}

const neverCame = 'the request or the activity did not come';

async function sweepOutcome(slot: Slot, flow: FlowName, points: readonly Planned[], wanted: Ending) {
  try {
    const { ending, error, met, killed } = await slot.play(flow, points);
    if (!ending) return { met, killed, differences: [error ?? 'no end'] };
    const isStorm = points.some(({ point }) => 'storm' in point);
    const due = isStorm ? withoutUnsentQuestions(wanted, ending) : wanted;
    return { met, killed, differences: endingDifferences(due, ending) };
  } catch (error) {
    return { met: [], killed: 0, differences: [String(error)] };
  }
}

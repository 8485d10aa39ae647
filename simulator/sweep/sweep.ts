import { kindOf, type Point } from './disturbances.ts';
import { endingDifferences } from './ending.ts';
import type { FlowName } from './flows.ts';
import { type Choice, type Course, pointsOf } from './points.ts';
import { passingProcess, playInState } from './processes.ts';

export interface Swept {
  readonly point: Point;
  /** Of the request or the activity, in words; as it was in the undisturbed flow. */
  readonly what: string | undefined;
  /** How many processes were killed. */
  readonly killed: number;
  /** In what it ended otherwise than undisturbed; empty where nothing was lost and nothing harmed. */
  readonly differences: readonly string[];
}

/** Plays a flow undisturbed, and then once for each point with that disturbance; tells each as it has ended. */
export async function sweep(
  flow: FlowName,
  choice: Choice | { readonly point: Point },
  workers: number,
  tell: (swept: Swept) => void,
): Promise<Course> {
  const { ending: wanted, error, ...course } = await playInState({ flow });
  if (!wanted) throw new Error(`${flow}: the undisturbed flow did not come to its end: ${error}`);
  const points = 'point' in choice ? [choice.point] : pointsOf(course, choice);
  const play = async (point: Point, inMemory: ReturnType<typeof passingProcess>) => {
    const isKilled = ['kills', 'storms'].includes(kindOf(point));
    const job = { flow, point };
    const { killed, ending, why } = await (isKilled
      ? playInState(job)
      : inMemory.play(job).then((outcome) => ({ ...outcome, killed: 0 }))
    ).then(
      ({ killed, ending, error }) => ({ killed, ending, why: error ?? 'no end' }),
      (error: unknown) => ({ killed: 0, ending: undefined, why: String(error) }),
    );
    tell({
      point,
      what: whatOf(point, course),
      killed,
      differences: ending ? endingDifferences(wanted, ending) : [why],
    });
  };
  await Promise.all(
    Array.from({ length: workers }, async () => {
      const inMemory = passingProcess();
      for (let point = points.shift(); point; point = points.shift()) await play(point, inMemory);
      inMemory.end();
    }),
  );
  return course;
}

function whatOf(point: Point, { requests, activities }: Course): string | undefined {
  if ('twice' in point) return point.at === undefined ? undefined : activities[point.at];
  if ('fault' in point || ('kill' in point && point.kill === 'answered')) return requests[point.at]?.what;
  return undefined;
}

import { UsageError } from '../command-line.ts';
import { kindOf, kinds, pointName } from './disturbances.ts';
import { type Options, readSweepOptions } from './options.ts';
import { resultsIn } from './results.ts';
import { startSlot } from './slot.ts';
import { sweep } from './sweep.ts';

/** `npm run sweep`: 0 when every disturbed flow ended as the undisturbed one, 1 when one did not, 2 for a wrong option. */
async function sweepFlows({ flows, seed, workers, minutes, json, ...options }: Options): Promise<number> {
  const results = resultsIn(options.results);
  const began = performance.now();
  const isOver = () => minutes !== undefined && performance.now() - began > minutes * 60_000;
  const slots = Array.from({ length: workers }, startSlot);
  const total = { points: 0, played: 0, earlier: 0, killed: 0, failed: 0 };
  for (const flow of flows) {
    if (isOver()) break;
    const played = Object.fromEntries(kinds.map((kind) => [kind, 0])) as Record<
      (typeof kinds)[number],
      number
    >;
    const counts = { killed: 0, failed: 0 };
    const plan = { ...options, results, isOver };
    const { course, all } = await sweep(flow, plan, slots, ({ points, what, killed, differences }) => {
      if (points.length === 1) played[kindOf(points[0]!)]++;
      counts.killed += killed;
      if (differences.length === 0) return;
      counts.failed++;
      const names = points.map(pointName);
      if (json) console.log(JSON.stringify({ flow, points: names, what, seed, differences }));
      else
        console.log(
          `FAILED ${flow}, ${names.join(' with ')}${what ? ` (${what})` : ''}:\n  ${differences.join('\n  ')}\n  again: npm run sweep -- --flow '${flow}' ${names.map((name) => `--point '${name}'`).join(' ')}`,
        );
    });
    const earlier = all.filter((point) => results.isPassed(flow, pointName(point))).length;
    const sum = Object.values(played).reduce((one, other) => one + other, 0);
    const undisturbed = {
      requests: course.requests.length,
      activities: course.activities.length,
      writes: course.writes,
      moments: course.moments.length,
    };
    if (json)
      console.log(
        JSON.stringify({ flow, seed, undisturbed, points: all.length, earlier, ...played, ...counts }),
      );
    else
      console.log(
        `${flow}: ${all.length} points, ${earlier} passed earlier, ${sum} played (${kinds.map((kind) => `${kind} ${played[kind]}`).join(', ')}), ${counts.killed} processes killed, ${counts.failed} failed (seed ${seed}; undisturbed ${undisturbed.requests} requests, ${undisturbed.activities} activities, ${undisturbed.writes} writes that leave ${undisturbed.moments} different states)`,
      );
    total.points += all.length;
    total.played += sum;
    total.earlier += earlier;
    total.killed += counts.killed;
    total.failed += counts.failed;
  }
  for (const slot of slots) slot.end();
  if (!json && flows.length > 1)
    console.log(
      `${total.points} points, ${total.earlier} passed earlier, ${total.played} played, ${total.killed} processes killed, ${total.failed} failed (seed ${seed})${isOver() ? '; the time was over' : ''}`,
    );
  return total.failed > 0 ? 1 : 0;
}

try {
  process.exitCode = await sweepFlows(readSweepOptions(process.argv.slice(2)));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}

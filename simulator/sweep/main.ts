import { kindOf, nameOf } from './disturbances.ts';
import { type Options, readOptions, WrongOption } from './options.ts';
import { sweep } from './sweep.ts';

/** `npm run sweep`: 0 when every disturbed flow ended as the undisturbed one, 1 when one did not, 2 for a wrong option. */
async function main({ flows, choice, seed, workers, json }: Options): Promise<number> {
  const all = { points: 0, killed: 0, failed: 0 };
  for (const flow of flows) {
    const counts = { faults: 0, kills: 0, twice: 0, storms: 0, killed: 0, failed: 0 };
    const course = await sweep(flow, choice, workers, ({ point, what, killed, differences }) => {
      counts[kindOf(point)]++;
      counts.killed += killed;
      if (differences.length === 0) return;
      counts.failed++;
      const name = nameOf(point);
      if (json) console.log(JSON.stringify({ flow, point: name, what, seed, differences }));
      else
        console.log(
          `FAILED ${flow}, ${name}${what ? ` (${what})` : ''}:\n  ${differences.join('\n  ')}\n  again: npm run sweep -- --flow '${flow}' --point '${name}'`,
        );
    });
    const undisturbed = {
      requests: course.requests.length,
      activities: course.activities.length,
      writes: course.writes,
    };
    if (json) console.log(JSON.stringify({ flow, seed, undisturbed, ...counts }));
    else
      console.log(
        `${flow}: ${counts.faults} faults, ${counts.kills} kills, ${counts.twice} repeated activities, ${counts.storms} storms; ${counts.killed} processes killed; ${counts.failed} ended otherwise than undisturbed (seed ${seed}; undisturbed ${undisturbed.requests} requests, ${undisturbed.activities} activities, ${undisturbed.writes} writes of the journal)`,
      );
    all.points += counts.faults + counts.kills + counts.twice + counts.storms;
    all.killed += counts.killed;
    all.failed += counts.failed;
  }
  if (!json && flows.length > 1)
    console.log(
      `${flows.length} flows, ${all.points} points, ${all.killed} processes killed, ${all.failed} failed (seed ${seed})`,
    );
  return all.failed > 0 ? 1 : 0;
}

try {
  process.exitCode = await main(readOptions(process.argv.slice(2)));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = error instanceof WrongOption ? 2 : 1;
}

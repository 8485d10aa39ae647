import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { type Disturbance, disturbances, type Point } from './disturbances.ts';
import { type FlowName, flows } from './flows.ts';
import { type SweepOptions, sweep } from './sweep.ts';

const names = Object.keys(flows) as FlowName[];

/**
 * `npm run sweep`: the exit code is 0 when every disturbed flow ended as the undisturbed one, 1 when one did not, 2 for
 * a wrong option.
 */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      flow: { type: 'string', multiple: true },
      fault: { type: 'string', multiple: true },
      only: { type: 'string' },
      most: { type: 'string' },
      seed: { type: 'string', default: '1' },
      json: { type: 'boolean', default: false },
    },
  });
  const wanted = values.flow ?? names;
  const [stranger] = wanted.filter((name) => !(name in flows));
  if (stranger) return refused(`There is no flow ${stranger}; there are: ${names.join(', ')}.`);
  const [unknown] = (values.fault ?? []).filter((name) => !(name in disturbances));
  if (unknown)
    return refused(`There is no fault ${unknown}; there are: ${Object.keys(disturbances).join(', ')}.`);
  if (values.only && !['faults', 'kills'].includes(values.only))
    return refused('--only takes faults or kills.');
  const [most, seed] = [values.most, values.seed].map((text) =>
    text === undefined ? undefined : Number(text),
  );
  if ([most, seed].some((number) => number !== undefined && !(Number.isInteger(number) && number > 0)))
    return refused('--most and --seed take whole numbers from 1.');

  const options: SweepOptions = {
    kinds: values.only ? [values.only as 'faults' | 'kills'] : ['faults', 'kills'],
    ...(values.fault && { faults: values.fault as Disturbance[] }),
    most,
    seed: seed!,
    workers: availableParallelism(),
  };
  let failures = 0;
  for (const flow of wanted as FlowName[]) {
    const counts = { faults: 0, kills: 0, failed: 0 };
    await sweep(flow, options, ({ point, differences }) => {
      counts['kill' in point ? 'kills' : 'faults']++;
      if (differences.length === 0) return;
      counts.failed++;
      if (values.json) console.log(JSON.stringify({ flow, point, seed, differences }));
      else console.log(`FAILED ${flow}, ${wordsOf(point)} (seed ${seed}):\n  ${differences.join('\n  ')}`);
    });
    failures += counts.failed;
    if (values.json) console.log(JSON.stringify({ flow, seed, ...counts }));
    else
      console.log(
        `${flow}: ${counts.faults} faults, ${counts.kills} kills, ${counts.failed} ended otherwise than undisturbed (seed ${seed})`,
      );
  }
  return failures > 0 ? 1 : 0;
}

const wordsOf = (point: Point) =>
  'kill' in point
    ? `killed ${point.kill === 'half' ? 'in the middle of' : point.kill} write ${point.write} of the journal`
    : `${point.fault} at request ${point.request}, ${point.what}`;

function refused(why: string): number {
  console.error(why);
  return 2;
}

process.exitCode = await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  return error instanceof TypeError ? 2 : 1;
});

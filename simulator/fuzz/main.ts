import { parseArgs } from 'node:util';
import { type Fuzzed, fuzz } from './fuzz.ts';
import { playStories } from './stories/stories.ts';
import { authModes } from './worlds.ts';

/** `npm run fuzz`: the exit code is 0 when nothing was found, 1 when something was found, 2 for a wrong option. */
async function fuzzEverything(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string' },
      runs: { type: 'string', default: '300' },
      only: { type: 'string' },
      stories: { type: 'string', default: '30' },
      moves: { type: 'string', default: '12' },
      json: { type: 'boolean', default: false },
    },
  });
  const seed = values.seed === undefined ? Date.now() % 1_000_000 : Number(values.seed);
  const [runs, count, moves] = [values.runs, values.stories, values.moves].map(Number) as [
    number,
    number,
    number,
  ];
  if (![seed, runs, count, moves].every((number) => Number.isInteger(number) && number >= 0) || seed === 0) {
    console.error('--runs, --stories and --moves take whole numbers from 0, --seed from 1.');
    return 2;
  }
  let faults = 0;
  const tell = (fuzzed: Fuzzed) => {
    if (fuzzed.fault) faults++;
    console.log(values.json ? JSON.stringify({ ...fuzzed, seed }) : fuzzedLine(fuzzed, seed));
  };
  if (runs > 0) for (const mode of authModes) await fuzz({ mode, seed, runs, only: values.only }, tell);
  if (count > 0 && !values.only) tell(await playStories({ seed, runs: count, moves }));
  return faults > 0 ? 1 : 0;
}

function fuzzedLine({ what, mode, runs, answers, fault, input }: Fuzzed, seed: number): string {
  const counts = Object.entries(answers).map(([answer, count]) => `${count} × ${answer}`);
  const line = `${what} (callers by ${mode}): ${runs} runs, ${counts.join(', ')}`;
  return fault
    ? `FAULT ${line}, seed ${seed}\n  ${fault}\n  input ${JSON.stringify(input)?.slice(0, 4000) ?? 'none'}`
    : line;
}

process.exitCode = await fuzzEverything().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  return error instanceof TypeError ? 2 : 1;
});

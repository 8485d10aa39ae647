import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/**
 * `npm run bench [-- NAME …]`: runs every benchmark in its own process, and prints one JSON line for each figure.
 */
const benches = [
  'start',
  'deployment',
  'peers',
  'unnoticed',
  'many',
  'growth',
  'events',
  'compliance',
  'page',
  'records',
];
const oneHost = ['deployment', 'many', 'events'];
const closedPipe = ['--import', new URL('../../scripts/closed-pipe.mjs', import.meta.url).href];
const isSize = (argument: string) => /^\d+$/.test(argument);
const wanted = process.argv.slice(2).filter((argument) => !isSize(argument));
const sizes = process.argv.slice(2).filter(isSize);

for (const bench of benches.filter((name) => wanted.length === 0 || wanted.includes(name))) {
  const child = fork(fileURLToPath(new URL('one.js', import.meta.url)), [bench, ...sizes], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    // A heap without a limit grows with the machine's memory, and does not show what one host needs.
    execArgv: [...closedPipe, ...(oneHost.includes(bench) ? ['--max-old-space-size=200'] : [])],
  });
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve));
  if (code !== 0) process.exitCode = 1;
}

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { endingDifferences } from '../../../simulator/sweep/ending.ts';
import { readOptions, WrongOption } from '../../../simulator/sweep/options.ts';

const program = fileURLToPath(new URL('../../../dist/simulator/sweep/main.js', import.meta.url));
const swept = (...args: string[]) =>
  spawnSync(process.execPath, [program, ...args], { encoding: 'utf8', maxBuffer: 64 << 20 });

/** A few points. All of them, and storms: `npm run sweep`. */
it.each([
  [
    'ticket',
    ['--fault', '503', '--only', 'faults', '--only', 'kills', '--most', '1'],
    { faults: 1, kills: 1 },
  ],
  ['ticket', ['--point', 'twice:answer lost'], { twice: 1 }],
  ['servicenow', ['--only', 'kills', '--most', '1'], { kills: 1 }],
])('a %s with %j ends as the undisturbed one', (flow, args, played) => {
  const { stdout, stderr, status } = swept('--flow', flow, ...args, '--seed', '3', '--json');
  expect(stderr).toBe('');
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const none = { faults: 0, kills: 0, twice: 0, storms: 0 };
  const killed = 'kills' in played ? 1 : 0;
  const undisturbed = expect.objectContaining({ requests: expect.any(Number) });
  expect(lines).toEqual([{ flow, seed: 3, undisturbed, ...none, ...played, killed, failed: 0 }]);
  expect(status).toBe(0);
});

it('names what is not as in the undisturbed flow, part by part', () => {
  const wanted = { gateway: { sku: 'VpnGw1AZ', servers: ['10.0.1.4'] }, told: ['Succeeded'] };
  expect(endingDifferences(wanted, structuredClone(wanted))).toEqual([]);
  expect(
    endingDifferences(wanted, { gateway: { sku: 'VpnGw1AZ', servers: [] }, told: ['Succeeded', 'Failed'] }),
  ).toEqual([
    'gateway › servers › 0 is not there, undisturbed "10.0.1.4"',
    'told › 1 is "Failed", undisturbed not there',
  ]);
});

it.each([
  [['--flow', 'nothing'], 'There is no flow nothing; there are: ticket, event'],
  [['--fault', '418'], 'There is no fault 418; there are: 401, 404'],
  [['--only', 'rain'], 'There is no kind rain; there are: faults, kills, twice, storms'],
  [['--most', '0'], '--most takes a whole number from 1, not 0'],
  [
    ['--flow', 'ticket', '--point', 'fault:500'],
    '--point fault:500 names no point; it looks like fault:500:12',
  ],
  [['--point', 'storm:7'], '--point needs the one --flow that it belongs to'],
  [['--loud'], "Unknown option '--loud'"],
])('%j is refused with what there is', (args, why) => {
  expect(() => readOptions(args)).toThrow(why);
  expect(() => readOptions(args)).toThrow(WrongOption);
});

it('ends with 2 for a wrong option', () => {
  expect(swept('--most', '0')).toMatchObject({ status: 2, stdout: '' });
});

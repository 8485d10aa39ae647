import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { endingDifferences } from '../../../simulator/sweep/ending.ts';

const program = fileURLToPath(new URL('../../../dist/simulator/sweep/main.js', import.meta.url));
const swept = (...args: string[]) =>
  spawnSync(process.execPath, [program, ...args], { encoding: 'utf8', maxBuffer: 64 << 20 });

/** A few points of each kind. `npm run sweep` tries all of them. */
it.each(['ticket', 'rotation of two servers'])(
  'a %s that is disturbed, at points chosen from all of it, ends as the undisturbed one',
  (flow) => {
    const { stdout, stderr, status } = swept('--flow', flow, '--most', '3', '--seed', '3', '--json');
    expect(stderr).toBe('');
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toEqual([{ flow, seed: 3, faults: 3, kills: 3, failed: 0 }]);
    expect(status).toBe(0);
  },
);

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
  [['--only', 'storms'], '--only takes faults or kills'],
  [['--most', '0'], '--most and --seed take whole numbers from 1'],
])('%j is refused with what there is', (args, why) => {
  const { stderr, status } = swept(...args);
  expect(stderr).toContain(why);
  expect(status).toBe(2);
});

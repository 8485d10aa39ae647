import { spawnSync } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { UsageError } from '../../../simulator/command-line.ts';
import { readSweepOptions } from '../../../simulator/sweep/options.ts';
import { resultsIn } from '../../../simulator/sweep/results.ts';
import { endingDifferences, withoutUnsentQuestions } from '../../../simulator/sweep/run/ending.ts';
import { temporaryFolder } from '../../../simulator/temporary-folder.ts';

const program = fileURLToPath(new URL('../../../dist/simulator/sweep/main.js', import.meta.url));
const swept = (...args: string[]) =>
  spawnSync(process.execPath, [program, ...args], { encoding: 'utf8', maxBuffer: 64 << 20 });

/** A point of each kind but storms. All of them: `npm run sweep`. */
it('a ticket that is disturbed ends as the undisturbed one', () => {
  const only = ['faults', 'left', 'kills', 'twice'].flatMap((kind) => ['--only', kind]);
  const { stdout, stderr, status } = swept(
    '--flow',
    'ticket',
    ...only,
    '--most',
    '1',
    '--workers',
    '1',
    '--json',
  );
  expect(stderr).toBe('');
  const played = { points: 4, earlier: 0, faults: 1, left: 1, kills: 1, twice: 1, storms: 0 };
  const undisturbed = expect.objectContaining({ requests: expect.any(Number) });
  expect(JSON.parse(stdout)).toEqual({
    flow: 'ticket',
    seed: 1,
    undisturbed,
    ...played,
    killed: 1,
    failed: 0,
  });
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

it('a storm may keep back a question until a person has answered it, and nothing else', () => {
  const all = ['["webhook","AwaitingApproval"]', '["webhook","Succeeded"]'];
  const wanted = { gateway: { sku: 'VpnGw1AZ' }, 'what was told': all };
  const missing = (told: readonly string[]) => {
    const got = { ...wanted, 'what was told': told };
    return endingDifferences(withoutUnsentQuestions(wanted, got), got).length;
  };
  expect([all, all.slice(1), all.slice(0, 1), []].map(missing)).toEqual([0, 0, 1, 1]);
});

it.each([
  [['--flow', 'nothing'], 'There is no flow nothing; there are: ticket, event'],
  [['--fault', '418'], 'There is no fault 418; there are: 401, 404'],
  [['--only', 'rain'], 'There is no kind rain; there are: faults, left, kills, twice, storms'],
  [['--most', '0'], '--most must be a whole number from 1, not 0'],
  [
    ['--flow', 'ticket', '--point', 'fault:500'],
    '--point fault:500 names no point; it looks like fault:500:12',
  ],
  [['--point', 'storm:7'], '--point needs the one --flow that it belongs to'],
  [['--flow', 'ticket', '--point', 'storm:7', '--point', 'storm:8'], 'Only faults and repeated activities'],
  [['--loud'], "Unknown option '--loud'"],
])('%j is refused with what there is', (args, why) => {
  expect(() => readSweepOptions(args)).toThrow(why);
  expect(() => readSweepOptions(args)).toThrow(UsageError);
});

it('goes on where it stopped, and plays again what failed or was cut off', () => {
  const { folder, remove } = temporaryFolder('vpn-radius-results-');
  const file = join(folder, 'results.jsonl');
  const first = resultsIn(file);
  first.add({ flow: 'ticket', points: ['storm:1'], killed: 3, differences: [] });
  first.add({ flow: 'ticket', points: ['storm:2'], killed: 3, differences: ['told is "Failed"'] });
  appendFileSync(file, '{"flow":"ticket","points":["storm:3"]');
  const passed = ['storm:1', 'storm:2', 'storm:3'].filter((name) => resultsIn(file).isPassed('ticket', name));
  expect(passed).toEqual(['storm:1']);
  expect(resultsIn(file).isPassed('jira', 'storm:1')).toBe(false);
  remove();
});

it('ends with 2 for a wrong option', () => {
  expect(swept('--most', '0')).toMatchObject({ status: 2, stdout: '' });
});

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Fuzzed } from '../../../simulator/fuzz/fuzz.ts';
import type { FunctionInfo } from '../../../simulator/host/host.ts';

const program = fileURLToPath(new URL('../../../dist/simulator/fuzz/main.js', import.meta.url));
const run = (...args: string[]) =>
  spawnSync(process.execPath, [program, ...args], { encoding: 'utf8', maxBuffer: 64 << 20 });

/** A few inputs for each; more of them: `npm run fuzz`. */
describe('every route and every function that takes events', () => {
  let told: Fuzzed[] = [];
  let stderr = '';
  beforeAll(() => {
    const ended = run('--seed', '4711', '--runs', '5', '--stories', '4', '--moves', '8', '--json');
    stderr = ended.stderr;
    told = ended.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Fuzzed);
  });

  it('answers whatever comes: no 5xx, nothing that hangs, what is wrong is said, and all as documented', () => {
    expect(stderr).toBe('');
    expect(told.filter(({ fault }) => fault)).toEqual([]);
  });

  it('is among them without being named in the fuzz', () => {
    const functions = JSON.parse(
      readFileSync(new URL('../../golden/wire-names.json', import.meta.url), 'utf8'),
    ) as FunctionInfo[];
    const named = functions.flatMap(({ type, name, route, methods }) => {
      if (type === 'httpTrigger') return `${methods![0]} ${route!.replace('/api/', '')}`;
      return type === 'eventGridTrigger' ? name : [];
    });
    const byKey = told.filter(
      ({ mode, what }) => mode === 'key' && !['all that was started', 'stories'].includes(what),
    );
    expect(byKey.map(({ what }) => what).toSorted()).toEqual(named.toSorted());
  });

  it('is reached with what is right too', () => {
    const all = told.reduce<Record<string, number>>((sum, { answers }) => {
      for (const [answer, count] of Object.entries(answers)) sum[answer] = (sum[answer] ?? 0) + count;
      return sum;
    }, {});
    for (const answer of ['200', '202', '400', '401', '403', '404', 'taken'])
      expect(all[answer], answer).toBeGreaterThan(0);
  });
});

it.each([[['--runs', '-1']], [['--seed', 'x']], [['--sead', '1']]])('%j is refused', (args) => {
  const { stderr, status } = run(...args);
  expect(stderr).not.toBe('');
  expect(status).toBe(2);
});

import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { azdIgnores } from '../../scripts/azd-ignore.mjs';
import { commands } from '../../scripts/commands.mjs';
import { root } from './bicep.ts';

const yaml = readFileSync(`${root}azure.yaml`, 'utf8');
const runs = [...yaml.matchAll(/run: (.+)$/gm)].map(([, line]) => line!);

it('every hook is the same on Windows, and runs a script that exists', () => {
  expect(runs.length).toBeGreaterThan(0);
  for (let at = 0; at < runs.length; at += 2) expect(runs[at + 1]).toBe(runs[at]);
  for (const run of runs) {
    const [, script, name] = /^node (\S+)(?: (\S+))?/.exec(run)!;
    expect(existsSync(root + script), run).toBe(true);
    if (script === 'scripts/run.mjs') expect(Object.keys(commands)).toContain(name);
  }
});

it('azd packs the folder that its hook has packed', () => {
  const folder = /^ {4}dist: (\S+)$/m.exec(yaml)?.[1];
  expect(folder).toBe('.package');
  const packing = runs.filter((run) => run.includes(' package '));
  expect(packing).toHaveLength(4);
  for (const run of packing) expect(run).toContain(`--folder ${folder}`);
});

it('azd finds node_modules not ignored, which it asks for with remoteBuild: false', () => {
  expect(yaml).toMatch(/^ {4}remoteBuild: false$/m);
  const ignores = azdIgnores(readFileSync(`${root}.funcignore`, 'utf8'));
  expect(ignores('node_modules', true)).toBe(false);
});

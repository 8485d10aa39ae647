import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { commands } from '../../scripts/commands.mjs';
import { azdIgnores } from '../../scripts/infra/azd-ignore.mjs';
import { type AzdFiles, azdMistakes } from '../../scripts/infra/azd-rules.mjs';
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

describe('What azd reads and runs', () => {
  const text = (file: string) => readFileSync(root + file, 'utf8');
  const files: Required<AzdFiles> = {
    yaml,
    ignored: text('.funcignore'),
    hook: text('infra/subscribe-events.mjs'),
    az: text('scripts/az.mjs'),
    hasRolesElsewhere: true,
  };

  it('has none of the mistakes that npm run check:infra knows', () => {
    expect(azdMistakes(files)).toEqual([]);
  });

  it.each<[what: string, file: 'yaml' | 'ignored' | 'hook' | 'az', good: string, bad: string, told: RegExp]>([
    ['a folder that azd asks for is ignored', 'ignored', 'node_modules/*', 'node_modules/', /^funcignore: /],
    ['an azd that deletes too much', 'yaml', "azd: '>= 1.24.1'", "azd: '>= 1.23.0'", /^azd-version: /],
    [
      'a hook that only PowerShell 7 understands',
      'yaml',
      'run: node scripts/preflight.mjs',
      'run: node scripts/preflight.mjs && echo ready',
      /^hook-command: 'node scripts\/preflight\.mjs && echo ready'/,
    ],
    [
      'a hook that is a script of PowerShell',
      'yaml',
      'run: node infra/subscribe-events.mjs',
      'run: ./infra/subscribe-events.ps1',
      /^hook-command: '\.\/infra\/subscribe-events\.ps1'/,
    ],
    [
      'a path that is not in quotes',
      'yaml',
      'run: node infra/subscribe-events.mjs',
      'run: node $PROJECT_PATH/infra/subscribe-events.mjs',
      /^hook-command: /,
    ],
    [
      'an installation without its preflight',
      'yaml',
      '  preprovision:',
      '  postprovision:',
      /^preflight-hook: /,
    ],
    [
      'az in another subscription than azd: the look at the functions',
      'hook',
      "'--name', app, ...scope)",
      "'--name', app)",
      /^hook-subscription: az\('functionapp'/,
    ],
    [
      'and the deployment',
      'hook',
      "'--parameters', ...parameters],\n        ...scope,",
      "'--parameters', ...parameters],",
      /^hook-subscription: az\( \.\.\.\['deployment', 'group'/,
    ],
    [
      'arguments without quotes on Windows',
      'az',
      'map((one) => `"${',
      'map((one) => `${',
      /^hook-quoting: az/,
    ],
    [
      'a command as a text',
      'az',
      "encoding: 'utf8',",
      "encoding: 'utf8', shell: true,",
      /^hook-quoting: a command/,
    ],
  ])('%s: is found when it is put back', (_, file, good, bad, told) => {
    expect(files[file]).toContain(good);
    const found = azdMistakes({ ...files, [file]: files[file].replace(good, () => bad) });
    expect(found).toEqual([expect.stringMatching(told)]);
  });
});

it.each<[pattern: string, path: string, isFolder: boolean, ignored: boolean]>([
  ['node_modules/', 'node_modules', true, true],
  ['node_modules', 'node_modules', true, true],
  // The pattern ignores what is in the folder, but not the folder. For git the result would be the same.
  ['node_modules/*', 'node_modules', true, false],
  ['node_modules/*', 'node_modules/zod', true, true],
  ['/node_modules/*', 'node_modules/zod', true, true],
  ['node_modules/**', 'node_modules', true, true],
  ['node_modules/\n!node_modules/', 'node_modules', true, false],
  // A pattern with a slash is compared with the whole path, never with its end.
  ['*.log', 'logs/today.log', false, true],
  ['logs/*.log', 'old/logs/today.log', false, false],
  ['dist/', 'dist', false, false],
])('as azd compares them, %j ignores %s (folder: %s): %s', (pattern, path, isFolder, ignored) => {
  expect(azdIgnores(pattern)(path, isFolder)).toBe(ignored);
});

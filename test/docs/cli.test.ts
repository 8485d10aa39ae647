import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { commonOptions } from '../../cli/command.ts';
import { commands } from '../../cli/commands.ts';
import { exitCodes } from '../../cli/exit-codes.ts';

const page = readFileSync(new URL('../../docs/cli.md', import.meta.url), 'utf8');

it('docs/cli.md names every command, every option and every exit code, and no other', () => {
  const rows = [...page.matchAll(/^\| `(\w+)(?: (FILE|ID|RESOURCE|SHELL))?` +\|/gm)].map(
    ([, name, takes]) => [name, takes],
  );
  const known = Object.entries(commands).map(([name, { takes }]) => [name, takes]);
  expect(rows).toEqual([...known, ['completion', 'SHELL']]);
  const options = [commonOptions, ...Object.values(commands).map((command) => command.options)];
  const names = options.flatMap((one) => Object.keys(one).map((name) => `--${name}`));
  const told = page.match(/--[a-z]+(?:-[a-z]+)*/g)!;
  expect([...new Set(told)].sort()).toEqual([...new Set([...names, '--help'])].sort());
  const codes = [...page.matchAll(/^\| (\d) +\|/gm)].map(([, code]) => Number(code));
  expect(codes).toEqual(Object.values(exitCodes));
});

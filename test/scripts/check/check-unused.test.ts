import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { unusedIn } from '../../../scripts/check/check-unused.mjs';

const root = mkdtempSync(`${tmpdir()}/check-unused-`);
afterAll(() => rmSync(root, { recursive: true, force: true }));
const write = (file: string, text: string) => {
  mkdirSync(dirname(`${root}/${file}`), { recursive: true });
  writeFileSync(`${root}/${file}`, text);
};

it('names what nobody imports, and nothing else', () => {
  write('package.json', JSON.stringify({ dependencies: { used: '1.0.0', forgotten: '1.0.0' } }));
  write(
    'functions/app.ts',
    "import used from 'used';\nimport { called } from '../shared/core/things.ts';\nused(called());\n",
  );
  write(
    'shared/core/things.ts',
    [
      'export interface Told {}',
      'export type Alone = string;',
      'export function called(): Told { return {}; }',
      'export const uncalled = 1;',
    ].join('\n'),
  );
  write('shared/core/orphan.ts', 'const one = 1;\n');
  expect(unusedIn(root)).toEqual([
    'unused export: uncalled of shared/core/things.ts',
    'unused export: Alone of shared/core/things.ts',
    'unused file: shared/core/orphan.ts',
    'unused package: forgotten',
  ]);
});

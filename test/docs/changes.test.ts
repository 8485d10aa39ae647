import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { noticeSentences } from '../../shared/gateway/changes/notice-sentences.ts';

const page = readFileSync(new URL('../../docs/changes.md', import.meta.url), 'utf8');

it('docs/changes.md tells every kind of change that users notice, and no other', () => {
  const [, table] = page.split('## What users notice');
  const rows = table!
    .split('## ')[0]!
    .split('\n')
    .filter((line) => line.startsWith('| `'));
  const told = rows.flatMap((row) => [...row.split('|')[1]!.matchAll(/`(\w+)`/g)].map(([, name]) => name));
  expect(told.sort()).toEqual(Object.keys(noticeSentences).sort());
});

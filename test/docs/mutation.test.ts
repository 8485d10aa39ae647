import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { type MutationRun, mutationPage } from '../../scripts/mutation/page.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const text = (name: string) => readFileSync(`${root}docs/${name}`, 'utf8');
const kept = JSON.parse(text('mutation.json')) as Record<string, MutationRun>;

it('the page says what npm run mutate printed, and no more', () => {
  expect(text('mutation.md')).toBe(mutationPage(kept));
  expect(text('mutation.md').split('## Survivors')[0]).not.toMatch(/undefined|NaN/);
});

it('each part has a date and its survivors', () => {
  for (const [part, { date, survived, survivors }] of Object.entries(kept)) {
    expect(date, part).toMatch(/^\d{4}-\d\d-\d\d$/);
    expect(survivors, part).toHaveLength(survived);
    for (const { file } of survivors) expect(existsSync(root + file), file).toBe(true);
  }
});

import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { rulesPage } from '../../../../shared/compliance/report/rules-page.ts';

it('docs/rules.md is what the rules say: node scripts/pages/rules-page.mjs makes it again', () => {
  expect(readFileSync(new URL('../../../../docs/rules.md', import.meta.url), 'utf8')).toBe(rulesPage());
});

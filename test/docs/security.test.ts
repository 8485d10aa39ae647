import { existsSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, it } from 'vitest';

const root = new URL('../../', import.meta.url);

it('every test that docs/security.md names is there', () => {
  const text = readFileSync(new URL('docs/security.md', root), 'utf8');
  const rows = text.split('\n').filter((line) => line.startsWith('|') && line.includes('.test.ts'));
  expect(rows.length).toBeGreaterThan(10);
  for (const row of rows) {
    let folder = '';
    for (const [, name] of row.matchAll(/`([^`]+\.test\.ts)`/g)) {
      const path = name!.includes('/') ? name! : `${folder}/${name}`;
      folder = dirname(path);
      expect(existsSync(new URL(path, root)), path).toBe(true);
    }
  }
});

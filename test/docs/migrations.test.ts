import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { catalogue } from '../../shared/compliance/catalogue.ts';
import { migrationPathNames } from '../../shared/deployment/contract.ts';
import { migrationPaths } from '../../shared/deployment/migration/paths.ts';

const page = readFileSync(new URL('../../docs/migrations.md', import.meta.url), 'utf8');

describe('docs/migrations.md', () => {
  it.each(migrationPaths.map((path) => [path.name, path] as const))(
    'tells %s as a plan does',
    (name, path) => {
      const [, section] = page.split(`\n## ${name}\n`);
      const told = section!.split('\n## ')[0]!.trim().split('\n\n');
      expect(told).toEqual(
        expect.arrayContaining([
          `**${path.title}.**`,
          `For users: ${path.forUsers}`,
          `To go back: ${path.goBack}`,
          ...(path.atTheEnd ? [`At the end: ${path.atTheEnd}`] : []),
        ]),
      );
      expect(section).toContain(`Source: <${path.source}>`);
      expect(page).toContain(`| \`${name}\` |`);
    },
  );
});

it('there is one path of each name, and every path that a finding names is one', () => {
  expect(migrationPaths.map(({ name }) => name)).toEqual(migrationPathNames);
  const named = catalogue.flatMap(({ migration }) => migration ?? []);
  expect([...new Set(named)].sort()).toEqual([...migrationPathNames].sort());
});

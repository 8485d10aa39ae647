import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { roles, rolesFor } from '../../../functions/http/roles.ts';

const rows = readFileSync(new URL('../../../docs/roles.md', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => /^\| `(GET|POST) /.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .map(([, route = '', ...cells]) => [
    ...(route.replaceAll('`', '').replace(' /', ' ').split(' ') as [method: string, path: string]),
    roles.filter((_, column) => cells[column]?.startsWith('yes')),
  ]) as [method: string, path: string, may: readonly string[]][];

it('the table of docs/roles.md has every route', () => {
  expect(rows.length).toBeGreaterThan(25);
});

it.each(rows.filter(([, path]) => path !== 'tickets/{system}'))('%s %s is for %j', (method, path, may) => {
  expect([...rolesFor(method, path)!].toSorted()).toEqual(may.toSorted());
});

it('a ticket system proves itself, and a route that nobody has thought of is served to nobody', () => {
  expect(rolesFor('POST', 'tickets/{system}')).toBeUndefined();
  expect(() => rolesFor('DELETE', 'deployments/{id}')).toThrow(
    'functions/http/roles.ts does not say who may call DELETE deployments/{id}.',
  );
});

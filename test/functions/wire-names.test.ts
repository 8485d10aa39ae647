import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { FunctionInfo } from '../../simulator/host/host.ts';
import { stage } from '../flows/stage/stage.ts';

/**
 * Names in histories, in event subscriptions and in the scripts of others. An entry is added with a new function. An
 * entry is neither renamed nor removed while a running instance, or somebody outside, may use it.
 */
const golden = JSON.parse(
  readFileSync(new URL('../golden/wire-names.json', import.meta.url), 'utf8'),
) as FunctionInfo[];

let functions: FunctionInfo[];
beforeAll(async () => {
  functions = (await stage()).host.functions;
});

const byName = (one: FunctionInfo, other: FunctionInfo) => (one.name < other.name ? -1 : 1);

it('functions, their triggers, routes, methods and levels are those of test/golden/wire-names.json', () => {
  expect(functions.toSorted(byName)).toEqual(golden.toSorted(byName));
});

describe('the names of a plain contract', () => {
  it('functions are camelCase verbs, and no two differ by case alone', () => {
    const names = functions.map(({ name }) => name);
    for (const name of names) expect(name).toMatch(/^[a-z][A-Za-z0-9]+$/);
    expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(names.length);
  });

  it('nothing but health and the page, which holds nothing, answers without a key', () => {
    const open = functions.filter(({ authLevel }) => authLevel === 'anonymous');
    expect(open.map(({ route }) => route)).toEqual(['/api/portal/{*path}', '/api/health']);
  });
});

it('docs/openapi.json holds every route that is registered, and no other', () => {
  const { paths } = JSON.parse(readFileSync(new URL('../../docs/openapi.json', import.meta.url), 'utf8')) as {
    paths: Record<string, Record<string, unknown>>;
  };
  const documented = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} /api${path}`),
  );
  const registered = functions.flatMap(({ route, methods = [] }) =>
    route ? methods.map((method) => `${method} ${route.replace('{*', '{')}`) : [],
  );
  expect(documented.toSorted()).toEqual(registered.toSorted());
});

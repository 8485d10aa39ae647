import {
  ASYMMETRIC_MATCHERS_OBJECT,
  JestAsymmetricMatchers,
  JestChaiExpect,
  JestExtend,
} from '@vitest/expect';
import * as chai from 'chai';
import type { ExpectStatic } from 'vitest';

/**
 * Stands in for Vitest where tests are asked thousands of times about answers that are there already: tests are only
 * collected, and the matchers are Vitest's own.
 */
chai.use(JestExtend);
chai.use(JestChaiExpect);
chai.use(JestAsymmetricMatchers);
export const expect = Object.assign(
  (value: unknown, message?: string) => chai.expect(value, message),
  chai.expect,
  (globalThis as Record<symbol, object>)[ASYMMETRIC_MATCHERS_OBJECT],
) as unknown as ExpectStatic;

type Test = (...row: unknown[]) => unknown;
let collected: (() => unknown)[] = [];

export const it = Object.assign(
  (_: string, test: Test) => {
    collected.push(() => test());
  },
  {
    each: (rows: readonly unknown[]) => (_: string, test: Test) => {
      for (const row of rows) collected.push(() => (Array.isArray(row) ? test(...row) : test(row)));
    },
  },
);

/** The tests that a function declares. */
export function testsOf(declare: () => void): (() => unknown)[] {
  collected = [];
  declare();
  return collected;
}

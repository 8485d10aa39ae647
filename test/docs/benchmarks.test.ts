import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { benchmarksPage, type KeptBenchmark, scalePage } from '../../scripts/pages/benchmark-tables.mjs';

const docs = fileURLToPath(new URL('../../docs/', import.meta.url));
const text = (name: string) => readFileSync(docs + name, 'utf8');
const kept: Readonly<Record<string, KeptBenchmark>> = JSON.parse(text('benchmarks.json'));

it('the pages say what the benchmarks printed, and no more', () => {
  expect(text('benchmarks.md')).toBe(benchmarksPage(kept));
  expect(text('scale.md')).toBe(scalePage(kept));
});

it('no page has a figure that is missing, and none names a machine', () => {
  for (const page of ['benchmarks.md', 'scale.md'])
    expect(text(page)).not.toMatch(/undefined|NaN|Infinity|\b(?:localhost|127\.0\.0\.1)\b/);
  const rows = Object.values(kept).flatMap(({ figures }) => Object.values(figures));
  expect(rows.length).toBeGreaterThan(100);
  for (const { date, machine } of rows) {
    expect(date).toMatch(/^\d{4}-\d\d-\d\d$/);
    expect(machine).toMatch(/^\d+ processors, \d+ GB, Node \d/);
  }
});

it('the app stayed under every token bucket at every size, as the page says', () => {
  const over = Object.entries(kept.growth!.figures).filter(
    ([name]) => name.startsWith('requests over the bucket') || name.startsWith('answers 429'),
  );
  expect(over.length).toBeGreaterThan(10);
  expect(over.filter(([, { value }]) => value > 0)).toEqual([]);
  expect(text('scale.md')).toContain('no size was over a bucket');
});

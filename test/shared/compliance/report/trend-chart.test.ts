import { describe, expect, it } from 'vitest';
import type { TrendPoint } from '../../../../shared/compliance/report/report.ts';
import { trendChart } from '../../../../shared/compliance/report/trend-chart.ts';

const counts = { compliant: 0, nonCompliant: 0, unknown: 0, total: 0 };
const point = (day: number, high: number, medium = 0, low = 0): TrendPoint => ({
  id: `run-${day}`,
  at: new Date(Date.UTC(2030, 0, day, 6, 30, 15)).toISOString(),
  gateways: counts,
  findings: { high, medium, low, info: 99 },
});
const numbers = (element: string) =>
  Object.fromEntries(
    [...element.matchAll(/ (\w+)="(-?[\d.]+)"/g)].map(([, name, value]) => [name, Number(value)]),
  );

/** The parts of the picture, as a browser reads them. */
function drawn(points: readonly TrendPoint[]) {
  const svg = trendChart(points);
  // Whatever is outside of titles and labels would be shown by no browser.
  expect(svg.replaceAll(/<title>.*?<\/title>|<text[^>]*>.*?<\/text>|<[^>]*>/g, '')).toBe('');
  const groups = [...svg.matchAll(/<g>(.*?)<\/g>/g)].map(([, inner]) => inner!);
  return {
    svg,
    runs: groups.map((inner) => ({
      title: /<title>(.*?)<\/title>/.exec(inner)![1],
      bars: [...inner.matchAll(/<rect class="(\w+)"[^>]*>/g)].map(([rect, severity]) => ({
        severity,
        ...numbers(rect!),
      })),
      label: /<text[^>]*>(.*?)<\/text>/.exec(inner)?.[1],
      labelAt: numbers(/<text[^>]*>/.exec(inner)?.[0] ?? ''),
    })),
    lines: [...svg.matchAll(/<line[^>]*>/g)].map(([line]) => numbers(line)),
    scale: [...svg.matchAll(/<text x="30" y="([\d.]+)" text-anchor="end">(\d+)</g)].map(([, y, value]) => [
      Number(y),
      Number(value),
    ]),
  };
}

describe('the trend', () => {
  it('stacks the findings of a run, the worst at the bottom, and leaves out what is only worth knowing', () => {
    const { runs, scale, lines } = drawn([point(1, 4, 2, 4)]);
    // From 128 (nothing) up to 8 (ten findings): twelve a finding.
    expect(runs[0]!.bars).toEqual([
      { severity: 'high', x: 46.8, y: 80, width: 28, height: 48 },
      { severity: 'medium', x: 46.8, y: 56, width: 28, height: 24 },
      { severity: 'low', x: 46.8, y: 8, width: 28, height: 48 },
    ]);
    expect(scale).toEqual([
      [132, 0],
      [72, 5],
      [12, 10],
    ]);
    expect(lines).toEqual([128, 68, 8].map((y) => ({ x1: 36, x2: 632, y1: y, y2: y })));
  });

  it('says the numbers where somebody points, with the time of the run', () => {
    const { runs, svg } = drawn([point(1, 4, 2, 1), point(2, 0)]);
    expect(runs.map(({ title }) => title)).toEqual([
      '2030-01-01 06:30: 4 high, 2 medium, 1 low',
      '2030-01-02 06:30: 0 high, 0 medium, 0 low',
    ]);
    expect(runs[1]!.bars).toEqual([]);
    expect(svg).toMatch(
      /^<svg class="trend" viewBox="0 0 640 150" role="img" aria-label="Open findings of the last 2 runs"><line/,
    );
    expect(svg).toMatch(/<\/text><g><title>.*<\/g><g><title>.*<\/g><\/svg>$/);
  });

  it('puts the runs side by side in order, each with its day under it', () => {
    const { runs } = drawn(Array.from({ length: 10 }, (_, index) => point(index + 1, 1)));
    expect(runs.map(({ label }) => label)).toEqual(
      Array.from({ length: 10 }, (_, index) => `01-${String(index + 1).padStart(2, '0')}`),
    );
    const [first, second] = runs.map(({ bars }) => bars[0]! as unknown as { x: number });
    expect(second!.x - first!.x).toBeCloseTo(49.7, 1);
    expect(runs[0]!.labelAt).toEqual({ x: 60.8, y: 144 });
  });

  it('shows the last thirty runs, and as many days as can be read', () => {
    const { runs, svg } = drawn(Array.from({ length: 45 }, (_, index) => point(index + 1, 1)));
    expect(runs).toHaveLength(30);
    expect(svg).toContain('Open findings of the last 30 runs');
    expect(runs[0]!.title).toMatch(/^2030-01-16/);
    expect(runs.at(-1)!.title).toMatch(/^2030-02-14/);
    expect(runs.filter(({ label }) => label).map(({ label }) => label)).toEqual([
      '01-16',
      '01-19',
      '01-22',
      '01-25',
      '01-28',
      '01-31',
      '02-03',
      '02-06',
      '02-09',
      '02-12',
    ]);
    const bars = runs.map(({ bars: [bar] }) => bar as unknown as { x: number; width: number });
    for (const [index, { x, width }] of bars.entries()) {
      expect(x).toBeGreaterThan(36);
      expect(x + width).toBeLessThan(632);
      if (index > 0) expect(x).toBeGreaterThan(bars[index - 1]!.x + bars[index - 1]!.width);
    }
  });

  it.each([
    [[], 2],
    [[0], 2],
    [[1], 2],
    [[2], 2],
    [[3], 4],
    [[17], 18],
    [[99], 100],
    [[100], 100],
    [[101], 120],
    [[1234, 7], 1400],
  ])('%j ends at %d, whose half is a whole number too', (highs, top) => {
    const { scale } = drawn(highs.map((high, index) => point(index + 1, high)));
    expect(scale.map(([, value]) => value)).toEqual([0, top / 2, top]);
  });
});

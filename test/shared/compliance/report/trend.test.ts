import { expect, it } from 'vitest';
import { trendPoint, trendUpTo } from '../../../../shared/compliance/report/trend.ts';

const counts = { compliant: 1, nonCompliant: 0, unknown: 0, total: 1 };
const report = (day: number, high: number) => ({
  id: `report-${day}`,
  startedAt: `2030-01-0${day}T06:00:00Z`,
  summary: {
    gateways: counts,
    npsServers: counts,
    findings: { high, medium: 0, low: 0, info: 0 },
    waived: 0,
    unconfirmed: 0,
    unchecked: 0,
  },
});
const [first, second, third] = [report(1, 4), report(2, 2), report(3, 1)].map(trendPoint);

it.each([
  ['the first report', [], [third]],
  ['reports before it', [first!, second!], [first, second, third]],
  ['a report that was written twice', [first!, trendPoint(report(3, 9))], [first, third]],
])('ends with the report itself: %s', (_, trend, expected) => {
  expect(trendUpTo({ ...report(3, 1), trend })).toEqual(expected);
  expect(third).toMatchObject({ id: 'report-3', at: '2030-01-03T06:00:00Z', findings: { high: 1 } });
});

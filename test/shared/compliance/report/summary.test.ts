import { expect, it } from 'vitest';
import type { ComplianceFinding, Status } from '../../../../shared/compliance/assessment.ts';
import { countsOf } from '../../../../shared/compliance/report/report.ts';

const resource = (status: Status) => ({ status }) as never;
const finding = (status: string, severity: string) => ({ status, severity }) as ComplianceFinding;
const unchecked = (target: string) => ({ target }) as never;

it('a report sums up resources by what they are, and open findings by severity', () => {
  const some: Status[] = ['compliant', 'nonCompliant', 'nonCompliant', 'unknown', 'unknown', 'unknown'];
  expect(
    countsOf({
      gateways: some.map(resource),
      npsServers: some.slice(1, 3).map(resource),
      findings: [
        finding('open', 'high'),
        ...Array.from({ length: 2 }, () => finding('open', 'medium')),
        ...Array.from({ length: 3 }, () => finding('open', 'low')),
        ...Array.from({ length: 4 }, () => finding('open', 'info')),
        ...Array.from({ length: 5 }, () => finding('waived', 'high')),
        ...Array.from({ length: 6 }, () => finding('unconfirmed', 'high')),
      ],
      unchecked: ['/a', '/A', '/b'].map(unchecked),
    }),
  ).toEqual({
    gateways: { compliant: 1, nonCompliant: 2, unknown: 3, total: 6 },
    npsServers: { compliant: 0, nonCompliant: 2, unknown: 0, total: 2 },
    findings: { high: 1, medium: 2, low: 3, info: 4 },
    waived: 5,
    unconfirmed: 6,
    unchecked: 2,
  });
});

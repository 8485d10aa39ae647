import type { ComplianceReport, TrendPoint } from './report.ts';

export const trendPoint = ({
  id,
  startedAt,
  summary: { gateways, findings },
}: Pick<ComplianceReport, 'id' | 'startedAt' | 'summary'>): TrendPoint => ({
  id,
  at: startedAt,
  gateways,
  findings,
});

/** The runs before the report, and the report itself as the last. */
export const trendUpTo = (
  report: Pick<ComplianceReport, 'id' | 'startedAt' | 'summary' | 'trend'>,
): readonly TrendPoint[] => [...report.trend.filter(({ id }) => id !== report.id), trendPoint(report)];

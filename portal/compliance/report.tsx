import type { ComplianceReport } from '../../shared/compliance/report/report.ts';
import { trendUpTo } from '../../shared/compliance/report/trend.ts';
import { Time } from '../parts/time.tsx';
import { Findings } from './findings.tsx';
import { Inventory } from './inventory.tsx';
import { NotLookedAt } from './not-looked-at.tsx';
import { Score } from './score.tsx';
import { SignInPaths } from './sign-in-paths.tsx';
import { TicketProblems } from './ticket-problems.tsx';
import { Trend } from './trend.tsx';

const whence = { timer: 'by schedule', request: 'on request', deployment: 'after a deployment' } as const;

interface ReportContentsProps {
  readonly report: ComplianceReport;
  /** The findings of an earlier report can only be read. */
  readonly isLatest?: boolean;
}

export function ReportContents({ report, isLatest = false }: ReportContentsProps) {
  const { endedAt, trigger, startedBy, changes } = report;
  return (
    <>
      <p>
        Checked <Time at={endedAt} />, {whence[trigger]}
        {trigger === 'request' && ` (${startedBy.name})`}. Against the report before: {changes.new.length}{' '}
        new, {changes.resolved.length} gone.
      </p>
      <Score summary={report.summary} />
      <Trend points={trendUpTo(report)} />
      <SignInPaths report={report} />
      <Findings report={report} isLatest={isLatest} />
      <Inventory report={report} />
      <NotLookedAt report={report} />
      <TicketProblems report={report} />
    </>
  );
}

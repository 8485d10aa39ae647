import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import type { ComplianceReport } from '../../../shared/compliance/report/report.ts';
import type { Rows } from '../../../shared/ports.ts';
import { findReports, looksLikeReportId, type WantedReports } from '../../records/reports.ts';
import { filtersOf } from '../filters.ts';

const triggers: readonly ComplianceReport['trigger'][] = ['timer', 'request', 'deployment'];
export const reportFilters = ['trigger', 'from', 'to', 'continuation'] as const;

/** `GET /compliance/reports?…`: newest first, 50 a page. */
export const listReports =
  (rows: Rows) =>
  async (http: HttpRequest): Promise<HttpResponseInit> => ({
    status: 200,
    jsonBody: await findReports(rows, wantedReports(http)),
  });

function wantedReports(http: HttpRequest): WantedReports {
  const filters = filtersOf(http, reportFilters);
  const after = filters.text('continuation');
  if (after !== undefined && !looksLikeReportId(after))
    filters.wrong('continuation', 'must be the continuation that the previous page gave, unchanged');
  const wanted: WantedReports = {
    triggers: filters.oneOf('trigger', triggers),
    ...filters.range('from', 'to'),
    after,
  };
  filters.refuseIfWrong();
  return wanted;
}

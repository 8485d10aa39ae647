import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import type { ComplianceReport } from '../../../shared/compliance/report/report.ts';
import { failed } from '../../../shared/core/errors.ts';
import type { Documents, Rows } from '../../../shared/ports.ts';
import {
  findReports,
  latestId,
  looksLikeReportId,
  type ReportForm,
  readReport,
  reportForms,
  type WantedReports,
} from '../../records/reports.ts';
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

/** `GET /compliance/latest?format=json|csv|html`: the last finished report. */
export const showLatestCompliance =
  (store: Documents) =>
  async (http: HttpRequest): Promise<HttpResponseInit> => {
    const form = wantedForm(http);
    const id = await latestId(store);
    const body = id && (await readReport(store, id, form));
    if (!body)
      throw failed('NotFound', 'There is no compliance report yet. POST /api/compliance/runs makes one.');
    return reportResponse(id, form, body);
  };

/** `GET /compliance/reports/{id}?format=json|csv|html`: an earlier report, as it was written. */
export const showReport =
  (store: Documents) =>
  async (http: HttpRequest): Promise<HttpResponseInit> => {
    const id = http.params.id ?? '';
    if (!looksLikeReportId(id))
      throw failed(
        'NotFound',
        `There is no compliance report ${id}: the id of a report looks like 20300101T050000Z-all.`,
        id,
      );
    const form = wantedForm(http);
    const body = await readReport(store, id, form);
    if (!body) throw failed('NotFound', `There is no compliance report ${id}.`, id);
    return reportResponse(id, form, body);
  };

function wantedForm(http: HttpRequest): ReportForm {
  const form = http.query.get('format') ?? 'json';
  if (Object.hasOwn(reportForms, form)) return form as ReportForm;
  throw failed('InvalidRequest', `${form} is not a format: use json, csv or html.`, 'format');
}

function reportResponse(id: string, form: ReportForm, body: AsyncIterable<Uint8Array>): HttpResponseInit {
  return {
    status: 200,
    headers: {
      'Content-Type': reportForms[form],
      'Cache-Control': 'no-store',
      ...(form === 'csv' && { 'Content-Disposition': `attachment; filename="compliance-${id}.csv"` }),
    },
    body,
  };
}

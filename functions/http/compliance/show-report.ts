import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { failed } from '../../../shared/core/errors.ts';
import type { Documents } from '../../../shared/ports.ts';
import { latestId, looksLikeReportId, readReport } from '../../records/reports.ts';
import { reportAnswer, wantedForm } from './report-form.ts';

/** `GET /compliance/latest?format=json|csv|html`: the last finished report. */
export const showLatestCompliance =
  (store: Documents) =>
  async (http: HttpRequest): Promise<HttpResponseInit> => {
    const form = wantedForm(http);
    const id = await latestId(store);
    const body = id && (await readReport(store, id, form));
    if (!body)
      throw failed('NotFound', 'There is no compliance report yet. POST /api/compliance/runs makes one.');
    return reportAnswer(id, form, body);
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
    return reportAnswer(id, form, body);
  };

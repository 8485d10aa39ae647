import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { failed } from '../../../shared/core/errors.ts';
import { type ReportForm, reportForms } from '../../records/reports.ts';

export function wantedForm(http: HttpRequest): ReportForm {
  const form = http.query.get('format') ?? 'json';
  if (Object.hasOwn(reportForms, form)) return form as ReportForm;
  throw failed('InvalidRequest', `${form} is not a format: use json, csv or html.`, 'format');
}

export function reportAnswer(
  id: string,
  form: ReportForm,
  body: AsyncIterable<Uint8Array>,
): HttpResponseInit {
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

import { complianceRequest } from '../../../shared/compliance/scope.ts';
import { waiverBody, withdrawal } from '../../../shared/compliance/waivers/waiver-bodies.ts';
import { reportFilters } from '../compliance/list-reports.ts';
import { runAccepted, runProgress } from '../schemas/compliance-run.ts';
import { errorBody } from '../schemas/problem.ts';
import { reportPage } from '../schemas/report-page.ts';
import { waiver, waiverPage } from '../schemas/waiver.ts';
import { waiverFilters } from '../waivers/list-waivers.ts';
import type { Operation } from './operation.ts';

/** The routes of the compliance check: its runs, reports and waivers. */
export const complianceOperations: Readonly<Record<string, Operation>> = {
  'POST /compliance/runs': {
    summary: 'Starts a compliance check now.',
    body: complianceRequest,
    answers: { 202: runAccepted, 400: errorBody },
  },
  'GET /compliance/runs/{id}': {
    summary: 'Shows the progress of a run, or how it ended.',
    answers: { 200: runProgress, 404: errorBody },
  },
  'GET /compliance/latest': {
    summary: 'Shows the last finished report, as json, csv or html.',
    query: ['format'],
    answers: {
      200: 'The report. Its schema is docs/schemas/compliance-report.json.',
      400: errorBody,
      404: errorBody,
    },
  },
  'GET /compliance/reports': {
    summary: 'Lists reports, newest first, 50 a page.',
    query: reportFilters,
    answers: { 200: reportPage, 400: errorBody },
  },
  'GET /compliance/reports/{id}': {
    summary: 'Shows an earlier report, as json, csv or html.',
    query: ['format'],
    answers: {
      200: 'The report. Its schema is docs/schemas/compliance-report.json.',
      400: errorBody,
      404: errorBody,
    },
  },
  'POST /compliance/waivers': {
    summary:
      'Waives a finding until a day. This is kept as a record. The check counts the finding as waived, and says who waived it.',
    body: waiverBody,
    answers: { 201: waiver, 400: errorBody, 403: errorBody },
  },
  'GET /compliance/waivers': {
    summary: 'Lists the waivers that are kept as records, newest first, 50 a page.',
    query: waiverFilters,
    answers: { 200: waiverPage, 400: errorBody },
  },
  'GET /compliance/waivers/{id}': {
    summary: 'Shows a waiver.',
    answers: { 200: waiver, 404: errorBody },
  },
  'POST /compliance/waivers/{id}/withdrawal': {
    summary: 'Withdraws a waiver. From the next check the finding counts again.',
    body: withdrawal,
    answers: { 200: waiver, 400: errorBody, 404: errorBody },
  },
};

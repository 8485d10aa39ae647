import type { ComplianceReport, ReportSummary } from '../../shared/compliance/report/report.ts';
import type { Documents, Rows } from '../../shared/ports.ts';
import { startOf } from '../compliance/steps/run-folder.ts';
import { idOf, inverted } from './cards.ts';
import { type Found, newestFirst } from './every-row.ts';

/** The list of reports, so that a page costs the same however many there are. */
const partition = 'report';

/** The id of a report: when its run began, and what it is about. */
export const looksLikeReportId = (id: string) =>
  /^\d{8}T\d{6}Z-[a-z0-9]{1,40}$/.test(id) && !Number.isNaN(startOf(id)?.getTime());

/** Rows come in the order of their keys, so that the newest must have the smallest. */
const keyOf = (id: string) => `${inverted(startOf(id)!)}-${id.toLowerCase()}`;
/** Undefined where the key is no longer that of a report. */
function idIn(key: string): string | undefined {
  const lower = idOf(key);
  const id = `${lower.slice(0, 16).toUpperCase()}${lower.slice(16)}`;
  return looksLikeReportId(id) ? id : undefined;
}

export const reportForms = {
  json: 'application/json',
  csv: 'text/csv; charset=utf-8',
  html: 'text/html; charset=utf-8',
} as const;

export type ReportForm = keyof typeof reportForms;

const documentOf = (id: string, form: ReportForm) => `reports/${id}/report.${form}`;

export const readReport = (store: Documents, id: string, form: ReportForm) =>
  store.readParts(documentOf(id, form));

export const writeReport = (store: Documents, id: string, form: ReportForm, parts: () => Iterable<string>) =>
  store.writeParts(documentOf(id, form), parts, reportForms[form]);

/** Writing it again changes nothing. */
export function listReport(rows: Rows, report: ComplianceReport, sha256: string): Promise<void> {
  const { id, trigger, startedBy, scope, startedAt, endedAt, summary, changes } = report;
  const told = { id, trigger, startedBy, scope, startedAt, endedAt, summary };
  const row: ReportSummary = { ...told, new: changes.new.length, resolved: changes.resolved.length, sha256 };
  return rows.put(partition, keyOf(id), row);
}

export async function latestId(store: Documents): Promise<string | undefined> {
  const text = await store.read('latest.json');
  return text === undefined ? undefined : (JSON.parse(text) as { id: string }).id;
}

/** What a list is asked for. An undefined filter fits everything. */
export interface WantedReports {
  readonly triggers?: readonly ComplianceReport['trigger'][] | undefined;
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
  /** The last report that the page before has looked at. */
  readonly after?: string | undefined;
}

export interface FoundReports extends Omit<Found<ReportSummary>, 'found'> {
  readonly reports: readonly ReportSummary[];
}

/** Newest first, by when their runs began. */
export async function findReports(
  rows: Rows,
  { triggers, from, to, after }: WantedReports,
): Promise<FoundReports> {
  const { found, ...page } = await newestFirst<ReportSummary, ReportSummary>(rows, partition, {
    after: after ? keyOf(after) : to && inverted(to),
    // Ids have whole seconds.
    before: from && `${inverted(new Date(Math.floor(from.getTime() / 1000) * 1000))}.`,
    shown: (report) => (triggers && !triggers.includes(report.trigger) ? undefined : report),
    idIn,
  });
  return { reports: found, ...page };
}

/** Removes reports that began before `before`, the latest never; returns how many. */
export async function forgetReports(
  store: Documents,
  rows: Rows,
  before: Date,
  limit: number,
): Promise<number> {
  const latest = await latestId(store);
  const old = await rows.page<ReportSummary>(partition, { after: inverted(before), limit });
  const ids = old.flatMap(({ key }) => idIn(key) ?? []).filter((id) => id !== latest);
  for (const id of ids) {
    for (const form of Object.keys(reportForms) as ReportForm[]) await store.remove(documentOf(id, form));
    // Last, so that whoever is killed before it comes again.
    await rows.remove(partition, keyOf(id));
  }
  return ids.length;
}

import type { ComplianceReport, ReportSummary } from '../../shared/compliance/report/report.ts';
import { startOf } from '../../shared/compliance/run-id.ts';
import type { Documents, Rows } from '../../shared/ports.ts';
import { idOf, inverted } from './cards.ts';
import { type Found, newestFirst } from './every-row.ts';

/** The list of reports. With it, a page costs the same for any number of reports. */
const partition = 'report';

/** The id of a report: when its run began, and what it is about. */
export const looksLikeReportId = (id: string) =>
  /^\d{8}T\d{6}Z-[a-z0-9]{1,40}$/.test(id) && !Number.isNaN(startOf(id)?.getTime());

/** Rows come in the order of their keys, so the newest must have the smallest key. */
const reportKey = (id: string) => `${inverted(startOf(id)!)}-${id.toLowerCase()}`;
/** Undefined when the key is not that of a report. */
function reportIdIn(key: string): string | undefined {
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

const reportDocument = (id: string, form: ReportForm) => `reports/${id}/report.${form}`;

export const readReport = (store: Documents, id: string, form: ReportForm) =>
  store.readParts(reportDocument(id, form));

export const writeReport = (store: Documents, id: string, form: ReportForm, parts: () => Iterable<string>) =>
  store.writeParts(reportDocument(id, form), parts, reportForms[form]);

/** Writing it again changes nothing. */
export function listReport(rows: Rows, report: ComplianceReport, sha256: string): Promise<void> {
  const { id, trigger, startedBy, scope, startedAt, endedAt, summary, changes } = report;
  const told = { id, trigger, startedBy, scope, startedAt, endedAt, summary };
  const row: ReportSummary = { ...told, new: changes.new.length, resolved: changes.resolved.length, sha256 };
  return rows.put(partition, reportKey(id), row);
}

export async function latestId(store: Documents): Promise<string | undefined> {
  const text = await store.read('latest.json');
  return text === undefined ? undefined : (JSON.parse(text) as { id: string }).id;
}

/** The filters of a list. An undefined filter fits everything. */
export interface WantedReports {
  readonly triggers?: readonly ComplianceReport['trigger'][] | undefined;
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
  /** The last report that the page before read. */
  readonly after?: string | undefined;
}

export interface FoundReports extends Omit<Found<ReportSummary>, 'found'> {
  readonly reports: readonly ReportSummary[];
}

/** Newest first, by the time at which their runs began. */
export async function findReports(
  rows: Rows,
  { triggers, from, to, after }: WantedReports,
): Promise<FoundReports> {
  const { found, ...page } = await newestFirst<ReportSummary, ReportSummary>(rows, partition, {
    after: after ? reportKey(after) : to && inverted(to),
    // Ids have whole seconds.
    before: from && `${inverted(new Date(Math.floor(from.getTime() / 1000) * 1000))}.`,
    shown: (report) => (triggers && !triggers.includes(report.trigger) ? undefined : report),
    idIn: reportIdIn,
  });
  return { reports: found, ...page };
}

/** Removes reports that began before `before`, but never the latest; returns how many. */
export async function forgetReports(
  store: Documents,
  rows: Rows,
  before: Date,
  limit: number,
): Promise<number> {
  const latest = await latestId(store);
  const old = await rows.page<ReportSummary>(partition, { after: inverted(before), limit });
  const ids = old.flatMap(({ key }) => reportIdIn(key) ?? []).filter((id) => id !== latest);
  for (const id of ids) {
    for (const form of Object.keys(reportForms) as ReportForm[]) await store.remove(reportDocument(id, form));
    // The row goes last, so that a process that is killed before this finds the report again.
    await rows.remove(partition, reportKey(id));
  }
  return ids.length;
}

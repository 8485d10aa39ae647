import type { InvocationContext } from '@azure/functions';
import { measureFindings } from '../../../shared/compliance/measures.ts';
import {
  addResults,
  isOverEverything,
  mergedReport,
  noResults,
  type Results,
  type RunFacts,
} from '../../../shared/compliance/merge.ts';
import type { RepairPlans } from '../../../shared/compliance/repair.ts';
import { reportCsv } from '../../../shared/compliance/report/csv.ts';
import { reportHtml } from '../../../shared/compliance/report/html.ts';
import type {
  ComplianceReport,
  Draft,
  Summary,
  TicketProblem,
  TrendPoint,
} from '../../../shared/compliance/report/report.ts';
import { trendPoint } from '../../../shared/compliance/report/trend.ts';
import { startOf } from '../../../shared/compliance/run-id.ts';
import { fromJsonParts, jsonParts } from '../../../shared/core/json-parts.ts';
import { logLine } from '../../../shared/core/log-line.ts';
import { subscriptionOf } from '../../../shared/core/resource-id.ts';
import { sha256OfParts } from '../../../shared/core/sha256.ts';
import { version } from '../../../shared/core/version.ts';
import { npsModuleVersion } from '../../../shared/nps/script.ts';
import type { Documents, Rows } from '../../../shared/ports.ts';
import { latestId, listReport, readReport, writeReport } from '../../records/reports.ts';
import { type NetworksRead, networksOf, type Part } from './discovery.ts';
import { resultsOf } from './evaluation.ts';
import { recordResults } from './records.ts';
import { runFolder, sensible } from './run-folder.ts';
import { serverResults } from './servers.ts';
import { readLedger, ticketProblems } from './tickets.ts';

export interface ReportOrder {
  readonly run: Omit<RunFacts, 'versions'>;
  readonly parts: readonly Part[];
  readonly subscriptionIds: readonly string[];
  readonly recordPages: number;
}

/** What is told of a report: as much as a custom status and an event may hold. */
export interface ReportTold {
  readonly id: string;
  readonly summary: Summary;
  readonly new: number;
  readonly newHigh: number;
  readonly resolved: number;
}

const keptDays = 90;
const day = 86_400_000;

/** Puts the report together from the parts of this run and the report before it, and keeps it as a draft. */
export const assembleReport =
  (store: Documents) =>
  async ({ run, parts, subscriptionIds, recordPages }: ReportOrder): Promise<void> => {
    const folder = runFolder(store, run.id);
    const results = noResults();
    for (const part of parts) addResults(results, await folder.read<Results>(resultsOf(part)));
    addResults(results, await folder.read<Results>(serverResults));
    for (let page = 0; page < recordPages; page++)
      addResults(results, await folder.read<Results>(recordResults(page)));
    const named = run.scope.gatewayIds.length > 0 && new Set(run.scope.subscriptionIds);
    for (const subscriptionId of subscriptionIds) {
      const read = await folder.read<NetworksRead>(networksOf(subscriptionId));
      const status = 'problem' in read ? 'unread' : named && !named.has(subscriptionId) ? 'partly' : 'read';
      results.subscriptions.push({ id: subscriptionId, status, gateways: 0, checkedAt: run.endedAt });
      if (!('problem' in read)) continue;
      const target = `/subscriptions/${subscriptionId}`;
      const reason = `The subscription could not be read: ${read.problem.message}`;
      results.unchecked.push({ target, reason, checkedAt: run.endedAt });
    }
    const found = new Set(results.gateways.map(({ id }) => id.toLowerCase()));
    const gone = run.scope.gatewayIds.filter((id) => !found.has(id.toLowerCase()));
    for (const target of gone.filter((id) => !isUnread(results, id))) {
      const reason = 'There is no VPN gateway with this id, or the app may not read it.';
      results.unchecked.push({ target, reason, rules: [], checkedAt: run.endedAt });
    }
    const versions = { app: version, npsModule: npsModuleVersion() };
    const previous = await latestReport(store);
    const report = mergedReport({ ...run, versions }, results, previous, await readTrend(store));
    await folder.writeLarge('draft', { report, previousId: previous?.id } satisfies Draft);
  };

const isUnread = ({ unchecked }: Results, id: string) =>
  unchecked.some(({ target }) => target === `/subscriptions/${subscriptionOf(id)}`);

/**
 * Makes the draft the latest report, in its three forms, with the tickets and the repairs that it led to. Returns
 * `outdated` when another run has published meanwhile: then the report has to be put together again.
 */
export const publishReport =
  (store: Documents, rows: Rows) =>
  async (
    { runId }: { readonly runId: string },
    context: InvocationContext,
  ): Promise<ReportTold | 'outdated'> => {
    const folder = runFolder(store, runId);
    const { report: draft, previousId } = await folder.readLarge<Draft>('draft');
    const latest = await latestId(store);
    if (latest !== previousId && latest !== runId) return 'outdated';
    const ledger = await readLedger(store);
    const plans = (await folder.find<RepairPlans>('repairs')) ?? {};
    const problems = (await folder.find<TicketProblem[]>(ticketProblems)) ?? [];
    const report: ComplianceReport = {
      ...draft,
      ...(problems.length > 0 && { ticketProblems: problems }),
      findings: draft.findings.map(({ ticket: _, repair: __, ...finding }) => ({
        ...finding,
        ...(ledger[finding.id] && { ticket: ledger[finding.id]!.number }),
        ...(plans[finding.id] && { repair: plans[finding.id]! }),
      })),
    };
    const digest = sha256OfParts(jsonParts(report));
    await writeReport(store, runId, 'json', () => jsonParts(report));
    await writeReport(store, runId, 'csv', () => reportCsv(report, digest));
    await writeReport(store, runId, 'html', () => reportHtml(report, digest));
    await listReport(rows, report, digest);
    if (isOverEverything(report.scope)) await addToTrend(store, report);
    await store.write('latest.json', JSON.stringify({ id: runId }), 'application/json');
    for (const { id, target, rule } of newHigh(report))
      context.warn(
        logLine('VpnRadius.Compliance.NewHighFinding', target, { report: runId, finding: id, rule }),
      );
    // A check of some gateways says nothing about the others.
    if (isOverEverything(report.scope)) measureFindings(report.summary.findings);
    return toldReport(report);
  };

function toldReport(report: ComplianceReport): ReportTold {
  const { id, summary, changes } = report;
  return {
    id,
    summary,
    new: changes.new.length,
    newHigh: newHigh(report).length,
    resolved: changes.resolved.length,
  };
}

function newHigh({ changes, findings }: ComplianceReport) {
  const fresh = new Set(changes.new);
  return findings.filter((one) => fresh.has(one.id) && one.severity === 'high' && one.status === 'open');
}

async function latestReport(store: Documents): Promise<ComplianceReport | undefined> {
  const id = await latestId(store);
  const parts = id && (await readReport(store, id, 'json'));
  return parts ? sensible<ComplianceReport>(`reports/${id}`, () => fromJsonParts(parts)) : undefined;
}

async function readTrend(store: Documents): Promise<TrendPoint[]> {
  return JSON.parse((await store.read('trend.json')) ?? '[]') as TrendPoint[];
}

async function addToTrend(store: Documents, report: ComplianceReport): Promise<void> {
  const oldest = new Date(Date.parse(report.startedAt) - keptDays * day).toISOString();
  const before = (await readTrend(store)).filter((point) => point.id !== report.id && point.at >= oldest);
  await store.write('trend.json', JSON.stringify([...before, trendPoint(report)]), 'application/json');
}

/** Removes what the steps of the run handed on, and what broken-off runs left behind. */
export const tidyReports =
  (store: Documents) =>
  async ({ runId, now }: { readonly runId: string; readonly now: string }): Promise<void> => {
    const age = (name: string) =>
      Date.parse(now) - (startOf(name.split('/')[1] ?? '')?.getTime() ?? Date.parse(now));
    const names = (await store.list('runs/')).filter(
      (name) => name.startsWith(`runs/${runId}/`) || age(name) > 2 * day,
    );
    for (let from = 0; from < names.length; from += 16)
      await Promise.all(names.slice(from, from + 16).map((name) => store.remove(name)));
  };

import { severities } from '../core/check.ts';
import { subscriptionOf } from '../core/resource-id.ts';
import type { Assessment, ComplianceFinding, Tally, Unchecked } from './assessment.ts';
import { noTally } from './assessment.ts';
import { catalogue, ruleOf } from './catalogue.ts';
import {
  type CheckedGateway,
  type CheckedNpsServer,
  type CheckedRecords,
  type CheckedSubscription,
  type ComplianceReport,
  countsOf,
  type ResolvedFinding,
  type Scope,
  type TrendPoint,
} from './report/report.ts';

/** What one run, or a part of it, has found. */
export interface Results {
  readonly subscriptions: CheckedSubscription[];
  readonly gateways: CheckedGateway[];
  readonly npsServers: CheckedNpsServer[];
  records?: CheckedRecords;
  readonly findings: ComplianceFinding[];
  readonly unchecked: Unchecked[];
  readonly tallies: Record<string, Tally>;
}

export const noResults = (): Results => ({
  subscriptions: [],
  gateways: [],
  npsServers: [],
  findings: [],
  unchecked: [],
  tallies: {},
});

export type RunFacts = Pick<
  ComplianceReport,
  'id' | 'trigger' | 'startedBy' | 'scope' | 'remediate' | 'startedAt' | 'endedAt' | 'versions'
>;

/**
 * The report of a run, together with what the report before says of everything that was not in the scope of this run. A
 * finding counts as resolved only when its resource was read again, or is known to be gone. A finding of a resource
 * that could not be read stays, as unconfirmed. A finding of a rule that this version of the app does not have is
 * resolved: nobody could say what it means, or what to do.
 */
export function mergedReport(
  run: RunFacts,
  results: Results,
  previous: ComplianceReport | undefined,
  trend: readonly TrendPoint[],
): ComplianceReport {
  const looked = lookedAt(run.scope, results);
  const current = new Set(results.findings.map(({ id }) => id));
  const kept: ComplianceFinding[] = [];
  const resolved: ResolvedFinding[] = [];
  for (const finding of previous?.findings ?? []) {
    if (current.has(finding.id)) continue;
    const { id, rule, severity, target } = finding;
    if (!ruleOf.has(rule)) resolved.push({ id, rule, severity, target });
    else if (!looked.inScope(target)) kept.push(finding);
    else if (looked.unread(target, rule)) kept.push({ ...finding, status: 'unconfirmed' });
    else resolved.push({ id, rule, severity, target });
  }
  const before = new Map((previous?.findings ?? []).map((finding) => [finding.id, finding]));
  const findings = [
    ...results.findings.map((finding) => sinceBefore(finding, before.get(finding.id))),
    ...kept,
  ];
  const report = {
    gateways: resources(results.gateways, previous?.gateways ?? [], looked),
    npsServers: resources(results.npsServers, previous?.npsServers ?? [], looked),
    findings: findings.sort(bySeverityThenTarget),
    unchecked: [
      ...results.unchecked,
      ...(previous?.unchecked ?? []).filter(({ target }) => !looked.inScope(target)),
    ],
  };
  return {
    version: 1,
    ...run,
    summary: countsOf(report),
    changes: {
      new: results.findings.filter(({ id }) => !before.has(id)).map(({ id }) => id),
      resolved,
    },
    subscriptions: subscriptions(results.subscriptions, previous?.subscriptions ?? [], report.gateways),
    ...report,
    ...(results.records && { records: results.records }),
    rules: catalogue.map(({ id, severity, title, why, fix, migration, source, about }) => ({
      ...{ id, severity, title, why, fix, source, about },
      ...(migration && { migration }),
      tally: results.tallies[id] ?? noTally(),
    })),
    trend,
  };
}

export function isOverEverything({ subscriptionIds, gatewayIds }: Scope): boolean {
  return subscriptionIds.length === 0 && gatewayIds.length === 0;
}

function lookedAt(scope: Scope, results: Results) {
  const isEverything = isOverEverything(scope);
  const subscriptions = new Set(scope.subscriptionIds.map((id) => id.toLowerCase()));
  const targets = new Set([
    ...scope.gatewayIds.map((id) => id.toLowerCase()),
    ...results.npsServers.map(({ id }) => id.toLowerCase()),
  ]);
  const unread = new Map<string, ReadonlySet<string> | undefined>();
  for (const { target, rules } of results.unchecked) {
    const key = target.toLowerCase();
    const known = unread.get(key);
    if (!rules || (unread.has(key) && !known)) unread.set(key, undefined);
    else unread.set(key, new Set([...(known ?? []), ...rules]));
  }
  const wholly = (key: string) => unread.has(key) && unread.get(key) === undefined;
  return {
    inScope: (target: string) =>
      isEverything || targets.has(target.toLowerCase()) || subscriptions.has(subscriptionOf(target)),
    unread: (target: string, rule?: string) =>
      wholly(target.toLowerCase()) ||
      wholly(`/subscriptions/${subscriptionOf(target)}`) ||
      (rule !== undefined && (unread.get(target.toLowerCase())?.has(rule) ?? false)),
  };
}

function sinceBefore(finding: ComplianceFinding, before: ComplianceFinding | undefined): ComplianceFinding {
  if (!before) return finding;
  const lastWaivedAt = before.waiver ? before.checkedAt : before.lastWaivedAt;
  return {
    ...finding,
    firstSeenAt: before.firstSeenAt,
    ...(lastWaivedAt !== undefined && { lastWaivedAt }),
    ...(before.ticket !== undefined && { ticket: before.ticket }),
  };
}

function resources<T extends CheckedGateway | CheckedNpsServer>(
  current: readonly T[],
  previous: readonly T[],
  looked: ReturnType<typeof lookedAt>,
): T[] {
  const ids = new Set(current.map(({ id }) => id.toLowerCase()));
  const kept = previous.flatMap((one): T[] => {
    if (ids.has(one.id.toLowerCase())) return [];
    if (!looked.inScope(one.id)) return [one];
    return looked.unread(one.id) ? [{ ...one, status: 'unknown', passed: [] }] : [];
  });
  return [...current, ...kept].sort((one, other) => (one.id.toLowerCase() < other.id.toLowerCase() ? -1 : 1));
}

/** A run about some gateways of a subscription says nothing about the other gateways of it. */
function subscriptions(
  current: readonly CheckedSubscription[],
  previous: readonly CheckedSubscription[],
  gateways: readonly CheckedGateway[],
): readonly CheckedSubscription[] {
  const known = new Map(previous.map((one) => [one.id, one]));
  for (const one of current) if (one.status !== 'partly' || !known.has(one.id)) known.set(one.id, one);
  const counts = new Map<string, number>();
  for (const { id } of gateways) counts.set(subscriptionOf(id), (counts.get(subscriptionOf(id)) ?? 0) + 1);
  return [...known.values()]
    .map((one) => ({ ...one, gateways: counts.get(one.id) ?? 0 }))
    .sort((one, other) => (one.id < other.id ? -1 : 1));
}

function bySeverityThenTarget(one: ComplianceFinding, other: ComplianceFinding): number {
  const order = severities.indexOf(one.severity) - severities.indexOf(other.severity);
  if (order !== 0) return order;
  if (one.rule !== other.rule) return one.rule < other.rule ? -1 : 1;
  return one.target < other.target ? -1 : 1;
}

/** Adds what was found about one resource. */
export function addAssessment(results: Results, { findings, unchecked, outcomes }: Assessment): void {
  results.findings.push(...findings);
  results.unchecked.push(...unchecked);
  for (const rule of Object.keys(outcomes)) tallyOf(results, rule)[outcomes[rule]!] += 1;
}

/** Adds the results of a part of a run. */
export function addResults(sum: Results, part: Results): void {
  for (const name of ['subscriptions', 'gateways', 'npsServers', 'findings', 'unchecked'] as const)
    for (const one of part[name]) (sum[name] as unknown[]).push(one);
  const { records: its } = part;
  if (its) {
    const { virtualNetworks = 0, documents = 0, read = 0 } = sum.records ?? {};
    sum.records = {
      virtualNetworks: virtualNetworks + its.virtualNetworks,
      documents: documents + its.documents,
      read: read + its.read,
    };
  }
  for (const [rule, tally] of Object.entries(part.tallies)) {
    const into = tallyOf(sum, rule);
    for (const outcome of Object.keys(tally) as (keyof Tally)[]) into[outcome] += tally[outcome];
  }
}

function tallyOf({ tallies }: Results, rule: string): Tally {
  tallies[rule] ??= noTally();
  return tallies[rule];
}

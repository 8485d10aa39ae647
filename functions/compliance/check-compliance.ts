import type { OrchestrationContext } from 'durable-functions';
import type { Scope } from '../../shared/compliance/report/report.ts';
import { runIdOf } from '../../shared/compliance/run-id.ts';
import {
  fewTimes,
  later,
  momentOf,
  orchestration,
  type Step,
  seconds,
  sleep,
  steps,
} from '../../shared/core/durable.ts';
import { failed } from '../../shared/core/errors.ts';
import { tellTopic } from '../deployment/telling/keep-telling.ts';
import type { Activities } from '../steps.ts';
import { runInLanes } from './lanes.ts';
import { type ComplianceProgress, toldOfDeployed } from './progress.ts';
import type { ComplianceOrder } from './start.ts';
import type { Part } from './steps/discovery.ts';
import type { ReportTold } from './steps/report.ts';
import { ticketFindings } from './ticket-findings.ts';

/**
 * How many sub-orchestrations run at a time: Azure limits reads per subscription, and a machine takes one command at a
 * time.
 */
const atOnce = { subscriptions: 8, npsServers: 25, parts: 4, repairs: 5 };

interface Run {
  readonly context: OrchestrationContext;
  readonly step: ReturnType<typeof steps<Activities>>;
  readonly id: string;
  readonly tell: (change: Partial<ComplianceProgress>) => void;
}

export const checkCompliance = orchestration(function* (
  context,
  order: ComplianceOrder,
): Step<ReportTold | undefined> {
  return order.trigger === 'deployment' ? yield* checkDeployed(context, order) : yield* check(context, order);
});

/**
 * Checks gateways that were deployed, together those that are due together: a report is about every gateway, so with
 * hundreds of deployments at once one report for each would be the larger part of the work.
 */
function* checkDeployed(context: OrchestrationContext, order: ComplianceOrder): Step<ReportTold | undefined> {
  const step = steps<Activities>(context);
  // The status of the run before stays until there is another one.
  const startedAt = context.df.currentUtcDateTime.toISOString();
  context.df.setCustomStatus({ stage: 'wait', startedAt } satisfies ComplianceProgress);
  if (order.dueAt) yield* sleep(context, momentOf(order.dueAt));
  const now = context.df.currentUtcDateTime.toISOString();
  const { order: due, taken } = yield* step.takeOwnChecks({ now });
  const report = due && (yield* check(context, due));
  const next = yield* step.forgetOwnChecks({ taken });
  if (next) context.df.continueAsNew(next);
  return report;
}

/**
 * Finds every VPN gateway in scope, looks at both sides of it, and reports. The steps keep what they find in the
 * report store and hand on its name. So histories hold only counts: they grow with the number of subscriptions and NPS
 * servers, not with the number of gateways.
 */
function* check(context: OrchestrationContext, order: ComplianceOrder): Step<ReportTold> {
  const startedAt = context.df.currentUtcDateTime.toISOString();
  const id = runIdOf(context.df.instanceId, startedAt);
  let status: ComplianceProgress = {
    stage: 'discover',
    startedAt,
    runId: id,
    ...(order.trigger === 'deployment' && { deployed: toldOfDeployed(order) }),
  };
  const tell = (change: Partial<ComplianceProgress>) => {
    status = { ...status, ...change };
    context.df.setCustomStatus(status);
  };
  tell({});
  const run: Run = { context, step: steps<Activities>(context), id, tell };

  try {
    const subscriptionIds = yield* run.step.resolveSubscriptions({ scope: order.scope });
    const { parts, pages } = yield* findGateways(run, order.scope, subscriptionIds);
    tell({ stage: 'networks', gateways: parts.reduce((sum, part) => sum + part.gateways, 0) });
    yield* runBranches(
      run,
      'readSubscription',
      atOnce.subscriptions,
      subscriptionIds.map((subscriptionId) => ({ subscriptionId })),
    );
    for (let part = 0; yield* run.step.listSecrets({ runId: id, part }); part++);
    const tests = yield* run.step.surveyGateways({ runId: id, parts, subscriptionIds, pages });
    tell({ stage: 'npsServers' });
    yield* runBranches(
      run,
      'askNpsServer',
      atOnce.npsServers,
      tests.map((its) => ({ tests: its })),
    );
    tell({ stage: 'rules' });
    const now = context.df.currentUtcDateTime.toISOString();
    yield* run.step.evaluateNpsServers({ runId: id, now });
    yield* runBranches(
      run,
      'evaluatePart',
      atOnce.parts,
      parts.map((part) => ({ part, now })),
    );
    const recordPages = yield* checkAllRecords(run, order.scope, now);
    tell({ stage: 'report' });
    const told = yield* makeReport(run, order, { parts, subscriptionIds, startedAt, recordPages });
    tell({ stage: 'repair', report: told.report, repairs: told.repairs.length });
    yield* runBranches(run, 'repairGateway', atOnce.repairs, told.repairs);
    tell({ stage: 'done' });
    return told.report;
  } finally {
    yield* tidyUp(run);
  }
}

function* findGateways(run: Run, scope: Scope, subscriptionIds: readonly string[]) {
  const { context, step, id: runId } = run;
  const parts: Part[] = [];
  // Named gateways are read one at a time; their subscriptions are not searched.
  const asked = {
    ...scope,
    subscriptionIds: scope.gatewayIds.length > 0 ? scope.subscriptionIds : subscriptionIds,
  };
  let skipToken: string | undefined;
  let page = 0;
  do {
    const found = yield* step.discoverGateways({ runId, scope: asked, page, skipToken });
    parts.push(...found.parts);
    skipToken = found.skipToken;
    page++;
    if (skipToken && found.waitSeconds > 0) yield* sleep(context, later(context, seconds(found.waitSeconds)));
  } while (skipToken);
  return { parts, pages: page };
}

function* runBranches(
  { context, id }: Run,
  orchestration: string,
  limit: number,
  inputs: readonly object[],
): Step<void> {
  const all = inputs.map((input, index) => ({
    orchestration,
    instanceId: `${id}-${orchestration}-${index}`,
    input: { runId: id, ...input },
  }));
  yield* runInLanes(context, all, limit);
}

/**
 * Checks the records of a limited number of VNets at a time; returns the number of pages of results. A run about named
 * gateways skips this.
 */
function* checkAllRecords({ step, id: runId }: Run, scope: Scope, now: string): Step<number> {
  if (scope.gatewayIds.length > 0 && scope.subscriptionIds.length === 0) return 0;
  let after: string | undefined;
  for (let page = 0; ; page++) {
    after = (yield* step.checkRecords({ runId, scope, now, page, after })).after;
    if (after === undefined) return page + 1;
  }
}

interface Evaluated {
  readonly parts: readonly Part[];
  readonly subscriptionIds: readonly string[];
  readonly startedAt: string;
  readonly recordPages: number;
}

/**
 * Makes the report, with the repairs that are planned and the tickets that are opened. When another run was quicker, it
 * is put together again.
 */
function* makeReport(
  run: Run,
  { trigger, startedBy, scope, remediate }: ComplianceOrder,
  { parts, subscriptionIds, startedAt, recordPages }: Evaluated,
) {
  const { context, step, id: runId } = run;
  for (let attempt = 0; attempt < 5; attempt++) {
    const endedAt = context.df.currentUtcDateTime.toISOString();
    const facts = { id: runId, trigger, startedBy, scope, remediate, startedAt, endedAt };
    yield* step.assembleReport({ run: facts, parts, subscriptionIds, recordPages });
    const repairs = remediate ? yield* step.planRepairs({ runId, now: endedAt }) : [];
    yield* ticketFindings(context, runId);
    const report = yield* step.publishReport({ runId });
    if (report === 'outdated') continue;
    yield* tellTopic(context, {
      id: runId,
      type: 'VpnRadius.Compliance.Completed',
      subject: 'compliance',
      time: endedAt,
      data: { trigger, startedBy, scope, ...report },
    });
    return { report, repairs };
  }
  throw failed(
    'ReportOutdated',
    'Other runs published reports at the same time, again and again. Start the check again.',
  );
}

function* tidyUp({ context, id: runId }: Run): Step<void> {
  try {
    yield* steps<Activities>(context, fewTimes).tidyReports({
      runId,
      now: context.df.currentUtcDateTime.toISOString(),
    });
  } catch {
    // When this fails, the next run tidies up.
  }
}

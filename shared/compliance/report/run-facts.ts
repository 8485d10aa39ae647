import { isOverEverything } from '../merge.ts';
import type { ComplianceReport } from './report.ts';

const whence = {
  timer: 'scheduled check',
  request: 'check on request',
  deployment: 'check after a deployment',
} as const;

/** What an auditor asks of a run: which it is, who started it, when, about what, and by which versions. */
export function runFacts(report: ComplianceReport): readonly (readonly [string, string])[] {
  const { id, trigger, startedBy, startedAt, endedAt, scope, remediate, versions } = report;
  const scoped = [...scope.subscriptionIds.map((one) => `/subscriptions/${one}`), ...scope.gatewayIds];
  return [
    ['Run', id],
    ['Kind', whence[trigger]],
    ['Started by', [startedBy.name, startedBy.id].filter(Boolean).join(' ')],
    ['Started', startedAt],
    ['Ended', endedAt],
    ['Scope', isOverEverything(scope) ? 'everything' : scoped.join(', ')],
    ['Repairs', remediate ? 'safe ones were asked for' : 'none were asked for'],
    ['App', versions.app],
    ['NPS module', versions.npsModule],
  ];
}

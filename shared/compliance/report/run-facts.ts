import { isOverEverything } from '../merge.ts';
import type { CheckedRecords, ComplianceReport } from './report.ts';

const whence = {
  timer: 'scheduled check',
  request: 'check on request',
  deployment: 'check after a deployment',
} as const;

/** The facts of a run that an auditor asks for: its id, who started it, when, its scope, and the versions. */
export function runFacts(report: ComplianceReport): readonly (readonly [string, string])[] {
  const { id, trigger, startedBy, startedAt, endedAt, scope, remediate, versions, records } = report;
  const scoped = [...scope.subscriptionIds.map((one) => `/subscriptions/${one}`), ...scope.gatewayIds];
  return [
    ['Run', id],
    ['Kind', whence[trigger]],
    ['Started by', [startedBy.name, startedBy.id].filter(Boolean).join(' ')],
    ['Started', startedAt],
    ['Ended', endedAt],
    ['Scope', isOverEverything(scope) ? 'everything' : scoped.join(', ')],
    [
      'Records of deployments',
      records ? recordsSentence(records) : 'not checked: this run was only about some gateways',
    ],
    ['Repairs', remediate ? 'safe repairs were asked for' : 'no repairs were asked for'],
    ['App', versions.app],
    ['NPS module', versions.npsModule],
  ];
}

const recordsSentence = ({ virtualNetworks, documents, read }: CheckedRecords) =>
  `${documents} of ${virtualNetworks} virtual networks. The content of ${read} was checked: the newest of each, and a part of the older ones, which is another part each day`;

import type { ComplianceReport } from '../../shared/compliance/report/report.ts';

export const findingFilterNames = ['severity', 'state', 'gateway', 'rule', 'text'] as const;
export type FindingFilters = Partial<Record<(typeof findingFilterNames)[number], string>>;

type Finding = ComplianceReport['findings'][number];

export function findingFiltersOf(query: Readonly<Record<string, string>>): FindingFilters {
  const given = findingFilterNames.map((name) => [name, query[name]] as const).filter(([, value]) => value);
  return Object.fromEntries(given);
}

const order = ['high', 'medium', 'low', 'info'];

/** The findings that fit, the worst first. To name a gateway means also its NPS servers. */
export function findingsOf(
  { findings, gateways }: Pick<ComplianceReport, 'findings' | 'gateways'>,
  { severity, state, gateway, rule, text }: FindingFilters,
): Finding[] {
  const chosen = gateway && gateways.find(({ id }) => id.toLowerCase() === gateway.toLowerCase());
  const targets =
    gateway === undefined
      ? undefined
      : new Set([gateway, ...(chosen ? chosen.npsServers : [])].map((id) => id.toLowerCase()));
  const words = text?.toLowerCase();
  return findings
    .filter(
      (one) =>
        (!severity || one.severity === severity) &&
        (state ? one.status === state : true) &&
        (!targets || targets.has(one.target.toLowerCase())) &&
        (!rule || one.rule === rule) &&
        (!words || `${one.rule} ${one.target} ${one.evidence.join(' ')}`.toLowerCase().includes(words)),
    )
    .sort((one, other) => order.indexOf(one.severity) - order.indexOf(other.severity));
}

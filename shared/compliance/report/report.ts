import type { CheckText, Severity } from '../../core/check.ts';
import type { ComplianceFinding, Status, Tally, Unchecked } from '../assessment.ts';

/** The subscriptions and gateways that a run is about. Both empty: every subscription of the settings. */
export interface Scope {
  readonly subscriptionIds: readonly string[];
  readonly gatewayIds: readonly string[];
}

export interface CheckedResource {
  readonly id: string;
  readonly name: string;
  readonly status: Status;
  /** The number of open findings of the resource itself. */
  readonly findings: number;
  /** Ids of the rules that were checked on it and with which it complies. */
  readonly passed: readonly string[];
  readonly checkedAt: string;
}

export interface CheckedGateway extends CheckedResource {
  readonly location: string;
  readonly sku: string;
  /** Whether this app has deployed it. */
  readonly deployed: boolean;
  /** Its NPS servers, where they are known. */
  readonly npsServers: readonly string[];
}

export interface CheckedNpsServer extends CheckedResource {
  /** How many gateways in scope authenticate against it. */
  readonly gateways: number;
}

/** A subscription that was in the scope of this run or of an earlier one. */
export interface CheckedSubscription {
  readonly id: string;
  /** `partly`: only the gateways that the run was about were read. */
  readonly status: 'read' | 'partly' | 'unread';
  /** How many of its gateways are in the report. */
  readonly gateways: number;
  readonly checkedAt: string;
}

/** How many records of deployments a run has checked. */
export interface CheckedRecords {
  readonly virtualNetworks: number;
  /** How many documents exist, and of how many the content was read. */
  readonly documents: number;
  readonly read: number;
}

/** The person or the part of the app that started a run. */
export interface StartedBy {
  /** `schedule`, `function key`, `deployment`, `3 deployments` (together), or the name of the person who was signed in. */
  readonly name: string;
  /** The object id in Entra of the person who was signed in, or the id of the deployment. */
  readonly id?: string | undefined;
}

export interface Counts {
  readonly compliant: number;
  readonly nonCompliant: number;
  readonly unknown: number;
  readonly total: number;
}

export interface Summary {
  readonly gateways: Counts;
  readonly npsServers: Counts;
  /** Open findings. */
  readonly findings: Readonly<Record<Severity, number>>;
  readonly waived: number;
  readonly unconfirmed: number;
  readonly unchecked: number;
}

export interface TrendPoint {
  readonly id: string;
  readonly at: string;
  readonly gateways: Counts;
  readonly findings: Readonly<Record<Severity, number>>;
}

export interface ResolvedFinding {
  readonly id: string;
  readonly rule: string;
  readonly severity: Severity;
  readonly target: string;
}

/** A ticket about findings that was not opened or not closed. The next run tries it again. */
export interface TicketProblem {
  /** The finding. Undefined when the reason is about several. */
  readonly finding?: string | undefined;
  /** The ticket that could not be closed. */
  readonly ticket?: string | undefined;
  readonly reason: string;
}

/** What `GET /compliance/latest` answers; docs/schemas/compliance-report.json is its schema. */
export interface ComplianceReport {
  readonly version: 1;
  readonly id: string;
  readonly trigger: 'timer' | 'request' | 'deployment';
  readonly startedBy: StartedBy;
  readonly scope: Scope;
  readonly remediate: boolean;
  readonly startedAt: string;
  readonly endedAt: string;
  /** The version of this app, and of the module that the NPS servers ran. */
  readonly versions: { readonly app: string; readonly npsModule: string };
  readonly summary: Summary;
  /** Ids of the findings that the report before did not have, and the findings that are gone. */
  readonly changes: { readonly new: readonly string[]; readonly resolved: readonly ResolvedFinding[] };
  readonly subscriptions: readonly CheckedSubscription[];
  readonly gateways: readonly CheckedGateway[];
  readonly npsServers: readonly CheckedNpsServer[];
  /** Undefined when the run was about named gateways. */
  readonly records?: CheckedRecords | undefined;
  readonly findings: readonly ComplianceFinding[];
  readonly unchecked: readonly Unchecked[];
  /** Left out when every ticket about a finding was opened and closed as it should be. */
  readonly ticketProblems?: readonly TicketProblem[] | undefined;
  readonly rules: readonly (CheckText & { readonly about: string; readonly tally: Tally })[];
  /** The runs over everything before this one, oldest first. */
  readonly trend: readonly TrendPoint[];
}

/** The part of a report that a list shows. */
export interface ReportSummary
  extends Pick<
    ComplianceReport,
    'id' | 'trigger' | 'startedBy' | 'scope' | 'startedAt' | 'endedAt' | 'summary'
  > {
  readonly new: number;
  readonly resolved: number;
  /** The SHA-256 of the report's JSON form. */
  readonly sha256: string;
}

export function countsOf(
  report: Pick<ComplianceReport, 'gateways' | 'npsServers' | 'findings' | 'unchecked'>,
): Summary {
  const open = report.findings.filter(({ status }) => status === 'open');
  const bySeverity = (severity: Severity) => open.filter((finding) => finding.severity === severity).length;
  return {
    gateways: counts(report.gateways),
    npsServers: counts(report.npsServers),
    findings: {
      high: bySeverity('high'),
      medium: bySeverity('medium'),
      low: bySeverity('low'),
      info: bySeverity('info'),
    },
    waived: report.findings.filter(({ status }) => status === 'waived').length,
    unconfirmed: report.findings.filter(({ status }) => status === 'unconfirmed').length,
    unchecked: new Set(report.unchecked.map(({ target }) => target.toLowerCase())).size,
  };
}

function counts(resources: readonly CheckedResource[]): Counts {
  const of = (status: Status) => resources.filter((one) => one.status === status).length;
  return {
    compliant: of('compliant'),
    nonCompliant: of('nonCompliant'),
    unknown: of('unknown'),
    total: resources.length,
  };
}

/** A report before it is published, and the one that was the latest when this one was made. */
export interface Draft {
  readonly report: ComplianceReport;
  readonly previousId?: string | undefined;
}

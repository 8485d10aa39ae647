import type { CheckText, Severity } from '../../core/check.ts';
import { parseResourceId } from '../../core/resource-id.ts';
import type { ComplianceFinding, Status, Tally, Unchecked } from '../assessment.ts';

/** Whom a run is about. Both empty: every subscription of the settings. */
export interface Scope {
  readonly subscriptionIds: readonly string[];
  readonly gatewayIds: readonly string[];
}

export interface CheckedResource {
  readonly id: string;
  readonly name: string;
  readonly status: Status;
  /** Open findings of its own. */
  readonly findings: number;
  /** Ids of the rules that it was held against and complies with. */
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

/** A subscription that was in the scope of this run or of one before. */
export interface CheckedSubscription {
  readonly id: string;
  /** `partly`: only the gateways were read that a run was about. */
  readonly status: 'read' | 'partly' | 'unread';
  /** How many gateways of it are in the report. */
  readonly gateways: number;
  readonly checkedAt: string;
}

/** How much of the records of deployments a run has looked at. */
export interface CheckedRecords {
  readonly virtualNetworks: number;
  /** How many are there, and of how many it was looked at what they hold. */
  readonly documents: number;
  readonly read: number;
}

/** Whoever or whatever a run was started by. */
export interface StartedBy {
  /** `schedule`, `function key`, `deployment`, or the name of whoever was signed in. */
  readonly name: string;
  /** The object id in Entra of whoever was signed in, or the id of the deployment. */
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
  /** Of this app, and of the module that it had the NPS servers run. */
  readonly versions: { readonly app: string; readonly npsModule: string };
  readonly summary: Summary;
  /** Ids of findings that the report before did not have, and those that are gone. */
  readonly changes: { readonly new: readonly string[]; readonly resolved: readonly ResolvedFinding[] };
  readonly subscriptions: readonly CheckedSubscription[];
  readonly gateways: readonly CheckedGateway[];
  readonly npsServers: readonly CheckedNpsServer[];
  /** None where the run was about gateways that were named. */
  readonly records?: CheckedRecords | undefined;
  readonly findings: readonly ComplianceFinding[];
  readonly unchecked: readonly Unchecked[];
  readonly rules: readonly (CheckText & { readonly about: string; readonly tally: Tally })[];
  /** The runs over everything before this one, oldest first. */
  readonly trend: readonly TrendPoint[];
}

/** What a list shows of a report. */
export interface ReportSummary
  extends Pick<
    ComplianceReport,
    'id' | 'trigger' | 'startedBy' | 'scope' | 'startedAt' | 'endedAt' | 'summary'
  > {
  readonly new: number;
  readonly resolved: number;
  /** Of its JSON form. */
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

export function subscriptionOf(id: string): string {
  return (
    parseResourceId(id)?.subscriptionId ??
    /^\/subscriptions\/([^/]+)/i.exec(id)?.[1] ??
    ''
  ).toLowerCase();
}

/** A report before it is published, and the one that was the latest when it was put together. */
export interface Draft {
  readonly report: ComplianceReport;
  readonly previousId?: string | undefined;
}

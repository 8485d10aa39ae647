import type { Scope, StartedBy } from '../../shared/compliance/report/report.ts';
import type { ComplianceOrder } from './start.ts';
import type { ReportTold } from './steps/report.ts';

/** The custom status of a run. */
export interface ComplianceProgress {
  /** A check after deployments waits until the first of their gateways is due. */
  readonly stage: 'wait' | 'discover' | 'networks' | 'npsServers' | 'rules' | 'report' | 'repair' | 'done';
  readonly startedAt: string;
  readonly runId?: string;
  /** Of a check after deployments: its order was made for the first of their gateways. */
  readonly deployed?: DeployedTold;
  readonly gateways?: number;
  readonly report?: ReportTold;
  readonly repairs?: number;
}

export interface DeployedTold {
  readonly startedBy: StartedBy;
  /** `moreGateways`: how many it checks besides those that are named. */
  readonly scope: Scope & { readonly moreGateways?: number };
}

/** A custom status holds 16 KB of UTF-16, and an id may be 300 characters long. */
const mostNamed = 20;

/** What a check after deployments is about, as far as a custom status holds it. */
export function toldOfDeployed({ startedBy, scope }: ComplianceOrder): DeployedTold {
  const more = scope.gatewayIds.length - mostNamed;
  const gatewayIds = scope.gatewayIds.slice(0, mostNamed);
  return { startedBy, scope: { ...scope, gatewayIds, ...(more > 0 && { moreGateways: more }) } };
}

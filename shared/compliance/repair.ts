import { grouped } from '../core/grouped.ts';
import type { Plan, PlanStep } from '../deployment/contract.ts';
import type { VpnGatewayRequest } from '../deployment/request.ts';
import { groupsAsHeld } from '../gateway/groups/requested-again.ts';
import type { VpnGateway } from '../gateway/model.ts';
import type { ComplianceFinding } from './assessment.ts';
import { ruleOf } from './catalogue.ts';
import type { CheckedGateway, ComplianceReport } from './report/report.ts';

/**
 * A gateway with findings that may be repaired without cutting anybody off, and the findings that its repair will fix.
 */
export interface RepairCandidate {
  readonly gatewayId: string;
  readonly findings: readonly string[];
  /** The other faults that do not allow a repair, so that it must be left to a person. */
  readonly obstacles: readonly string[];
}

/**
 * Which gateways to repair, and the obstacles where a repair is not possible. Provisioning applies the whole of a
 * desired state, so everything else that it would change has to be safe too. Gateways that this app has not deployed
 * are left alone.
 */
export function repairCandidates(
  gateways: readonly CheckedGateway[],
  findings: readonly ComplianceFinding[],
): RepairCandidate[] {
  const open = grouped(
    findings.filter(({ status }) => status === 'open'),
    ({ target }) => target.toLowerCase(),
  );
  const taken = new Set<string>();
  const candidates: RepairCandidate[] = [];
  for (const { id, npsServers, deployed } of gateways) {
    if (!deployed) continue;
    const its = [id, ...npsServers].flatMap((target) => open.get(target.toLowerCase()) ?? []);
    // Findings of a server that serves several gateways are repaired with the first of these gateways.
    const wanted = its.filter(
      (finding) => ruleOf.get(finding.rule)?.repair === 'safe' && !taken.has(finding.id),
    );
    if (wanted.length === 0) continue;
    for (const finding of wanted) taken.add(finding.id);
    const inTheWay = its.flatMap(({ rule }) => ruleOf.get(rule)?.noRepairBecause ?? []);
    candidates.push({
      gatewayId: id,
      findings: wanted.map((finding) => finding.id),
      obstacles: [...new Set(inTheWay)],
    });
  }
  return candidates;
}

/**
 * The request of a repair: the request of the deployment, but with pools, tunnel types, SKU and mode as they are now,
 * because changing those would disconnect users. User groups that are gone are asked for again. The ticket of the first
 * request is not told.
 */
export function repairRequest(
  request: VpnGatewayRequest,
  gateway: VpnGateway,
  runId: string,
  requestedBy = 'compliance check',
): VpnGatewayRequest {
  const { pointToSite } = gateway;
  const { groups } = request.pointToSite;
  return {
    ...request,
    ticket: { system: 'webhook', id: `compliance-${runId}`.slice(0, 128), requestedBy },
    gateway: { name: gateway.name },
    pointToSite: pointToSite
      ? { addressPool: 'auto', ...(groups && { groups: groupsAsHeld(groups, pointToSite.groups) }) }
      : request.pointToSite,
    approval: { required: false, timeoutDays: request.approval.timeoutDays },
  };
}

/** The person who was signed in and started the run: this person asked for the repairs. */
export function requesterOf({
  trigger,
  startedBy,
}: Pick<ComplianceReport, 'trigger' | 'startedBy'>):
  | { readonly id: string; readonly name: string }
  | undefined {
  return trigger === 'request' && startedBy.id ? { id: startedBy.id, name: startedBy.name } : undefined;
}

/** Why a repair of this plan could cut somebody off; undefined when it cannot. */
export function unsafe({ steps, takesAway }: Pick<Plan, 'steps' | 'takesAway'>): string | undefined {
  const [loss] = takesAway;
  if (loss) return `it removes ${loss.what} ${loss.target}: ${loss.message}`;
  for (const { name, action, changes = [], givesBack } of steps) {
    if (action === 'keep' || name === 'nps' || givesBack) continue;
    return `${name} would be ${action}d${changes.length > 0 ? `: ${changes.join('; ')}` : ''}`;
  }
  return undefined;
}

/** The changes of a repair, as its plan lists them. */
export function plannedChanges(steps: readonly PlanStep[]): string[] {
  return steps.filter(({ action }) => action !== 'keep').flatMap(({ changes = [] }) => changes);
}

/** For each finding, by its id: what its repair would change, or why it is left to a person. */
export type RepairPlans = Record<string, NonNullable<ComplianceFinding['repair']>>;

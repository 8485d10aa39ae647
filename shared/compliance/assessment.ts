import type { Check, CheckText, Severity, Verdict } from '../core/check.ts';
import { shortHash } from '../core/resource-id.ts';
import type { NpsFacts } from '../nps/checks/facts.ts';
import { rulesOfGateways, rulesOfNpsServers } from './catalogue.ts';
import type { GatewayReportFacts } from './facts.ts';
import { type RecordFacts, rulesOfRecords } from './record-rules.ts';
import { waiverRules } from './waivers/waiver-rules.ts';
import { type Waiver, type WaiverProblem, waiverFor, waiversInTags } from './waivers/waivers.ts';

export interface ComplianceFinding {
  /** The same in every run while it is about the same rule and resource. */
  readonly id: string;
  readonly rule: string;
  readonly severity: Severity;
  /** `unconfirmed`: an earlier run found it, and this run could not check it. */
  readonly status: 'open' | 'waived' | 'unconfirmed';
  /** The resource id that it is about. */
  readonly target: string;
  readonly evidence: readonly string[];
  /** The path of docs/migrations.md that fixes it, if there is one. */
  readonly migration?: string;
  readonly firstSeenAt: string;
  readonly checkedAt: string;
  /** The last check before this one that found it waived. */
  readonly lastWaivedAt?: string;
  /**
   * A waiver that is kept as a record has `by`, the person who decided it. A waiver in a tag or in the settings has
   * only its owner.
   */
  readonly waiver?: Pick<Waiver, 'owner' | 'reason' | 'until' | 'by' | 'id'>;
  readonly ticket?: string;
  readonly repair?: { readonly status: 'planned' | 'refused'; readonly detail: string };
}

/** What could not be checked, and why. Without `rules`, no rule could be checked. */
export interface Unchecked {
  readonly target: string;
  readonly reason: string;
  readonly rules?: readonly string[];
  readonly checkedAt: string;
}

export type Status = 'compliant' | 'nonCompliant' | 'unknown';

/** How many resources a rule was applied to, by its outcome. */
export type Tally = Record<'compliant' | 'violated' | 'waived' | 'unknown' | 'notApplicable', number>;

export interface Assessment {
  readonly status: Status;
  readonly findings: readonly ComplianceFinding[];
  readonly unchecked: readonly Unchecked[];
  readonly outcomes: Readonly<Record<string, keyof Tally>>;
}

/** The rules that were checked and with which the resource complies. */
export const passedBy = ({ outcomes }: Assessment): readonly string[] =>
  Object.keys(outcomes).filter((rule) => outcomes[rule] === 'compliant');

/**
 * The result of a gateway: its own rules, and the status of its NPS servers. Findings of a server are reported at the
 * server.
 */
export function assessGateway(
  facts: GatewayReportFacts,
  waivers: readonly Waiver[],
  servers: readonly Status[],
): Assessment {
  const { gateway, virtualNetwork, now } = facts;
  const tagged = [
    waiversInTags(gateway.id, gateway.tags),
    // A waiver on the VNet counts for its gateway.
    ...(virtualNetwork ? [waiversInTags(gateway.id, virtualNetwork.tags)] : []),
  ];
  const own = assess(
    rulesOfGateways,
    facts,
    gateway.id,
    [...tagged.flatMap((one) => one.waivers), ...waivers],
    now,
    tagged.flatMap((one) => one.problems),
  );
  return { ...own, status: worstOf([assessmentStatus(own), ...servers]) };
}

export function assessRecords(
  facts: RecordFacts,
  target: string,
  waivers: readonly Waiver[],
  now: string,
): Assessment {
  return assess(rulesOfRecords, facts, target, waivers, now, []);
}

export function assessNpsServer(facts: NpsFacts, waivers: readonly Waiver[]): Assessment {
  const own = assess(rulesOfNpsServers, facts, facts.host, waivers, facts.now, []);
  return { ...own, status: assessmentStatus(own) };
}

function assess<F>(
  rules: readonly Check<F>[],
  facts: F,
  target: string,
  waivers: readonly Waiver[],
  now: string,
  problems: readonly WaiverProblem[],
): Assessment {
  const findings: ComplianceFinding[] = [];
  const reasons = new Map<string, string[]>();
  const outcomes: Record<string, keyof Tally> = {};
  const found = findingsAt(target, now);
  for (const rule of rules) {
    const verdict: Verdict = rule.check(facts);
    outcomes[rule.id] = verdict.is;
    if (verdict.is === 'unknown') {
      reasons.set(verdict.reason, [...(reasons.get(verdict.reason) ?? []), rule.id]);
    }
    if (verdict.is !== 'violated') continue;
    const held = waiverFor(waivers, rule.id, target, now);
    if (held && !held.isExpired) {
      outcomes[rule.id] = 'waived';
      const { owner, reason, until, by, id } = held.waiver;
      findings.push({
        ...found(rule, verdict.evidence),
        status: 'waived',
        waiver: { owner, reason, until, ...(id && { by, id }) },
      });
      continue;
    }
    findings.push(found(rule, verdict.evidence));
    if (held) findings.push(expired(rule, held.waiver, found));
  }
  if (problems.length > 0) {
    const invalid = waiverRules.find(({ id }) => id === 'waiver-invalid')!;
    findings.push(
      found(
        invalid,
        problems.map(({ message }) => message),
      ),
    );
  }
  const unchecked = [...reasons].map(([reason, ids]) => ({ target, reason, rules: ids, checkedAt: now }));
  return { status: 'unknown', findings, unchecked, outcomes };
}

type Found = (rule: CheckText, evidence: readonly string[], about?: string) => ComplianceFinding;

function expired(rule: CheckText, { owner, reason, until, by }: Waiver, found: Found): ComplianceFinding {
  const text = waiverRules.find(({ id }) => id === 'waiver-expired')!;
  const evidence = [
    `The waiver of ${rule.id} by ${by ? `${by} for ${owner}` : owner} ("${reason}") ended on ${until}.`,
  ];
  return found(text, evidence, `${text.id}-${rule.id}`);
}

/** Makes the findings of a resource. `about`: what the id begins with, if it is not the rule alone. */
function findingsAt(target: string, now: string): Found {
  let hash: string | undefined;
  return (rule, evidence, about = rule.id) => {
    hash ??= shortHash(target);
    return {
      id: `${about}-${hash}`,
      rule: rule.id,
      severity: rule.severity,
      status: 'open',
      target,
      evidence,
      ...(rule.migration && { migration: rule.migration }),
      firstSeenAt: now,
      checkedAt: now,
    };
  };
}

/** A finding of severity info does not make a resource noncompliant, and for a waived one somebody has decided. */
function assessmentStatus({ findings, unchecked }: Assessment): Status {
  if (findings.some(({ status, severity }) => status === 'open' && severity !== 'info'))
    return 'nonCompliant';
  return unchecked.length > 0 ? 'unknown' : 'compliant';
}

const worstOf = (statuses: readonly Status[]): Status =>
  (['nonCompliant', 'unknown'] as const).find((status) => statuses.includes(status)) ?? 'compliant';

export const noTally = (): Tally => ({ compliant: 0, violated: 0, waived: 0, unknown: 0, notApplicable: 0 });

import { type Finding, problem, warning } from './finding.ts';
import type { Check } from './rule.ts';

/** What a plan says of facts: each violated check with its evidence and the way to mend it, and what could not be read. */
export function* planFindings<Facts>(checks: readonly Check<Facts>[], facts: Facts): Generator<Finding> {
  for (const { id, plan, target = '', fix, check } of checks) {
    if (!plan) continue;
    const verdict = check(facts);
    if (verdict.is === 'unknown') yield warning(codeOf(id), verdict.reason, target);
    if (verdict.is !== 'violated') continue;
    const effect = typeof plan === 'function' ? plan(facts) : plan;
    for (const [index, evidence] of verdict.evidence.entries()) {
      const tell = effect === 'blocks' ? problem : warning;
      yield tell(codeOf(id), `${evidence} ${fix}`, verdict.targets?.[index] ?? target);
    }
  }
}

/** The code of a plan's finding: `gateway-subnet-default-route` is `GatewaySubnetDefaultRoute`. */
export function codeOf(id: string): string {
  return id.replace(/(?:^|-)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

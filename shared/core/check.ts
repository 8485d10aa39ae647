export type Severity = 'high' | 'medium' | 'low' | 'info';

export const severities: readonly Severity[] = ['high', 'medium', 'low', 'info'];

/**
 * What a check says of what it looked at. What could not be read is `unknown`, never `compliant`; what the check has no
 * business with, such as RADIUS on a gateway without point-to-site, is `notApplicable`.
 */
export type Verdict =
  | { readonly is: 'compliant' }
  | { readonly is: 'notApplicable' }
  | { readonly is: 'violated'; readonly evidence: readonly string[] }
  | { readonly is: 'unknown'; readonly reason: string };

export const compliant: Verdict = { is: 'compliant' };
export const notApplicable: Verdict = { is: 'notApplicable' };
export const unknown = (reason: string): Verdict => ({ is: 'unknown', reason });
export const violated = (...evidence: readonly string[]): Verdict => ({ is: 'violated', evidence });

/** Violated by every sentence there is, else compliant. */
export function unless(evidence: readonly (string | false | undefined)[]): Verdict {
  const found = evidence.filter((sentence) => typeof sentence === 'string');
  return found.length > 0 ? violated(...found) : compliant;
}

/** The worst of several: a violation, with the evidence of all, before what is unknown, before what complies. */
export function worst(verdicts: readonly Verdict[]): Verdict {
  const evidence = verdicts.flatMap((verdict) => (verdict.is === 'violated' ? verdict.evidence : []));
  if (evidence.length > 0) return violated(...evidence);
  const order = ['unknown', 'compliant'] as const;
  for (const is of order) {
    const found = verdicts.find((verdict) => verdict.is === is);
    if (found) return found;
  }
  return notApplicable;
}

/** What is told of every check; all of it is for people. */
export interface CheckText {
  /** Stable: waivers, tickets and trends refer to it. */
  readonly id: string;
  readonly severity: Severity;
  readonly title: string;
  readonly why: string;
  readonly fix: string;
  /** Where the rule comes from. */
  readonly source: string;
  /** `safe`: may be mended by this app without cutting anybody off. */
  readonly repair?: 'safe';
  /** Why the check repairs nothing while this is so: it ends the sentence "Not repaired, because …". */
  readonly hinders?: string;
}

/** One rule of Azure or NPS: data and a pure function over facts. */
export interface Check<Facts> extends CheckText {
  readonly check: (facts: Facts) => Verdict;
}

/** A difference, which begins in lower case and has no full stop, as a sentence of its own. */
export function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith('.') ? '' : '.'}`;
}

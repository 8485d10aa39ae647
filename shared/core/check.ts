import type { Finding } from './finding.ts';

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
  /** What a plan calls its findings, where planning makes the check as well. */
  readonly codes?: readonly string[];
  /** `safe`: may be mended by this app without cutting anybody off. */
  readonly repair?: 'safe';
  /** The name of the planned path that mends it, where there is one (docs/migrations.md). */
  readonly migration?: string;
  /** Why the check repairs nothing while this is so: it ends the sentence "Not repaired, because …". */
  readonly hinders?: string;
}

/** What to do, as a report says it. */
export const fixSentence = ({ fix, migration }: Pick<CheckText, 'fix' | 'migration'>): string =>
  migration ? `${fix} The migration ${migration} does it (POST /api/migrations).` : fix;

/** One rule of Azure or NPS: data and a pure function over facts. */
export interface Check<Facts> extends CheckText {
  readonly check: (facts: Facts) => Verdict;
}

/** The text of a check that planning makes as well. */
export interface PlannedText<Looked> extends CheckText {
  readonly codes: readonly string[];
  /** What must have been read before silence means that all is well. */
  readonly given?: (looked: Looked) => Verdict | undefined;
}

/**
 * The checks of planning as rules of the report: one function finds for both. `lookAt` makes what it looks at out of the
 * facts of the report, or says why it cannot.
 */
export function plannedChecks<Facts, Looked extends object>(
  texts: readonly PlannedText<Looked>[],
  lookAt: (facts: Facts) => Looked | Verdict,
  find: (looked: Looked) => Iterable<Finding>,
): Check<Facts>[] {
  return texts.map(({ given, ...text }) => ({
    ...text,
    check(facts) {
      const looked = lookAt(facts);
      if (isVerdict(looked)) return looked;
      const found = [...find(looked)].filter(({ code }) => text.codes.includes(code));
      if (found.length > 0) return violated(...found.map(({ evidence, message }) => evidence ?? message));
      return given?.(looked) ?? compliant;
    },
  }));
}

const isVerdict = (looked: object): looked is Verdict => 'is' in looked;

/** A difference, which begins in lower case and has no full stop, as a sentence of its own. */
export function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith('.') ? '' : '.'}`;
}

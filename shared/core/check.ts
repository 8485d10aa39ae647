import type { Finding } from './finding.ts';

export type Severity = 'high' | 'medium' | 'low' | 'info';

export const severities: readonly Severity[] = ['high', 'medium', 'low', 'info'];

/**
 * The result of a check. What could not be read is `unknown`, never `compliant`. What the check does not apply to, such
 * as RADIUS on a gateway without point-to-site, is `notApplicable`.
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

/** Violated, with every sentence that is given; compliant when there is none. */
export function unless(evidence: readonly (string | false | undefined)[]): Verdict {
  const found = evidence.filter((sentence) => typeof sentence === 'string');
  return found.length > 0 ? violated(...found) : compliant;
}

/**
 * The worst of several: a violation (with the evidence of all) is worse than `unknown`, and `unknown` is worse than
 * `compliant`.
 */
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

/** The texts of every check. All of them are for people. */
export interface CheckText {
  /** Stable: waivers, tickets and trends refer to it. */
  readonly id: string;
  readonly severity: Severity;
  readonly title: string;
  readonly why: string;
  readonly fix: string;
  /** Where the rule comes from. */
  readonly source: string;
  /** The codes of the plan's findings, when planning makes this check too. */
  readonly codes?: readonly string[];
  /** `safe`: this app may repair it without cutting anybody off. */
  readonly repair?: 'safe';
  /** The name of the planned path that fixes it, if there is one (docs/migrations.md). */
  readonly migration?: string;
  /** Why nothing is repaired while this finding is open. It completes the sentence "Not repaired, because …". */
  readonly noRepairBecause?: string;
}

/** What to do, in the words of the report. */
export const fixSentence = ({ fix, migration }: Pick<CheckText, 'fix' | 'migration'>): string =>
  migration ? `${fix} The migration ${migration} does this (POST /api/migrations).` : fix;

/** One rule of Azure or NPS: texts and a pure function over facts. */
export interface Check<Facts> extends CheckText {
  readonly check: (facts: Facts) => Verdict;
}

/** The text of a check that planning makes too. */
export interface PlannedText<Looked> extends CheckText {
  readonly codes: readonly string[];
  /** What must have been read before "no finding" means that all is well. */
  readonly given?: (looked: Looked) => Verdict | undefined;
}

/**
 * The checks of planning as rules of the report: one function finds for both. `lookAt` makes its input from the facts
 * of the report, or says why it cannot.
 */
export function plannedChecks<Facts, Looked extends object>(
  texts: readonly PlannedText<Looked>[],
  lookAt: (facts: Facts) => Looked | Verdict,
  find: (looked: Looked) => Iterable<Finding>,
): Check<Facts>[] {
  // The rules of a table are asked one after the other about the same facts, so what was found is kept for the next one.
  let last:
    | { readonly facts: Facts; readonly looked: Looked | Verdict; readonly all: readonly Finding[] }
    | undefined;
  const lookedAt = (facts: Facts) => {
    if (last?.facts !== facts) {
      const looked = lookAt(facts);
      last = { facts, looked, all: isVerdict(looked) ? [] : [...find(looked)] };
    }
    return last;
  };
  return texts.map(({ given, ...text }) => ({
    ...text,
    check(facts) {
      const { looked, all } = lookedAt(facts);
      if (isVerdict(looked)) return looked;
      const found = all.filter(({ code }) => text.codes.includes(code));
      if (found.length > 0) return violated(...found.map(({ evidence, message }) => evidence ?? message));
      return given?.(looked) ?? compliant;
    },
  }));
}

const isVerdict = (looked: object): looked is Verdict => 'is' in looked;

/** A difference begins in lower case and has no full stop. This makes a whole sentence of it. */
export function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith('.') ? '' : '.'}`;
}

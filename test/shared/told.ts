import type { Finding } from '../../shared/core/finding.ts';

/** A finding as people get it: what it is and the field, the sentence of the plan, and that of the report if it is another. */
export const told = (findings: Iterable<Finding>): string[][] =>
  [...findings].map(({ kind, code, target, message, evidence }) => [
    `${kind} ${code} ${target}`,
    message,
    ...(evidence === undefined ? [] : [evidence]),
  ]);

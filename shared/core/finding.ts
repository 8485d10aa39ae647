import type { Problem } from './errors.ts';

/** Something that planning found: a problem stops the deployment, a warning is told and does not. */
export interface Finding extends Problem {
  readonly kind: 'problem' | 'warning';
  /** The field of the request that it is about. */
  readonly target: string;
  /** What a report says instead, where nobody chooses any more. */
  readonly evidence?: string;
}

export function problem(code: string, message: string, target: string, evidence?: string): Finding {
  return { kind: 'problem', code, message, target, ...(evidence && { evidence }) };
}

export function warning(code: string, message: string, target: string, evidence?: string): Finding {
  return { kind: 'warning', code, message, target, ...(evidence && { evidence }) };
}

export function only(kind: Finding['kind'], findings: readonly Finding[]): Problem[] {
  return findings
    .filter((finding) => finding.kind === kind)
    .map(({ code, message, target }) => ({ code, message, target }));
}

/** Those of one list that another does not say already. */
export function unsaid<Said extends { readonly message: string }>(
  list: readonly Said[],
  said: readonly { readonly message: string }[],
): readonly Said[] {
  return list.filter(({ message }) => !said.some((other) => other.message === message));
}

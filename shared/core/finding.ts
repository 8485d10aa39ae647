import type { Problem } from './errors.ts';

/** A result of planning: a problem stops the deployment, a warning does not. */
export interface Finding extends Problem {
  readonly kind: 'problem' | 'warning';
  /** The field of the request that it is about. */
  readonly target: string;
  /** What a report says instead of the message, because nobody makes a choice there. */
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

/** The entries of a list whose messages the other list does not have. */
export function unsaid<Said extends { readonly message: string }>(
  list: readonly Said[],
  said: readonly { readonly message: string }[],
): readonly Said[] {
  return list.filter(({ message }) => !said.some((other) => other.message === message));
}

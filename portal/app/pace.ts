/** How long the page waits before it asks again, in milliseconds. */
export interface Pace {
  readonly shortest: number;
  readonly longest: number;
}

/** Something is under way: the page asks often. */
export const busy: Pace = { shortest: 3_000, longest: 15_000 };
/** Nothing changes for now. */
export const quiet: Pace = { shortest: 10_000, longest: 60_000 };

export type Look = 'changed' | 'same' | 'failed';

/**
 * Short after a change. Longer and longer while nothing changes or nobody answers. Never shorter than the app asks for.
 */
export function nextWait(
  { shortest, longest }: Pace,
  before: number | undefined,
  found: Look,
  retryAfterSeconds = 0,
): number {
  const factor = found === 'failed' ? 2 : 1.5;
  const wished = found === 'changed' || before === undefined ? shortest : before * factor;
  return Math.max(Math.min(Math.max(wished, shortest), longest), retryAfterSeconds * 1000);
}

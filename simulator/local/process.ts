/** Resolves when somebody ends the process: Ctrl+C, or a signal that asks it to end. */
export function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
}

export function wholeNumber(option: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < least || value > most)
    throw new Error(`${option} must be a whole number from ${least} to ${most}, not ${text}.`);
  return value;
}

/** A time in ISO 8601, such as `2027-03-01` or `2027-03-01T08:00:00Z`. */
export function dateOf(option: string, text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  const date = /^\d{4}-\d{2}-\d{2}(T[\d:.]+(Z|[+-]\d{2}:\d{2}))?$/.test(text) ? new Date(text) : new Date('');
  if (Number.isNaN(date.getTime()))
    throw new Error(`${option} must be a date such as 2027-03-01 or 2027-03-01T08:00:00Z, not ${text}.`);
  return date;
}

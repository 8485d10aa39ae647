/** Seconds before the next try: Event Grid's schedule, then hourly, at most 30 tries (delivery-and-retry.md). */
const waits = [10, 30, 60, 300, 600, 1800, 3600];

export function nextWait(attempt: number): number | undefined {
  if (attempt >= 30) return undefined;
  return waits[Math.min(attempt, waits.length) - 1];
}

/** One measured number. Times can be compared only within one run on one machine. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
}

export async function timed<T>(work: () => Promise<T>): Promise<{ result: T; milliseconds: number }> {
  const began = performance.now();
  const result = await work();
  return { result, milliseconds: Math.round(performance.now() - began) };
}

/** The most memory that this process has used so far, in MB. */
export function peakMemory(): number {
  return Math.round(process.resourceUsage().maxRSS / 1024);
}

export function ratio(one: number, other: number): number {
  return Math.round((one / other) * 100) / 100;
}

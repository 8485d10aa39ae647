export interface KeptBenchmark {
  readonly date: string;
  readonly machine: string;
  readonly figures: Readonly<Record<string, { readonly value: number; readonly unit: string }>>;
}
export function benchmarksPage(kept: Readonly<Record<string, KeptBenchmark>>): string;
export function scalePage(kept: Readonly<Record<string, KeptBenchmark>>): string;

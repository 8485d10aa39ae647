export interface KeptFigure {
  readonly value: number;
  readonly unit: string;
  readonly date: string;
  readonly machine: string;
}
export interface KeptBenchmark {
  readonly figures: Readonly<Record<string, KeptFigure>>;
}
export function benchmarksPage(kept: Readonly<Record<string, KeptBenchmark>>): string;
export function scalePage(kept: Readonly<Record<string, KeptBenchmark>>): string;

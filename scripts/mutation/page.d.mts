interface Survivor {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly kind: string;
  readonly was: string;
  readonly became: string;
}
export interface MutationRun {
  readonly date: string;
  readonly commit: string;
  /** How it was drawn, when not all was mutated. */
  readonly sample?: string;
  readonly killed: number;
  readonly survived: number;
  readonly notReached: number;
  readonly survivors: readonly Survivor[];
}
export declare function mutationPage(kept: Readonly<Record<string, MutationRun>>): string;

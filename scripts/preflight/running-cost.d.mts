interface Cost {
  readonly what: string;
  readonly count: number;
  readonly each: number;
}
export const allCosts: { readonly fixed: readonly Cost[] };
export function runningCost(installation: { readonly switches: Readonly<Record<string, boolean>> }): {
  readonly month: number;
};

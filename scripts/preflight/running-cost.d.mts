interface Cost {
  readonly what: string;
  readonly count: number;
  readonly each: number;
}
export const allCosts: { readonly fixed: readonly Cost[] };

/** Whole numbers below 2 to the 32nd, the same for the same seed (mulberry32). */
export function seededWhole(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
}

/** The same as numbers from 0 to 1. */
export function seeded(seed: number): () => number {
  const next = seededWhole(seed);
  return () => next() / 2 ** 32;
}

interface Stryker {
  activeMutant?: string;
  hitLimit?: number;
}
/** After Stryker's own setup, before a file of tests is loaded. */
const stryker = (globalThis as { __stryker__?: Stryker }).__stryker__;

/**
 * Stryker activates a mutant before the first test, so a file of tests must be loaded without one. In a thread that
 * lives on, the mutant of the run before would still be active then: a file that cannot be loaded with it has no tests,
 * so it would stay active, and all that come after it would seem to survive.
 */
if (stryker) delete stryker.activeMutant;

/**
 * How often the mutated place may run before it counts as an endless loop. Stryker allows a hundred times as often as in
 * all tests together: where they run it a million times, that takes longer than anybody waits.
 */
if (stryker?.hitLimit) {
  const threeTimesAsOften = (stryker.hitLimit / 100) * 3;
  stryker.hitLimit = Math.min(stryker.hitLimit, Math.max(threeTimesAsOften, 100_000));
}

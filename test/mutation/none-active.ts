/**
 * Stryker activates a mutant before the first test, so a file of tests must be loaded without one. In a thread that
 * lives on, the mutant of the run before would still be active then: a file that cannot be loaded with it has no tests,
 * so it would stay active, and all that come after it would seem to survive.
 */
const stryker = (globalThis as { __stryker__?: { activeMutant?: string } }).__stryker__;
if (stryker) delete stryker.activeMutant;

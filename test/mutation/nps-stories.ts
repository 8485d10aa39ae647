/** What scripts/mutation/nps.mjs bundles, with `collected.ts` in place of Vitest. */
export { answerTo, engine, skipReason, standInCommands } from '../nps/engine.ts';
export { subjects, subjectsOfRunCommands } from '../nps/subjects.ts';
export { testsOf } from './collected.ts';

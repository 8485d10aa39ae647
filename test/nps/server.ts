import { beforeAll, describe } from 'vitest';
import { type Answer, engine, runStories, skipReason } from './engine.ts';
import { subjects } from './subjects.ts';

// All in one start of the engine, because the start takes longer than any of these.
describe.skipIf(!engine)(`NPS by subject${skipReason}`, () => {
  let told: Record<string, Record<string, Answer[]>>;
  beforeAll(async () => {
    told = await runStories(Object.fromEntries(subjects.map(([subject, stories]) => [subject, stories])));
  }, 600_000);
  for (const [subject, , tests] of subjects) describe(subject, () => tests(() => told[subject] ?? {}));
});

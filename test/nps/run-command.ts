import { beforeAll, describe } from 'vitest';
import { type Answer, engine, runStories, skipReason } from './engine.ts';
import { subjectsOfRunCommands } from './subjects.ts';

describe.skipIf(!engine)(`NPS by run command${skipReason}`, () => {
  let told: Record<string, Record<string, Answer[]>>;
  beforeAll(async () => {
    told = await runStories(
      Object.fromEntries(subjectsOfRunCommands.map(([subject, stories]) => [subject, stories])),
      'joined',
    );
  }, 600_000);
  for (const [subject, , tests] of subjectsOfRunCommands)
    describe(subject, () => tests(() => told[subject] ?? {}));
});

import { beforeAll, describe } from 'vitest';
import { type Answer, engine, runStories, skipReason } from './engine.ts';
import * as failures from './failures.ts';
import * as story from './story.ts';

const subjects = [
  ['a gateway is to be served by a fresh NPS', story.stories, story.story],
  ['what goes wrong', failures.stories, failures.failures],
] as const;

describe.skipIf(!engine)(`NPS by run command${skipReason}`, () => {
  let told: Record<string, Record<string, Answer[]>>;
  beforeAll(async () => {
    told = await runStories(
      Object.fromEntries(subjects.map(([subject, stories]) => [subject, stories])),
      'joined',
    );
  }, 600_000);
  for (const [subject, , tests] of subjects) describe(subject, () => tests(() => told[subject] ?? {}));
});

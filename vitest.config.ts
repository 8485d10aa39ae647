import { availableParallelism } from 'node:os';
import { configDefaults, defineConfig } from 'vitest/config';

/** Pure code, and adapters against fakes; the credential is apart, whose library remembers for a whole process what it was refused. */
const units = [
  'test/shared/**/!(credential).test.ts',
  'test/functions/{compliance,deployment,http,records}/**/*.test.ts',
];

/** The app on its simulated host. What is loaded and compiled for the first of them serves all others of the same process. */
const stories = ['test/flows/**/*.test.ts'];

export default defineConfig({
  test: {
    pool: 'forks',
    // One more than there are processors: many tests wait for a compiler, a browser or an answer that does not come.
    maxWorkers: availableParallelism() + 1,
    reporters: ['default', './test/closing-line.ts'],
    // Ends what hangs; a machine many times slower than a developer's passes all the same.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    projects: [
      { extends: true, test: { name: 'units', include: units, isolate: false } },
      {
        extends: true,
        test: {
          name: 'stories',
          include: stories,
          isolate: false,
          setupFiles: ['test/close-after-file.ts'],
        },
      },
      {
        // Each in a process of its own.
        extends: true,
        test: {
          name: 'apart',
          include: ['test/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...units, ...stories],
          setupFiles: ['test/close-after-file.ts'],
        },
      },
    ],
  },
});

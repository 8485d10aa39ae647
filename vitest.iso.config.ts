import { availableParallelism } from 'node:os';
import { configDefaults, defineConfig } from 'vitest/config';

/**
 * Pure code, and adapters against fakes. A story needs a process for itself, since the app is loaded again for every host; so does
 * the credential, whose library remembers for a whole process what it was refused.
 */
const units = [
  'test/shared/**/!(credential).test.ts',
  'test/functions/{compliance,deployment,http,records}/**/*.test.ts',
];

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
      // What the files have in common is loaded once in a process.
      { extends: true, test: { name: 'units', include: units, isolate: false } },
      {
        extends: true,
        test: {
          name: 'stories', isolate: false,
          include: ['test/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...units],
        },
      },
    ],
  },
});

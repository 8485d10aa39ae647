import { availableParallelism } from 'node:os';
import { configDefaults, defineConfig } from 'vitest/config';

/** Pure code, and adapters against fakes. The credential needs its own process: its library remembers what it was refused. */
const units = [
  'test/shared/**/!(credential).test.ts',
  'test/functions/{compliance,deployment,http,migration,records,removal}/**/*.test.ts',
  'test/bench/**/*.test.ts',
  'test/portal/{app,deployments,request}/**/*.test.ts',
  'test/scripts/conformance/!(conformance).test.ts',
  'test/simulator/{clock,ticketing}.test.ts',
  'test/simulator/nps/{module/in-memory,radius/*}.test.ts',
  'test/simulator/sweep/!(sweep).test.ts',
];

/**
 * The app on its simulated host, and the simulator itself. Files of one process share what was loaded and compiled. Telemetry
 * has its own process: a process has one meter and one tracer.
 */
const stories = [
  'test/{docs,flows/*,functions}/!(telemetry).test.ts',
  'test/functions/housekeeping/**/*.test.ts',
  'test/simulator/{azure,demo,local,rehearsal,scenarios,ticketing}/**/*.test.ts',
  'test/simulator/host/{durable,triggers}/*.test.ts',
];

export default defineConfig({
  test: {
    pool: 'forks',
    // One more than there are processors: many tests wait for a compiler, a browser or an answer that does not come.
    maxWorkers: availableParallelism() + 1,
    reporters: ['default', './test/closing-line.ts'],
    // Ends what hangs; a machine a hundred times slower than a developer's passes all the same. The compiler of Bicep takes
    // three seconds of a processor to load its types, and took three minutes on a machine that had other work.
    testTimeout: 1_200_000,
    hookTimeout: 1_200_000,
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
        // Each file has its own process: it starts programs, changes the environment, or loads an app that is not ours.
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

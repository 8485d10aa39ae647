import { relative } from 'node:path';
import { configDefaults, defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const pure = [
  'test/shared/{compliance,core,deployment,gateway,nps,secret}/**/*.test.ts',
  'test/functions/{compliance,deployment,migration,removal}/**/*.test.ts',
];
const ofAdapters = [
  'test/shared/config.test.ts',
  'test/shared/{azure,ticketing}/**/*.test.ts',
  'test/functions/{housekeeping,http,records}/**/*.test.ts',
];

/** They wait for other programs or for time, or read the text of sources, which Stryker has changed. */
const left = [
  'test/shared/azure/wire/credential.test.ts',
  'test/shared/compliance/finding-codes.test.ts',
  'test/shared/core/many-at-once.test.ts',
  'test/shared/nps/radius/probe.test.ts',
  'test/functions/deployment/secret/rotation.test.ts',
  'test/functions/deployment/servers-in-turns.test.ts',
];

/**
 * The first test that fails ends the run of a mutant. So first come the tests that noticed the mutant before, which is
 * often in the same function; then the quickest.
 */
class LikelyToFailFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]) {
    const { cache, config } = this.ctx;
    const hasFailed = ({ project, moduleId }: TestSpecification) =>
      cache.getFileTestResults(`${project.name}:${relative(config.root, moduleId)}`)?.failed ?? false;
    const quickest = (await super.sort(files)).reverse();
    return [...quickest.filter(hasFailed), ...quickest.filter((file) => !hasFailed(file))];
  }
}

/**
 * A folder of `shared/azure` is asked of the tests of `shared/azure` alone: they hold what is sent and read. The records
 * are asked of those that write or read them.
 */
const testsOf = (adapters: string | undefined) => {
  if (!adapters) return pure;
  if (adapters === 'functions/records')
    return [
      'test/functions/{compliance/steps,housekeeping,records,removal}/**/*.test.ts',
      'test/functions/deployment/planning/discreet-secrets.test.ts',
      'test/shared/ticketing/tickets.test.ts',
    ];
  return adapters.startsWith('shared/azure/') ? ['test/shared/azure/**/*.test.ts'] : [...pure, ...ofAdapters];
};

/** The unit tests that Stryker asks about each mutant. scripts/mutation/stryker.mjs says which adapters are mutated. */
export default defineConfig({
  test: {
    include: testsOf(process.env.MUTATE_ADAPTERS),
    exclude: [...configDefaults.exclude, ...left],
    isolate: false,
    // The simulated account is asked instead, which is there at once.
    env: { WITHOUT_AZURITE: '1' },
    setupFiles: 'test/mutation/each-run.ts',
    // Stryker hears of failures by itself. To print each, with its code and differences, takes longer than the test.
    reporters: [{}],
    diff: { maxDepth: 1, truncateThreshold: 1 },
    // A mutant of an adapter may wait for what never comes. Each of these tests takes less than three seconds, and many
    // times as long on a machine that has other work.
    testTimeout: 60_000,
    sequence: { sequencer: LikelyToFailFirst },
  },
});

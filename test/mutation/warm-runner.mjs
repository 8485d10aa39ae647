import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { ThreadsPoolWorker } from 'vitest/node';

/**
 * Stryker's runner for Vitest, with one thread that lives as long as the runner. Vitest ends its thread after each run, so
 * that every mutant would load all modules again: that takes ten times as long as the tests themselves. Only the file of
 * tests is loaded anew; which mutant is active is a variable (`isolate: false`, and mutants of module code are ignored).
 */
const require = createRequire(import.meta.url);
const load = (name) =>
  import(new URL(name, pathToFileURL(require.resolve('@stryker-mutator/vitest-runner'))).href);
const { strykerValidationSchema } = await load('index.js');
const { VitestTestRunner } = await load('vitest-test-runner.js');
const { declareClassPlugin, declareFactoryPlugin, PluginKind, commonTokens, tokens } = await import(
  pathToFileURL(require.resolve('@stryker-mutator/api/plugin')).href
);

class WarmRunner extends VitestTestRunner {
  #worker;

  async init() {
    await super.init();
    const createPoolWorker = (options) => {
      this.#worker ??= new WarmWorker(options);
      return this.#worker;
    };
    for (const project of this.ctx.projects) {
      project.config.pool = 'warm';
      project.config.poolRunner = { name: 'warm', createPoolWorker };
    }
  }

  /** No test is no answer: it would be taken for a mutant that survived. */
  async mutantRun(options) {
    const result = await super.mutantRun(options);
    return result.status === 'survived' && result.nrOfTests === 0
      ? { status: 'error', errorMessage: 'None of the tests could be loaded' }
      : result;
  }

  async dispose() {
    await super.dispose();
    await this.#worker?.end();
  }
}

/** A thread that is told once to start; what later starts say, the configuration, goes with each run. */
class WarmWorker extends ThreadsPoolWorker {
  name = 'warm';
  #listeners = [];
  #hasStarted = false;
  #config;

  canReuse() {
    return true;
  }

  on(event, listener) {
    this.#listeners.push([event, listener]);
    super.on(event, listener);
  }

  off(event, listener) {
    this.#listeners = this.#listeners.filter(([, one]) => one !== listener);
    super.off(event, listener);
  }

  send(message) {
    if (message?.type === 'start') {
      this.#config = message.context.config;
      if (this.#hasStarted) return this.#answer('started');
      this.#hasStarted = true;
    }
    if (message?.type === 'stop') return this.#answer('stopped');
    super.send(
      message?.type === 'run'
        ? { ...message, context: { ...message.context, config: this.#config } }
        : message,
    );
  }

  async start() {
    if (!this.#hasStarted) await super.start();
  }

  async stop() {
    for (const [event, listener] of [...this.#listeners]) this.off(event, listener);
  }

  async end() {
    if (this.#hasStarted) await super.stop();
  }

  #answer(type) {
    const response = { type, __vitest_worker_response__: true };
    queueMicrotask(() => {
      for (const [event, listener] of this.#listeners) if (event === 'message') listener(response);
    });
  }
}

createWarmRunner.inject = tokens(commonTokens.injector);
function createWarmRunner(injector) {
  return injector.provideValue('globalNamespace', '__stryker__').injectClass(WarmRunner);
}

/** Says how far it is, and what survives, when it happens: a run can take hours. */
class Survivors {
  #all = 0;
  #told = 0;

  onMutationTestingPlanReady({ mutantPlans }) {
    this.#all = mutantPlans.length;
    console.error(
      `${mutantPlans.filter(({ plan }) => plan === 'Run').length} of ${this.#all} mutants are new`,
    );
  }

  onMutantTested({ status, fileName, location, replacement }) {
    if (status === 'Survived')
      console.error(`survived ${fileName}:${location.start.line}:${location.start.column} ${replacement}`);
    this.#told++;
    if (this.#told % 100 === 0) console.error(`${this.#told} of ${this.#all}`);
  }
}

export const strykerPlugins = [
  declareFactoryPlugin(PluginKind.TestRunner, 'warm', createWarmRunner),
  declareClassPlugin(PluginKind.Reporter, 'survivors', Survivors),
];
export { strykerValidationSchema };

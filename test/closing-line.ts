import type { Reporter, TestModule } from 'vitest/node';

/** Ends the output with `N passed, N failed, N skipped`, counted from the runner's own result. */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]) {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const count = (state: string) => tests.filter((test) => test.result().state === state).length;
    // A file that does not load, a suite whose hook fails and an error outside of tests have no test that fails.
    const broken = modules.filter(
      (module) =>
        module.state() === 'failed' &&
        ![...module.children.allTests()].some((test) => test.result().state === 'failed'),
    ).length;
    const line = `${count('passed')} passed, ${count('failed') + broken + errors.length} failed, ${count('skipped')} skipped`;
    const why = tests
      .filter((test) => test.result().state === 'skipped')
      .map(({ fullName }) => /\(([^()]*skipped[^()]*)\)/i.exec(fullName)?.[1] ?? fullName);
    const reasons = [...new Set(why)].map(
      (reason) => `${why.filter((one) => one === reason).length} ${reason}`,
    );
    process.once('exit', () => process.stdout.write(`\n${[...reasons, line].join('\n')}\n`));
  }
}

import { readFileSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';

/**
 * Ends the output with what the run took, and with `N passed, N failed, N skipped`, counted from the runner's own result.
 */
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
    process.once('exit', () => process.stdout.write(`\n${[...reasons, taken(), line].join('\n')}\n`));
  }
}

/** A PowerShell engine that ends after the process that started it is not in the processor time. */
function taken(): string {
  const wall = `${Math.round(process.uptime())} s`;
  try {
    // proc_pid_stat(5): utime, stime, cutime and cstime, in hundredths of a second.
    const [, fields = ''] = readFileSync('/proc/self/stat', 'utf8').split(/\) (?=[^)]*$)/);
    const hundredths = fields.split(' ').slice(11, 15).map(Number);
    const sum = hundredths.reduce((total, each) => total + each, 0);
    return `It took ${wall}, and ${Math.round(sum / 100)} s of processor time.`;
  } catch {
    return `It took ${wall}.`;
  }
}

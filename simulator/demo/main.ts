import { runComplianceDemo } from './compliance.ts';
import { runDemo } from './demo.ts';
import { demoOptions, usage } from './options.ts';

try {
  const options = demoOptions(process.argv.slice(2));
  const { trigger } = options;
  const succeeded =
    trigger === 'timer'
      ? await runComplianceDemo(options, process.stdout)
      : await runDemo({ ...options, trigger }, process.stdout);
  process.exitCode = succeeded ? 0 : 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  console.error(usage);
  process.exitCode = 2;
}

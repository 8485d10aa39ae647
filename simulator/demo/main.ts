import { runComplianceDemo } from './compliance.ts';
import { runDemo } from './demo.ts';
import { demoOptions, usage } from './options.ts';
import { runRemovalDemo } from './removal.ts';
import { runRotationDemo } from './rotation.ts';

try {
  const options = demoOptions(process.argv.slice(2));
  const { trigger, story } = options;
  const runStory = { deploy: undefined, remove: runRemovalDemo, rotate: runRotationDemo }[story];
  const succeeded = runStory
    ? await runStory(options, process.stdout)
    : trigger === 'timer'
      ? await runComplianceDemo(options, process.stdout)
      : await runDemo({ ...options, trigger }, process.stdout);
  process.exitCode = succeeded ? 0 : 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  console.error(usage);
  process.exitCode = 2;
}

import { runDemo } from './demo.ts';
import { demoOptions, usage } from './options.ts';

try {
  const options = demoOptions(process.argv.slice(2));
  process.exitCode = (await runDemo(options, process.stdout)) ? 0 : 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  console.error(usage);
  process.exitCode = 2;
}

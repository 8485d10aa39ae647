import { changeGateway } from './change.ts';
import { runComplianceDemo } from './compliance.ts';
import { runDemo } from './demo.ts';
import { groups } from './groups.ts';
import { migration } from './migration.ts';
import { demoOptions, usage } from './options.ts';
import { removal } from './removal.ts';
import { rotateDue, rotationWorld } from './rotation.ts';
import { tellStory } from './story.ts';

/** What happens to a gateway after its deployment, by `--story`. */
const laterStories = { change: changeGateway, groups, migrate: migration, remove: removal };

try {
  const options = demoOptions(process.argv.slice(2));
  const { trigger, story } = options;
  const hasSucceeded =
    story === 'rotate'
      ? await tellStory(options, process.stdout, rotateDue, rotationWorld)
      : story !== 'deploy'
        ? await tellStory(options, process.stdout, laterStories[story])
        : trigger === 'timer'
          ? await runComplianceDemo(options, process.stdout)
          : await runDemo({ ...options, trigger }, process.stdout);
  process.exitCode = hasSucceeded ? 0 : 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  console.error(usage);
  process.exitCode = 2;
}

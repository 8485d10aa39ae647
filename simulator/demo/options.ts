import { parseArgs } from 'node:util';

export const triggers = ['ticket', 'eventgrid', 'servicenow', 'jira', 'timer'] as const;
export type Trigger = (typeof triggers)[number];

/** Stories in addition to the one of a deployment. */
const stories = ['deploy', 'change', 'groups', 'migrate', 'remove', 'rotate'] as const;

export interface DemoOptions {
  readonly story: (typeof stories)[number];
  readonly json: boolean;
  readonly trigger: Trigger;
  readonly state?: string | undefined;
  /** Simulated seconds in one second. 0: as fast as possible. */
  readonly pace: number;
}

export const usage = `npm run demo [-- options]
  --trigger ${triggers.join('|')}
                                             what starts the deployment (ticket); timer: the scheduled check of one
  --story ${stories.join('|')}
                                             what is told: a deployment, and what comes of its gateway later
  --json                                     JSON lines instead of words
  --state DIR                                keep everything there; a demo that was killed carries on
  --pace N                                   simulated seconds a second (300); 0: as fast as it goes`;

/** Throws with a sentence when an option is unknown or out of range. */
export function demoOptions(argv: readonly string[]): DemoOptions {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      json: { type: 'boolean', default: false },
      trigger: { type: 'string', default: 'ticket' },
      state: { type: 'string' },
      pace: { type: 'string', default: '300' },
      story: { type: 'string', default: 'deploy' },
    },
  });
  const trigger = triggers.find((one) => one === values.trigger);
  if (!trigger) throw new Error(`--trigger must be one of ${triggers.join(', ')}, not ${values.trigger}.`);
  const story = stories.find((one) => one === values.story);
  if (!story) throw new Error(`--story must be one of ${stories.join(', ')}, not ${values.story}.`);
  const pace = Number(values.pace);
  if (!(pace >= 0))
    throw new Error(`--pace must be a number of simulated seconds in one second, not ${values.pace}.`);
  return { json: values.json, trigger, story, state: values.state, pace };
}

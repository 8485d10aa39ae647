import { type Narration, tellStages } from '../../cli/telling/narration.ts';
import type { Deployment } from '../../shared/deployment/contract.ts';
import { isEnded } from '../../shared/deployment/record/view.ts';
import type { ShownPlan } from '../../shared/deployment/shown-plan.ts';
import { type Local, type LocalOptions, startLocal } from '../local/local.ts';
import { appOf } from '../rehearsal/app.ts';
import { narrationFor } from './demo.ts';
import type { DemoOptions } from './options.ts';
import { watchable } from './pace.ts';
import { trigger } from './trigger.ts';

/** The app and its world, with texts for people that say what happens. */
export interface Story extends Local {
  readonly narration: Narration;
  say(text: string): void;
  /** Lets time pass until the condition is true. */
  passing(isSo: () => Promise<boolean>): Promise<void>;
  api<T>(method: string, path: string, body?: unknown): Promise<T>;
  /** Posts the request that starts a deployment. Returns its id. */
  sent(path: string, body: unknown): Promise<string>;
  /** Lets time pass and prints the stages until the condition is true for the deployment. */
  until(id: string, is: (deployment: Deployment) => boolean): Promise<Deployment>;
  ended(id: string): Promise<Deployment>;
  /** Prints the plan that waits for an approval, and approves it in the name of Jonas. */
  agreed(id: string, tellPlan: (plan: ShownPlan) => void): Promise<void>;
  /** Carries out the ticket of the demo. */
  deployed(): Promise<Deployment>;
}

/**
 * Plays a story that continues after a deployment. `tell` returns the last line for programs, and whether all went
 * well.
 */
export async function tellStory(
  options: DemoOptions,
  out: NodeJS.WriteStream,
  tell: (story: Story) => Promise<{ readonly outcome: string }>,
  world: Pick<LocalOptions, 'start' | 'scenario' | 'settings' | 'appFile'> = {},
): Promise<boolean> {
  const local = await startLocal({ ...world, seed: 'demo', stateDir: options.state });
  try {
    const story = storyOf(options, out, local);
    const end = await tell(story);
    story.narration.end(end);
    return end.outcome === 'Succeeded';
  } finally {
    await local.close();
  }
}

function storyOf(
  options: DemoOptions,
  out: NodeJS.WriteStream,
  local: Awaited<ReturnType<typeof startLocal>>,
): Story {
  const { host, clock } = local;
  const narration = narrationFor(options, out, () => clock.now());
  const keepUp = options.pace > 0 ? watchable(clock, options.pace) : async () => {};
  const { call } = appOf(local);
  const api = async <T>(method: string, path: string, body?: unknown) =>
    (await call(method, path, body)).body as T;
  const read = (id: string) => api<Deployment>('GET', `deployments/${id}`);
  const told = new Map<string, Deployment['stages']>();
  const passing: Story['passing'] = async (isSo) => {
    await host.runUntil(
      async () => {
        if (await isSo()) return true;
        await keepUp();
        return false;
      },
      { limitMinutes: 600 },
    );
  };
  const until: Story['until'] = async (id, is) => {
    await passing(async () => {
      const deployment = await read(id);
      told.set(id, tellStages(narration, told.get(id) ?? [], deployment));
      narration.progress(deployment);
      return is(deployment);
    });
    return read(id);
  };
  const ended = async (id: string) => {
    const deployment = await until(id, ({ status }) => isEnded(status));
    if (deployment.error) narration.say(`Failed: ${deployment.error.message} (${deployment.error.code})`);
    return deployment;
  };
  return {
    ...local,
    narration,
    say: (text) => narration.say(text),
    api,
    passing,
    sent: async (path, body) => (await api<{ readonly id: string }>('POST', path, body)).id,
    until,
    ended,
    async agreed(id, tellPlan) {
      await until(id, ({ status }) => status === 'AwaitingApproval' || isEnded(status));
      const plan = await api<ShownPlan>('GET', `deployments/${id}/plan`);
      tellPlan(plan);
      const decision = { approved: true, by: 'Jonas', planDigest: plan.digest };
      narration.say(`It waits for an approval; Jonas approves the plan ${plan.digest.slice(0, 12)}….`);
      await api('POST', `deployments/${id}/approval`, decision);
    },
    async deployed() {
      await trigger('ticket', local, narration);
      const made = () => host.durable.instances().find(({ name }) => name === 'provisionVpnGateway');
      await host.runUntil(() => made() !== undefined, { limitMinutes: 10 });
      return ended(made()!.instanceId);
    },
  };
}

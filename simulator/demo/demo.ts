import {
  jsonLines,
  type Narration,
  plainLines,
  progressBar,
  tellStages,
} from '../../cli/telling/narration.ts';
import type { Deployment, Stage } from '../../shared/deployment/contract.ts';
import { isEnded } from '../../shared/deployment/record/view.ts';
import { startLocal } from '../local/local.ts';
import { guardrails } from './guardrails.ts';
import type { DemoOptions } from './options.ts';
import { outcome } from './outcome.ts';
import { watchable } from './pace.ts';
import { trigger } from './trigger.ts';

/** Shows one deployment from request to answer. True when it succeeded. Forty minutes of Azure pass in seconds. */
export async function runDemo(
  options: DemoOptions & { readonly trigger: Exclude<DemoOptions['trigger'], 'timer'> },
  out: NodeJS.WriteStream,
): Promise<boolean> {
  const local = await startLocal({ seed: 'demo', stateDir: options.state });
  const { host, clock } = local;
  const narration = narrationFor(options, out, () => clock.now());
  const keepUp = options.pace > 0 ? watchable(clock, options.pace) : async () => {};
  const instance = () => host.durable.instances().find(({ name }) => name === 'provisionVpnGateway');
  const read = async () =>
    (await (await host.fetch(`/api/deployments/${instance()!.instanceId}`)).json()) as Deployment;

  try {
    const isFresh = instance() === undefined;
    if (!isFresh) {
      const before = await read();
      narration.say(
        isEnded(before.status)
          ? `The deployment in the state folder has ended (${before.status}): this is what it did. To see a new one, leave out --state or name another folder.`
          : 'There is a deployment in the state folder; it continues.',
      );
    } else await trigger(options.trigger, local, narration);
    let told: readonly Stage[] = [];
    let deployment: Deployment | undefined;
    await host.runUntil(
      async () => {
        if (!instance()) return false;
        deployment = await read();
        told = tellStages(narration, told, deployment);
        narration.progress(deployment);
        if (isEnded(deployment.status)) return true;
        await keepUp();
        return false;
      },
      { limitMinutes: 240 },
    );
    await host.settled();
    const ended = await read();
    await outcome(narration, local, ended);
    // The outcome for programs comes last.
    if (isFresh && !options.json && ended.status === 'Succeeded') await guardrails(narration, local, ended);
    return ended.status === 'Succeeded';
  } finally {
    await local.close();
  }
}

export function narrationFor({ json }: DemoOptions, out: NodeJS.WriteStream, virtual: () => Date): Narration {
  const write = (text: string) => void out.write(text);
  if (json) return jsonLines(write, virtual, () => new Date());
  return out.isTTY ? progressBar(write, virtual, () => out.columns || 80) : plainLines(write, virtual);
}

import type { OrchestrationContext } from 'durable-functions';
import { expect, it } from 'vitest';
import { vpnGateways } from '../../../shared/azure/network/vpn-gateways.ts';
import { connectAzure } from '../../../shared/azure/wire/connection.ts';
import { minutes, type Outcome, orchestration, retryTransient, steps } from '../../../shared/core/durable.ts';
import { failureOf } from '../../../shared/core/errors.ts';
import { createAzure } from '../../../simulator/azure/azure.ts';
import { subscriptionId } from '../../../simulator/azure/default-world.ts';
import { inProcessHttpClient, simulatedCredential } from '../../../simulator/azure/wire/http-client.ts';
import { virtualClock } from '../../../simulator/clock.ts';

interface Asked {
  readonly kind: 'activity' | 'timer';
  readonly fireAt?: Date;
  isCompleted: boolean;
  result?: unknown;
}

/** All instances wait at the same time. The one that is due first goes on first, and time passes only between them. */
async function playedTogether<T>(
  instances: ReadonlyMap<string, (context: OrchestrationContext) => Generator<unknown, T, unknown>>,
  activity: () => Promise<unknown>,
  clock: ReturnType<typeof virtualClock>,
): Promise<{ readonly ended: ReadonlyMap<string, T>; readonly calls: number; readonly minutes: number }> {
  const began = clock.now().getTime();
  const ended = new Map<string, T>();
  let calls = 0;
  const due: { at: number; id: string; run: Generator<unknown, T, unknown>; task: Asked | undefined }[] = [];
  for (const [id, body] of instances) {
    const df = {
      instanceId: id,
      getInput: () => undefined,
      get currentUtcDateTime() {
        return clock.now();
      },
      callActivity: (): Asked => ({ kind: 'activity', isCompleted: false }),
      createTimer: (fireAt: Date): Asked => ({ kind: 'timer', fireAt, isCompleted: false }),
    };
    due.push({ at: began, id, run: body({ df } as unknown as OrchestrationContext), task: undefined });
  }
  while (due.length > 0) {
    due.sort((one, other) => other.at - one.at);
    const next = due.pop()!;
    clock.advance(Math.max(0, next.at - clock.now().getTime()));
    const { run, task } = next;
    if (task) task.isCompleted = true;
    if (task?.kind === 'activity') {
      calls++;
      task.result = await activity();
    }
    const { done, value } = run.next(task?.result);
    if (done) ended.set(next.id, value);
    else {
      const asked = value as Asked;
      due.push({ ...next, task: asked, at: asked.fireAt?.getTime() ?? clock.now().getTime() });
    }
  }
  return { ended, calls, minutes: (clock.now().getTime() - began) / minutes(1) };
}

it('of 500 tickets in one second, each for a VNet of its own, all are planned: Resource Graph takes 15 queries in 5 seconds', async () => {
  const clock = virtualClock(new Date('2030-01-01T00:00:00Z'));
  const simulated = createAzure({ clock, seed: 'many' });
  const gateways = vpnGateways(
    connectAzure({
      resourceManagerEndpoint: 'https://management.azure.com',
      authorityHost: 'https://login.microsoftonline.com',
      keyVaultUrl: 'https://kv-hub.vault.azure.net',
      version: '0',
      credential: simulatedCredential(simulated),
      httpClient: inProcessHttpClient(simulated),
    }),
  );
  const codes = new Set<string>();
  /** The questions of planning to Resource Graph, asked by the step itself. */
  const activity = async (): Promise<Outcome<unknown>> => {
    try {
      return { value: await gateways.addressPools([subscriptionId]) };
    } catch (error) {
      const failure = failureOf(error);
      codes.add(failure.code);
      return { failure };
    }
  };
  const planned = orchestration(function* (context) {
    const run = steps<{ look: () => Promise<unknown> }>(context, retryTransient);
    return yield* (run.look as () => Generator<never, unknown, unknown>)();
  });
  const ids = Array.from({ length: 500 }, (_, number) => `vpn-${number}`);
  const story = await playedTogether(new Map(ids.map((id) => [id, planned as never])), activity, clock);

  // They were throttled hard, but none of them gave up.
  expect([...codes]).toEqual(['RateLimiting']);
  const failed = [...story.ended.values()].filter((outcome) => 'failure' in (outcome as Outcome<unknown>));
  expect(failed).toEqual([]);
  expect(story.ended.size).toBe(500);
  // The quota alone needs 2.8 minutes. Each one is tried for an hour: there is room for several times as many.
  expect(story.minutes).toBeGreaterThan(2.5);
  expect(story.minutes).toBeLessThan(30);
  expect(story.calls).toBeLessThan(500 * 12);
});

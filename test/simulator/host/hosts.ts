import { fileURLToPath } from 'node:url';
import { afterEach } from 'vitest';
import { type VirtualClock, virtualClock } from '../../../simulator/clock.ts';
import {
  type DurableInstance,
  type Host,
  type HostOptions,
  startHost,
} from '../../../simulator/host/host.ts';

export const esmApp = fileURLToPath(new URL('apps/esm/app.js', import.meta.url));
export const cjsApp = fileURLToPath(new URL('apps/cjs/app.js', import.meta.url));

/** Every story begins at this time. */
export const beginning = new Date('2030-01-01T00:00:00.000Z');

export interface TestHost extends Host {
  clock: VirtualClock;
  /** Starts an orchestration with the app's own HTTP function and returns the instance id. */
  start(name: string, input?: unknown, instanceId?: string): Promise<string>;
  raise(instanceId: string, eventName: string, data?: unknown): Promise<Response>;
  /** Lets time pass until the instance has ended, at most 60 days. */
  ended(instanceId: string): Promise<DurableInstance>;
  /** Starts it and waits for its end. */
  run(name: string, input?: unknown, instanceId?: string): Promise<DurableInstance>;
  /** Minutes since the clock started. */
  minutes(): number;
  seen: unknown[];
}

const open: Host[] = [];

afterEach(async () => {
  for (const host of open.splice(0)) await host.stop();
});

export async function testHost(
  options: Partial<HostOptions> & { clock?: VirtualClock } = {},
): Promise<TestHost> {
  const clock = options.clock ?? virtualClock(beginning);
  const host = await startHost({
    appFile: esmApp,
    // Other tests play what queues do to an app.
    queues: { early: false, lateTimers: 0, twice: 0 },
    ...options,
    clock,
    settings: { HUB: 'TestHub', NIGHTLY: '0 0 2 * * *', ...options.settings },
  });
  open.push(host);
  const seen = (globalThis as { seenByApp?: unknown[] }).seenByApp ?? [];

  const start = async (name: string, input?: unknown, instanceId = '') => {
    const body = input === undefined ? null : JSON.stringify(input);
    const response = await host.fetch(`/api/start/${name}/${instanceId}`, { method: 'POST', body });
    if (response.status !== 202) throw new Error(`start of ${name}: ${response.status}`);
    return ((await response.json()) as { id: string }).id;
  };
  const ended = async (instanceId: string) => {
    const status = () => host.durable.instance(instanceId)?.status ?? 'none';
    await host.runUntil(() => ['Completed', 'Failed', 'Terminated'].includes(status()), {
      limitMinutes: 60 * 24 * 60,
    });
    return host.durable.instance(instanceId)!;
  };
  return {
    ...host,
    clock,
    seen,
    start,
    ended,
    run: async (...args) => ended(await start(...args)),
    raise: (instanceId, eventName, data) =>
      host.fetch(`/runtime/webhooks/durabletask/instances/${instanceId}/raiseEvent/${eventName}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(data ?? null),
      }),
    minutes: () => (clock.now().getTime() - beginning.getTime()) / 60_000,
  };
}

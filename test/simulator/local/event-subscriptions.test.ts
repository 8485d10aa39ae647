import { afterEach, expect, it } from 'vitest';
import type { Host } from '../../../simulator/host/host.ts';
import { type PendingDelivery, subscribe } from '../../../simulator/local/event-subscriptions.ts';
import { azureAt, network, readyHub, standardAddress } from '../azure/client.ts';

const address = network('publicIPAddresses/pip-vpn');
let ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends) end();
  ends = [];
});

/** A host whose function refuses the first events. */
function hostThatRefuses(times: number) {
  const asked: string[] = [];
  const host = {
    functions: [{ name: 'gatewayWritten' }],
    async deliver(_name: string, event: { id: string }) {
      asked.push(event.id);
      if (asked.length <= times) throw new Error('not now');
    },
  };
  return { host: host as unknown as Host, asked };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

it('an event that a function refused waits for its next try, also in the process after a kill', async () => {
  const at = await readyHub();
  const { host, asked } = hostThatRefuses(1);
  const pending = new Set<PendingDelivery>();
  ends.push(subscribe(at.azure, host, pending));
  await at.done(at.put(address, standardAddress));
  await turn();
  expect(asked).toHaveLength(1);
  const left: PendingDelivery[] = JSON.parse(JSON.stringify([...pending]));
  expect(left).toMatchObject([{ functionName: 'gatewayWritten', attempt: 2 }]);

  const next = azureAt(at.clock.now().toISOString());
  const second = hostThatRefuses(0);
  const still = new Set(left);
  ends.push(subscribe(next.azure, second.host, still));
  next.clock.advance(9_000);
  await turn();
  expect(second.asked).toEqual([]);
  next.clock.advance(1_000);
  await turn();
  expect(second.asked).toEqual(asked);
  expect(still.size).toBe(0);
});

it('an event whose delivery was cut off by a kill comes again at once', async () => {
  const at = await readyHub();
  const pending = new Set<PendingDelivery>();
  const silent = { functions: [{ name: 'gatewayWritten' }], deliver: () => new Promise<void>(() => {}) };
  ends.push(subscribe(at.azure, silent as unknown as Host, pending));
  await at.done(at.put(address, standardAddress));
  expect(pending.size).toBe(1);
  const { host, asked } = hostThatRefuses(0);
  ends.push(subscribe(at.azure, host, new Set(pending)));
  await turn();
  expect(asked).toHaveLength(1);
});

it('an event for a function that the app no longer has is forgotten', async () => {
  const { host, asked } = hostThatRefuses(0);
  const { azure } = azureAt();
  const pending = new Set([
    { functionName: 'earlier', event: { id: 'one' }, attempt: 1, at: azure.clock.now().toISOString() },
  ]);
  ends.push(subscribe(azure, host, pending));
  await turn();
  expect(asked).toEqual([]);
  expect(pending.size).toBe(0);
});

import { hubNetworkId } from '../simulator/azure/default-world.ts';
import { startLocal } from '../simulator/local/local.ts';
import { type Figure, peakMemory, timed } from './figures.ts';
import { post, ticketFor, untilSucceeded } from './worlds/hubs.ts';

/** One whole deployment of a gateway that takes 40 minutes, with the event that reports it. */
export async function* figures(): AsyncGenerator<Figure> {
  const local = await startLocal({ seed: 'bench' });
  const { host, world, clock } = local;
  const began = clock.now().getTime();
  const { milliseconds } = await timed(async () => {
    await post(local, ticketFor(hubNetworkId, 1));
    await untilSucceeded(local, 1);
  });
  yield { name: 'wall time', value: milliseconds, unit: 'ms' };
  yield { name: 'virtual time', value: Math.round((clock.now().getTime() - began) / 1000), unit: 's' };
  const arm = world.azure.requests.filter(({ service }) => service === 'arm');
  yield { name: 'ARM requests', value: arm.length, unit: 'requests' };
  for (const [kind, count] of Object.entries(world.azure.counts()))
    if (/ Microsoft\.(?!KeyVault)/.test(kind)) yield { name: `ARM ${kind}`, value: count, unit: 'requests' };
  const counts = host.durable.counts();
  yield { name: 'replays', value: counts.replays, unit: 'replays' };
  yield { name: 'history events', value: counts.historyEvents, unit: 'events' };
  yield { name: 'history bytes', value: counts.historyBytes, unit: 'bytes' };
  yield { name: 'peak memory', value: peakMemory(), unit: 'MB' };
  await local.close();
}

import { startLocal } from '../simulator/local/local.ts';
import { type Figure, peakMemory, timed } from './figures.ts';
import { post, seedHubs, ticketFor, untilSucceeded } from './worlds/hubs.ts';

const count = 100;

/**
 * A hundred deployments at once on one host, all with one NPS server, which is configured for one gateway at a time.
 */
export async function* figures(): AsyncGenerator<Figure> {
  const local = await startLocal({ seed: 'bench' });
  const hubs = seedHubs(local, count);
  const began = local.clock.now().getTime();
  const { milliseconds } = await timed(async () => {
    await Promise.all(hubs.map((id, index) => post(local, ticketFor(id, index))));
    await untilSucceeded(local, count);
  });
  yield { name: 'deployments', value: count, unit: 'deployments' };
  yield { name: 'wall time', value: milliseconds, unit: 'ms' };
  const minutes = (local.clock.now().getTime() - began) / 60_000;
  yield { name: 'virtual time until the last has ended', value: Math.round(minutes), unit: 'virtual min' };
  yield {
    name: 'virtual time for each gateway of the NPS server',
    value: Math.round((minutes / count) * 10) / 10,
    unit: 'virtual min',
  };
  yield {
    name: 'ARM requests',
    value: local.world.azure.requests.filter(({ service }) => service === 'arm').length,
    unit: 'requests',
  };
  yield { name: 'history events', value: local.host.durable.counts().historyEvents, unit: 'events' };
  yield { name: 'peak memory', value: peakMemory(), unit: 'MB' };
  await local.close();
}

import { startLocal } from '../simulator/local/local.ts';
import { type Figure, peakMemory, timed } from './figures.ts';
import { post, seedHubs, ticketFor, untilSucceeded } from './hubs.ts';

const count = 100;

/** A hundred deployments at once on one host. */
export async function* figures(): AsyncGenerator<Figure> {
  const local = await startLocal({ seed: 'bench' });
  const hubs = seedHubs(local, count);
  const { milliseconds } = await timed(async () => {
    await Promise.all(hubs.map((id, index) => post(local, ticketFor(id, index))));
    await untilSucceeded(local, count);
  });
  yield { name: 'deployments', value: count, unit: 'deployments' };
  yield { name: 'wall time', value: milliseconds, unit: 'ms' };
  yield {
    name: 'ARM requests',
    value: local.world.azure.requests.filter(({ service }) => service === 'arm').length,
    unit: 'requests',
  };
  yield { name: 'history events', value: local.host.durable.counts().historyEvents, unit: 'events' };
  yield { name: 'peak memory', value: peakMemory(), unit: 'MB' };
  await local.close();
}

import { startLocal } from '../simulator/local/local.ts';
import { type Figure, peakMemory, timed } from './figures.ts';
import { seedHubs } from './worlds/hubs.ts';

const count = 1000;

/** A thousand VNet events, each delivered three times, in an order that depends only on the seed. */
export async function* figures(): AsyncGenerator<Figure> {
  const local = await startLocal({ seed: 'bench', events: false });
  const hubs = seedHubs(local, count, { 'vpn-radius': 'enabled' });
  const deliveries = shuffled([...hubs, ...hubs, ...hubs].map((id, index) => ({ id, index })));
  const { milliseconds } = await timed(async () => {
    const waiting = [...deliveries];
    const worker = async () => {
      for (let next = waiting.pop(); next; next = waiting.pop())
        await local.host.deliver('vnetCreated', eventOf(next.id, next.index));
    };
    await Promise.all(Array.from({ length: 32 }, worker));
    await local.host.settled();
  });
  const instances = local.host.durable.instances().filter(({ name }) => name === 'provisionVpnGateway');
  yield { name: 'events delivered', value: deliveries.length, unit: 'events' };
  yield {
    name: 'deployments',
    value: new Set(instances.map(({ instanceId }) => instanceId)).size,
    unit: 'deployments',
  };
  yield { name: 'wall time', value: milliseconds, unit: 'ms' };
  yield { name: 'peak memory', value: peakMemory(), unit: 'MB' };
  await local.close();
}

function eventOf(id: string, index: number) {
  return {
    id: `event-${index}`,
    type: 'Microsoft.Resources.ResourceWriteSuccess',
    source: id.split('/providers/')[0],
    subject: id.replace('/resourceGroups/', '/resourcegroups/'),
    time: '2026-01-01T00:00:00Z',
    specversion: '1.0',
    data: { resourceUri: id, operationName: 'Microsoft.Network/virtualNetworks/write', status: 'Succeeded' },
  };
}

/** Fisher-Yates with a linear congruential generator: random enough to mix, and the same in every run. */
function shuffled<T>(list: T[]): T[] {
  let seed = 20_241_111;
  for (let index = list.length - 1; index > 0; index--) {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    const other = seed % (index + 1);
    [list[index], list[other]] = [list[other]!, list[index]!];
  }
  return list;
}

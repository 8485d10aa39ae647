import { hubNetworkId } from '../simulator/azure/default-world.ts';
import { startLocal } from '../simulator/local/local.ts';
import type { Figure } from './figures.ts';
import { post, ticketFor, untilSucceeded } from './hubs.ts';

/** How long it takes to notice that a gateway is ready: with the event, and when the event never comes. */
export async function* figures(): AsyncGenerator<Figure> {
  for (const events of [true, false]) {
    for (const minutes of [17, 25, 40, 44]) {
      const local = await startLocal({
        seed: 'bench',
        events,
        scenario: { durations: { gatewayCreate: minutes * 60 } },
      });
      await post(local, ticketFor(hubNetworkId, 1));
      await untilSucceeded(local, 1);
      const put = local.world.azure.requests.find(
        ({ method, action }) => method === 'PUT' && action?.endsWith('virtualNetworkGateways/write'),
      )!;
      const noticed = local.host.durable
        .instances()
        .find(({ name }) => name === 'provisionGateway')!.lastUpdatedTime;
      const late = (Date.parse(noticed) - Date.parse(put.at)) / 1000 - minutes * 60;
      const arm = local.world.azure.requests.filter(({ service }) => service === 'arm').length;
      const how = `${minutes} min, ${events ? 'with' : 'without'} event`;
      yield { name: `noticed after (${how})`, value: late, unit: 'virtual s' };
      yield { name: `ARM requests (${how})`, value: arm, unit: 'requests' };
      yield {
        name: `history events (${how})`,
        value: local.host.durable.counts().historyEvents,
        unit: 'events',
      };
      await local.close();
    }
  }
}

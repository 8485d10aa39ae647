import { hubNetworkId } from '../simulator/azure/default-world.ts';
import type { Scenario } from '../simulator/azure/scenario.ts';
import { type Local, startLocal } from '../simulator/local/local.ts';
import { type Figure, peakMemory, timed } from './figures.ts';
import { figuresOfSizes, sendFigures } from './size-process.ts';
import { countOperations, messagesOf } from './storage/storage-operations.ts';
import { buckets, busiestMinute, useOf } from './storage/token-buckets.ts';
import { npsServerName, npsServerResources } from './worlds/fleet.ts';
import { forgetBodies, post, seedHubs, ticketFor, untilSucceeded } from './worlds/hubs.ts';

const usualSizes = [1, 10, 100, 1000];
/** The number of gateways that use one NPS server. It is configured for one of them at a time. */
const gatewaysOfServer = 20;
/** A host takes a limited number of requests at a time; the others wait in front of it. */
const mostConnections = 250;

/**
 * Many deployments at once in one subscription, each size in its own process: `npm run bench -- growth 1 10 5000`.
 * The app, its host and the simulated Azure are one process, and all of it is counted.
 */
export const figures = (sizes: readonly number[]) =>
  figuresOfSizes(import.meta.url, sizes.length > 0 ? sizes : usualSizes, []);

const serverOfHub = (index: number) => Math.floor(index / gatewaysOfServer);
const hubServerAddress = (server: number) => `10.0.${1 + (server >> 7)}.${(server & 127) + 100}`;
const hubServerMachine = (server: number) =>
  hubNetworkId.replace(/Microsoft\.Network.*/, `Microsoft.Compute/virtualMachines/${npsServerName(server)}`);

function scenarioFor(count: number): Scenario {
  const servers = Array.from({ length: serverOfHub(count - 1) + 1 }, (_, server) => server);
  return {
    resources: servers.flatMap((server) =>
      npsServerResources(hubServerMachine(server), hubServerAddress(server)),
    ),
  };
}

const wishOf = (virtualNetworkId: string, index: number) => ({
  ...ticketFor(virtualNetworkId, index),
  pointToSite: {
    protocols: ['IkeV2'],
    addressPool: [`172.${16 + (index >> 10)}.${(index >> 2) & 255}.${(index & 3) * 64}/26`],
  },
  radius: {
    servers: [
      {
        address: hubServerAddress(serverOfHub(index)),
        score: 30,
        host: hubServerMachine(serverOfHub(index)),
      },
    ],
  },
});

async function measuredGrowth(count: number): Promise<Figure[]> {
  const local = await startLocal({ seed: 'bench', scenario: scenarioFor(count) });
  const hubs = seedHubs(local, count);
  const operations = countOperations();
  const began = local.clock.now().getTime();
  const before = process.cpuUsage();
  const { milliseconds } = await timed(async () => {
    // The tickets of one moment: simulated time stands still until all of them are there.
    for (let from = 0; from < count; from += mostConnections)
      await Promise.all(
        hubs.slice(from, from + mostConnections).map((id, index) => post(local, wishOf(id, from + index))),
      );
    await untilSucceeded(local, count);
  });
  const { user, system } = process.cpuUsage(before);
  const of = `of ${count} at once`;
  const figure = (name: string, value: number, unit: string): Figure => ({
    name: `${name} ${of}`,
    value,
    unit,
  });
  const figures = [
    figure('wall time', milliseconds, 'ms'),
    figure('processor time', Math.round((user + system) / 1000), 'ms'),
    figure('peak memory', peakMemory(), 'MB'),
    figure('time until the last has ended', (local.clock.now().getTime() - began) / 60_000, 'virtual min'),
    ...azureFigures(local, figure),
    ...hubFigures(local, figure),
    ...Object.entries(operations()).map(([name, value]) =>
      figure(
        name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`),
        value,
        'operations',
      ),
    ),
  ];
  await local.close();
  return figures.map((one) => ({ ...one, value: Math.round(one.value * 10) / 10 }));
}

type Told = (name: string, value: number, unit: string) => Figure;

function azureFigures(local: Local, figure: Told): Figure[] {
  forgetBodies(local);
  const requests = local.world.azure.requests.filter(
    // Resource Graph counts for itself, and is asked for the tenant.
    ({ service, url }) => service === 'arm' && url.includes('/subscriptions/'),
  );
  return [
    figure('ARM requests', requests.length, 'requests'),
    figure('answers 429', requests.filter(({ status }) => status === 429).length, 'requests'),
    figure('ARM requests in the busiest minute', busiestMinute(requests), 'requests'),
    ...buckets.flatMap((bucket) => {
      const { lowest, refused } = useOf(bucket, requests);
      return [
        figure(`tokens left of ${bucket.size}, ${bucket.name},`, lowest, 'tokens'),
        figure(`requests over the bucket, ${bucket.name},`, refused, 'requests'),
      ];
    }),
  ];
}

function hubFigures({ host }: Local, figure: Told): Figure[] {
  const { historyEvents, historyBytes, replays } = host.durable.counts();
  return [
    figure('history events', historyEvents, 'events'),
    figure('history bytes', historyBytes, 'bytes'),
    figure('replays', replays, 'replays'),
    figure('messages of the task hub', messagesOf(host), 'messages'),
  ];
}

await sendFigures(import.meta.url, measuredGrowth);

import { hubNetworkId } from '../simulator/azure/default-world.ts';
import { startLocal } from '../simulator/local/local.ts';
import type { Figure } from './figures.ts';
import { post, ticketFor, untilSucceeded } from './worlds/hubs.ts';
import { longest, provisioningTimes } from './worlds/provisioning-times.ts';

const samples = 60;
/**
 * This number of times is drawn for each one that is played, which is the one in the middle. So a few played times
 * represent all that were drawn.
 */
const drawnForEach = 51;
const seed = 20_261_129;

interface Noticed {
  /** Simulated seconds from the end of Azure's operation to the moment at which the app knew. */
  readonly late: number;
  readonly requests: number;
  readonly historyEvents: number;
}

/**
 * How long it takes to notice that a gateway is ready, and what the deployment costs: with the event, and when no event
 * ever comes.
 */
export async function* figures(): AsyncGenerator<Figure> {
  for (const minutes of [17, 40]) {
    const { late, requests, historyEvents } = await noticed(minutes * 60, true);
    yield { name: `noticed after (${minutes} min, with event)`, value: late, unit: 'virtual s' };
    yield { name: `ARM requests (${minutes} min, with event)`, value: requests, unit: 'requests' };
    yield { name: `history events (${minutes} min, with event)`, value: historyEvents, unit: 'events' };
  }
  const all: Noticed[] = [];
  for (const time of playedTimes()) all.push(await noticed(time, false));
  const slowest = await noticed(longest, false);
  const of = `${samples} of ${samples * drawnForEach} sampled, without event`;
  yield* spread(
    `noticed after (${of})`,
    'virtual s',
    all.map(({ late }) => late),
  );
  yield* spread(
    `ARM requests (${of})`,
    'requests',
    all.map(({ requests }) => requests),
  );
  yield { name: 'ARM requests (48 min, without event)', value: slowest.requests, unit: 'requests' };
  yield { name: 'history events (48 min, without event)', value: slowest.historyEvents, unit: 'events' };
}

function playedTimes(): number[] {
  const drawn = provisioningTimes(samples * drawnForEach, seed).sort((one, other) => one - other);
  return drawn.filter((_, index) => index % drawnForEach === Math.floor(drawnForEach / 2));
}

function* spread(name: string, unit: string, values: number[]): Generator<Figure> {
  const sorted = values.toSorted((one, other) => one - other);
  const mean = sorted.reduce((sum, value) => sum + value, 0) / sorted.length;
  yield { name: `${name}: mean`, value: Math.round(mean * 10) / 10, unit };
  yield { name: `${name}: p95`, value: sorted[Math.ceil(sorted.length * 0.95) - 1]!, unit };
  yield { name: `${name}: max`, value: sorted.at(-1)!, unit };
}

async function noticed(gatewayCreate: number, events: boolean): Promise<Noticed> {
  const local = await startLocal({ seed: 'bench', events, scenario: { durations: { gatewayCreate } } });
  try {
    await post(local, ticketFor(hubNetworkId, 1));
    await untilSucceeded(local, 1);
    const { requests } = local.world.azure;
    const put = requests.find(
      ({ method, action }) => method === 'PUT' && action?.endsWith('virtualNetworkGateways/write'),
    )!;
    const provisioned = local.host.durable.instances().find(({ name }) => name === 'provisionGateway')!;
    const took = (Date.parse(provisioned.lastUpdatedTime) - Date.parse(put.at)) / 1000;
    return {
      late: Math.round((took - gatewayCreate) * 10) / 10,
      requests: requests.filter(({ service }) => service === 'arm').length,
      historyEvents: local.host.durable.counts().historyEvents,
    };
  } finally {
    await local.close();
  }
}

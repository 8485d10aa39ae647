import { hubNetworkId } from '../simulator/azure/default-world.ts';
import { type Local, startLocal } from '../simulator/local/local.ts';
import { type Figure, ratio } from './figures.ts';
import { post, ticketFor, untilSucceeded } from './worlds/hubs.ts';
import { scriptedGateway } from './worlds/scripted-gateway.ts';

interface Taken {
  readonly arm: number;
  readonly virtualSeconds: number;
}

/**
 * The same wish for a gateway in the same simulated Azure, done by this app and by a script that polls as the Azure CLI
 * does. The script makes only the gateway. What the app does in addition, the NPS side and the answer, is counted with
 * it.
 */
export async function* figures(): AsyncGenerator<Figure> {
  for (const minutes of [17, 40]) {
    const of = `(${minutes} min)`;
    const script = await taken(minutes, false, scriptedGateway);
    yield { name: `ARM requests of a script ${of}`, value: script.arm, unit: 'requests' };
    yield { name: `time of a script ${of}`, value: script.virtualSeconds, unit: 'virtual s' };
    for (const [events, how] of [
      [true, 'with the event'],
      [false, 'without'],
    ] as const) {
      const app = await taken(minutes, events, byApp);
      const which = `(${minutes} min, ${how})`;
      yield { name: `ARM requests of the app ${which}`, value: app.arm, unit: 'requests' };
      yield { name: `time of the app ${which}`, value: app.virtualSeconds, unit: 'virtual s' };
      yield {
        name: `ARM requests of the app to those of a script ${which}`,
        value: ratio(app.arm, script.arm),
        unit: 'ratio',
      };
      yield {
        name: `time of the app to that of a script ${which}`,
        value: ratio(app.virtualSeconds, script.virtualSeconds),
        unit: 'ratio',
      };
    }
  }
}

async function taken(
  minutes: number,
  events: boolean,
  work: (local: Local) => Promise<void>,
): Promise<Taken> {
  const scenario = { durations: { gatewayCreate: minutes * 60 } };
  const local = await startLocal({ seed: 'bench', events, scenario });
  try {
    const began = local.clock.now().getTime();
    await work(local);
    return {
      arm: local.world.azure.requests.filter(({ service }) => service === 'arm').length,
      virtualSeconds: Math.round((local.clock.now().getTime() - began) / 1000),
    };
  } finally {
    await local.close();
  }
}

async function byApp(local: Local): Promise<void> {
  await post(local, ticketFor(hubNetworkId, 1));
  await untilSucceeded(local, 1);
}

import type { Service } from '../azure/azure.ts';
import { startLocal } from '../local/local.ts';
import { disturbances, type Point } from './disturbances.ts';
import { type Ending, endingOf } from './ending.ts';
import { type Flow, type FlowName, flows } from './flows.ts';
import { playerOf } from './player.ts';

export interface Sent {
  readonly service: Service;
  /** The method and the action, or the service when there is no action. */
  readonly what: string;
}

export interface Played {
  readonly ending?: Ending;
  /** What Azure was sent, in order. */
  readonly requests: readonly Sent[];
  /** Why the flow did not reach its end. */
  readonly error?: string;
}

const start = new Date('2030-01-01T00:00:00.000Z');
/** Waits for what may still come after the flow: later answers, repeated attempts, the check of the gateway. */
const minutesAfter = 120;
/** The port of the first world of this process: the credential's library keeps the endpoint of the managed identity. */
let worldPort = 0;

/** Plays a flow to its end. With a state folder it continues where a killed process stopped. */
export async function playFlow(
  name: FlowName,
  {
    fault,
    stateDir,
  }: { readonly fault?: Extract<Point, { fault: unknown }>; readonly stateDir?: string } = {},
): Promise<Played> {
  const flow: Flow = flows[name];
  const local = await startLocal({
    ...flow.world,
    seed: 'sweep',
    start,
    ...(stateDir ? { stateDir } : { worldPort }),
  });
  worldPort = Number(new URL(local.world.origin).port);
  const { azure } = local.world;
  const before = azure.requests.length;
  const sent = () =>
    azure.requests.slice(before).map(({ service, method, action }) => ({
      service,
      what: `${method} ${action ?? service}`,
    }));
  if (fault) azure.faults.add({ match: {}, after: fault.request, effect: disturbances[fault.fault] });
  try {
    const player = playerOf(local, stateDir);
    await flow.play(player);
    await player.quiet(minutesAfter);
    return { ending: endingOf(local), requests: sent() };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { requests: sent(), error: message };
  } finally {
    await local.close();
  }
}

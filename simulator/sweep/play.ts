import { startLocal } from '../local/local.ts';
import type { Point } from './disturbances.ts';
import { disturbedWire, type Sent } from './disturbed-wire.ts';
import { type Ending, endingOf } from './ending.ts';
import { type Flow, type FlowName, flows } from './flows.ts';
import { playerOf } from './player.ts';
import { inPlay } from './point-in-play.ts';

export interface Played {
  readonly ending?: Ending;
  /** What was sent to Azure, storage and ticket systems, in order. */
  readonly requests: readonly Sent[];
  /** Which activities ran, in order. */
  readonly activities: readonly string[];
  /** Why the flow did not come to its end. */
  readonly error?: string;
}

/** What a process of a sweep is sent to play. */
export interface Job {
  readonly flow: FlowName;
  /** Undisturbed without one. */
  readonly point?: Point | undefined;
  /** Which of the processes of this run it is, from 0. */
  readonly process?: number;
  /** Where the run outlives its process; a process carries on where the one before was killed. */
  readonly stateDir?: string;
}

const start = new Date('2030-01-01T00:00:00.000Z');
/** Waits for what may still come after the flow: later answers, repeated attempts, the check of the gateway. */
const minutesAfter = 120;
/** The port of the first world of this process: the credential's library keeps the endpoint of the managed identity. */
let worldPort = 0;

/** Plays a flow to its end, disturbed at one point. */
export async function playFlow({ flow: name, point, process = 0, stateDir }: Job): Promise<Played> {
  const flow: Flow = flows[name];
  const { activity = () => 'once', ...disturber } = inPlay(point, process);
  const { wire, requests } = disturbedWire(disturber);
  const activities: string[] = [];
  const local = await startLocal({
    ...flow.world,
    seed: 'sweep',
    start,
    wire,
    storage: 'account',
    queues: {
      activity(name) {
        activities.push(name);
        return activity(name);
      },
    },
    ...(stateDir ? { stateDir } : { worldPort }),
  });
  worldPort = Number(new URL(local.world.origin).port);
  const played = { requests, activities };
  try {
    const player = playerOf(local, stateDir);
    await flow.play(player);
    await player.quiet(minutesAfter);
    return { ...played, ending: endingOf(local) };
  } catch (error) {
    return { ...played, error: error instanceof Error ? error.message : String(error) };
  } finally {
    await local.close();
  }
}

import { startLocal } from '../../local/local.ts';
import type { Planned } from '../batches.ts';
import { disturbedWire, type Sent } from './disturbed-wire.ts';
import { type Ending, endingOf } from './ending.ts';
import { type Flow, type FlowName, flows } from './flows.ts';
import { momentsIn } from './moments.ts';
import { forgetRefusals, tokensFollow } from './patience.ts';
import { playerOf } from './player.ts';
import { inPlay } from './points-in-play.ts';
import { watchWrites, writesSoFar } from './writes.ts';

/** What a process of a sweep is sent to play. */
export interface Job {
  readonly flow: FlowName;
  /** Where the run is kept; it carries on from what is there. */
  readonly stateDir: string;
  /** What happens in it. Nothing unless given. */
  readonly points?: readonly Planned[];
  /** Plays only what was there before the flow. */
  readonly isBeginning?: boolean;
  /** Keeps here what a death at each moment would leave. */
  readonly moments?: string;
  /** Which of the processes of this run it is, from 0. */
  readonly process?: number;
  /** Of the simulated world, as all runs of a process must have the same. Any unless given. */
  readonly port?: number;
}

export interface Played {
  readonly ending?: Ending;
  /** What was sent to Azure, storage and ticket systems, in order. */
  readonly requests: readonly Sent[];
  /** Which activities ran, in order. */
  readonly activities: readonly string[];
  readonly writes: number;
  /** The moments that were kept and differ. */
  readonly moments: readonly string[];
  /** Which of the job's points happened, by their numbers. */
  readonly met: readonly number[];
  readonly port: number;
  /** Why the flow did not come to its end. */
  readonly error?: string;
}

/** Hours before a check or housekeeping is due. */
const start = new Date('2030-01-01T06:00:00.000Z');
/** Waits for what may still come after the flow: later answers, repeated attempts, the check of the gateway. */
const minutesAfter = 120;
/** A record tries to tell its end every half hour for a day. In a storm most tries fail, so it needs hours. */
const minutesAfterStorm = 360;

/** Plays a flow to its end, disturbed at some points. */
export async function playFlow(job: Job): Promise<Played> {
  const { points = [], stateDir, process = 0, port = 0 } = job;
  const flow: Flow = flows[job.flow];
  const moments = job.moments === undefined ? undefined : momentsIn(job.moments, stateDir);
  watchWrites(
    moments &&
      ((moment, write) => {
        if (moment !== 'before') moments.keep(`${moment}:${write}`, moment === 'half');
      }),
  );
  const met = new Set<number>();
  const { activity = () => 'once', ...disturber } = inPlay(points, process, (index) => met.add(index));
  const { wire, requests } = disturbedWire({
    ...disturber,
    answered(sent, at) {
      disturber.answered?.(sent, at);
      if (sent.method !== 'GET' && sent.method !== 'HEAD') moments?.keep(`answered:${at}`, false);
    },
  });
  const activities: string[] = [];
  forgetRefusals();
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
    stateDir,
    worldPort: port,
  });
  tokensFollow(local.clock);
  const played = (more: Pick<Played, 'ending' | 'error'>): Played => ({
    ...more,
    requests,
    activities,
    writes: writesSoFar(),
    moments: moments?.end() ?? [],
    met: [...met],
    port: Number(new URL(local.world.origin).port),
  });
  try {
    const player = playerOf(local, stateDir);
    await flow.begins?.(player);
    if (!job.isBeginning) await flow.play(player);
    const isStorm = points.some(({ point }) => 'storm' in point);
    await player.quiet(isStorm ? minutesAfterStorm : minutesAfter);
    const mayComeLate = isStorm || points.some(({ point }) => 'twice' in point && point.twice === 'late');
    return played({ ending: endingOf(local, mayComeLate) });
  } catch (error) {
    return played({ error: error instanceof Error ? error.message : String(error) });
  } finally {
    watchWrites(undefined);
    await local.close();
  }
}

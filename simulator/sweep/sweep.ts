import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Service } from '../azure/azure.ts';
import { passingFolder } from '../passing-folder.ts';
import { seeded } from '../seeded.ts';
import { type Disturbance, disturbances, killings, type Point } from './disturbances.ts';
import { endingDifferences } from './ending.ts';
import { type Flow, type FlowName, flows } from './flows.ts';
import type { Sent } from './play.ts';
import type { Job, Outcome } from './worker.ts';

export interface Swept {
  readonly flow: FlowName;
  readonly point: Point;
  /** How its ending differs from the undisturbed one. Empty when nothing was lost and nothing was harmed. */
  readonly differences: readonly string[];
}

export interface SweepOptions {
  readonly kinds: readonly ('faults' | 'kills')[];
  readonly faults?: readonly Disturbance[];
  /** At most this many points of each kind, chosen by the seed. All points if not given. */
  readonly most?: number | undefined;
  readonly seed: number;
  readonly workers: number;
}

const program = fileURLToPath(new URL('worker.js', import.meta.url));
/** A process keeps the code of every app that it has loaded. */
const runsOfWorker = 40;

/** Plays a flow undisturbed, and then once for each point with that disturbance. Reports each one when it has ended. */
export async function sweep(
  flow: FlowName,
  { kinds, faults = Object.keys(disturbances) as Disturbance[], most, seed, workers }: SweepOptions,
  tell: (swept: Swept) => void,
): Promise<void> {
  const { ending: wanted, requests, writes, error } = await inState(flow, {});
  if (!wanted) throw new Error(`${flow}: the undisturbed flow did not come to its end: ${error}`);
  const { isNotKilled }: Flow = flows[flow];
  const points: Point[] = [
    ...(kinds.includes('faults') ? chosen(faultPoints(faults, requests), most, seed) : []),
    ...(kinds.includes('kills') && !isNotKilled ? chosen(killPoints(writes), most, seed) : []),
  ];
  const compare = (point: Point, { ending, error }: Outcome) =>
    tell({ flow, point, differences: ending ? endingDifferences(wanted, ending) : [error ?? 'no end'] });
  await Promise.all(
    Array.from({ length: workers }, async () => {
      let player: ReturnType<typeof inMemory> | undefined;
      for (let point = points.shift(); point; point = points.shift()) {
        if ('kill' in point) {
          const { folder, remove } = passingFolder('vpn-radius-sweep-');
          const kill = { KILL_AT: String(point.write), KILL_HOW: point.kill };
          compare(point, await inState(flow, kill, folder).finally(remove));
        } else {
          player ??= inMemory();
          compare(point, await player.play({ flow, fault: point }));
          if (player.runs() >= runsOfWorker) player = player.end();
        }
      }
      player?.end();
    }),
  );
}

const faultPoints = (faults: readonly Disturbance[], requests: readonly Sent[]): Point[] =>
  faults.flatMap((fault) =>
    requests.flatMap(({ service, what }, request) =>
      isAnAnswer(fault, service) ? [] : [{ fault, request, what }],
    ),
  );

/**
 * A token endpoint that refuses the app means that the app may not sign in. That is a final answer, and the ticket is
 * told.
 */
const isAnAnswer = (fault: Disturbance, service: Service) =>
  service === 'identity' && (fault === '401' || fault === '409');
const killPoints = (writes: number): Point[] =>
  killings.flatMap((kill) => Array.from({ length: writes }, (_, index) => ({ kill, write: index + 1 })));

/** The same points for the same seed, spread over all of them. */
function chosen(points: readonly Point[], most: number | undefined, seed: number): Point[] {
  if (most === undefined || points.length <= most) return [...points];
  const random = seeded(seed);
  const width = points.length / most;
  return Array.from({ length: most }, (_, index) => points[Math.floor((index + random()) * width)]!);
}

/** A process that plays one flow after the other without a state folder. */
function inMemory() {
  const child = fork(program, { env: { ...process.env, KILL_AT: '' } });
  const ready = once(child, 'message');
  let runs = 0;
  return {
    runs: () => runs,
    async play(job: Job): Promise<Outcome> {
      await ready;
      runs++;
      return answerOf(child, job);
    },
    end(): undefined {
      child.disconnect();
    },
  };
}

/** Plays a flow in processes with a state folder: the first may be killed, and the next continues from what it left. */
async function inState(flow: FlowName, kill: Record<string, string>, given?: string): Promise<Outcome> {
  const passing = given ? undefined : passingFolder('vpn-radius-sweep-');
  const stateDir = join(given ?? passing!.folder, 'state');
  try {
    let outcome: Outcome | undefined;
    for (const env of [kill, {}]) {
      const child = fork(program, { env: { ...process.env, KILL_AT: '', ...env } });
      await once(child, 'message');
      outcome = await answerOf(child, { flow, stateDir }).catch((error: unknown) => {
        if (child.signalCode === 'SIGKILL') return undefined;
        throw error;
      });
      if (child.connected) child.disconnect();
      if (outcome) return outcome;
    }
    throw new Error(`${flow}: a process that nobody killed gave no answer.`);
  } finally {
    passing?.remove();
  }
}

async function answerOf(child: ChildProcess, job: Job): Promise<Outcome> {
  const ended = once(child, 'exit').then(([code, signal]) => {
    throw new Error(`the process ended with ${signal ?? code}`);
  });
  child.send(job);
  const [outcome] = (await Promise.race([once(child, 'message'), ended])) as [Outcome];
  ended.catch(() => {});
  return outcome;
}

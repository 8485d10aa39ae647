import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '../temporary-folder.ts';
import type { Planned } from './batches.ts';
import { type FlowName, flows } from './run/flows.ts';
import { momentIn } from './run/moments.ts';
import type { Job, Played } from './run/play.ts';

const program = fileURLToPath(new URL('run/worker.js', import.meta.url));
/** A process keeps the code of every app that it has loaded. */
const runsOfProcess = 40;

export type Outcome = Played & { readonly killed: number };

/** Plays one run after the other. What runs begin with is played once and copied. */
export interface Slot {
  /** The flow without any disturbance. Keeps what a death at each moment of it would leave. */
  undisturbed(flow: FlowName): Promise<Played>;
  play(flow: FlowName, points: readonly Planned[]): Promise<Outcome>;
  end(): void;
}

export function startSlot(): Slot {
  const { folder, remove } = temporaryFolder('vpn-radius-sweep-');
  const stateDir = join(folder, 'state');
  const undisturbedFlows = new Map<FlowName, Promise<Played>>();
  let child: ChildProcess | undefined;
  let runs = 0;
  let port = 0;

  async function playIn(process: ChildProcess, job: Omit<Job, 'port'>): Promise<Played> {
    const played = await playJob(process, { ...job, port });
    port = played.port;
    return played;
  }
  /** In the process that plays many. */
  async function playNext(job: Omit<Job, 'port'>): Promise<Played> {
    child ??= await startWorker();
    try {
      return await playIn(child, job);
    } finally {
      if (++runs % runsOfProcess === 0 || child.exitCode !== null) endProcess();
    }
  }
  function endProcess() {
    if (child?.connected) child.disconnect();
    child = undefined;
  }
  /** The state in which a run begins. */
  function beginWith(from: string) {
    rmSync(stateDir, { recursive: true, force: true });
    if (existsSync(from)) cpSync(from, stateDir, { recursive: true });
  }
  const beginningOf = (flow: FlowName) => join(folder, flow, 'beginning');
  const momentsOf = (flow: FlowName) => join(folder, flow, 'moments');

  async function undisturbed(flow: FlowName): Promise<Played> {
    for (const other of undisturbedFlows.keys()) {
      undisturbedFlows.delete(other);
      rmSync(join(folder, other), { recursive: true, force: true });
    }
    const playing = playUndisturbed(flow);
    undisturbedFlows.set(flow, playing);
    return playing;
  }
  async function playUndisturbed(flow: FlowName): Promise<Played> {
    if ('begins' in flows[flow]) {
      const started = await playNext({ flow, isBeginning: true, stateDir: beginningOf(flow) });
      if (!started.ending) return started;
    }
    beginWith(beginningOf(flow));
    return playNext({ flow, stateDir, moments: momentsOf(flow) });
  }

  /** A process that was killed is followed by one that carries on from what it left. */
  async function playInProcesses(job: Omit<Job, 'port' | 'process'>): Promise<Outcome> {
    for (let process = 0; ; process++) {
      const own = await startWorker();
      const played = await playIn(own, { ...job, process }).catch((error: unknown) => {
        if (own.signalCode === 'SIGKILL') return undefined;
        throw error;
      });
      if (own.connected) own.disconnect();
      if (played) return { ...played, killed: process };
    }
  }

  return {
    undisturbed,
    async play(flow, points) {
      await (undisturbedFlows.get(flow) ?? undisturbed(flow));
      const [{ point } = { point: undefined }] = points;
      if (point && 'left' in point) {
        beginWith(momentIn(momentsOf(flow), `${point.left}:${point.at}`));
        return { ...(await playNext({ flow, stateDir })), killed: 0, met: [0] };
      }
      beginWith(beginningOf(flow));
      if (point && ('kill' in point || 'storm' in point))
        return { ...(await playInProcesses({ flow, stateDir, points })), met: [0] };
      return { ...(await playNext({ flow, stateDir, points })), killed: 0 };
    },
    end() {
      endProcess();
      remove();
    },
  };
}

async function startWorker(): Promise<ChildProcess> {
  const child = fork(program);
  child.setMaxListeners(0);
  await once(child, 'message');
  return child;
}

async function playJob(child: ChildProcess, job: Job): Promise<Played> {
  const waiting = new AbortController();
  const { signal } = waiting;
  const ended = once(child, 'exit', { signal }).then(([code, killedBy]) => {
    throw new Error(`the process ended with ${killedBy ?? code}`);
  });
  child.send(job);
  try {
    const [played] = (await Promise.race([once(child, 'message', { signal }), ended])) as [Played];
    return played;
  } finally {
    ended.catch(() => {});
    waiting.abort();
  }
}

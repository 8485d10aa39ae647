import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { passingFolder } from '../passing-folder.ts';
import type { Job } from './play.ts';
import type { Outcome } from './worker.ts';

const program = fileURLToPath(new URL('worker.js', import.meta.url));
/** A process keeps the code of every app that it has loaded. */
const runsOfProcess = 40;

/** A process that plays one flow after the other without a state folder, and a new one when it has played many. */
export function passingProcess(): { play(job: Job): Promise<Outcome>; end(): void } {
  let child: ChildProcess | undefined;
  let runs = 0;
  const end = () => {
    if (child?.connected) child.disconnect();
    child = undefined;
  };
  return {
    async play(job) {
      child ??= await started();
      try {
        return await answerOf(child, job);
      } finally {
        if (++runs % runsOfProcess === 0 || child.exitCode !== null) end();
      }
    },
    end,
  };
}

/** Plays a flow with a state folder: a process that was killed is followed by one that carries on from what it left. */
export async function playInState(job: Job): Promise<Outcome & { readonly killed: number }> {
  const { folder, remove } = passingFolder('vpn-radius-sweep-');
  const stateDir = join(folder, 'state');
  try {
    for (let process = 0; ; process++) {
      const child = await started();
      const outcome = await answerOf(child, { ...job, process, stateDir }).catch((error: unknown) => {
        if (child.signalCode === 'SIGKILL') return undefined;
        throw error;
      });
      if (child.connected) child.disconnect();
      if (outcome) return { ...outcome, killed: process };
    }
  } finally {
    remove();
  }
}

async function started(): Promise<ChildProcess> {
  const child = fork(program);
  await once(child, 'message');
  return child;
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

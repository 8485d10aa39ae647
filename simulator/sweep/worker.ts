import type { Point } from './disturbances.ts';
import type { FlowName } from './flows.ts';
import { writesSoFar } from './kill-at-write.ts';
import { type Played, playFlow } from './play.ts';

/** What a process of a sweep must play. */
export interface Job {
  readonly flow: FlowName;
  readonly fault?: Extract<Point, { fault: unknown }>;
  readonly stateDir?: string;
}
export type Outcome = Played & { readonly writes: number };

process.on('message', async ({ flow, ...job }: Job) => {
  const outcome: Outcome = { ...(await playFlow(flow, job)), writes: writesSoFar() };
  process.send!(outcome);
});
process.on('disconnect', () => process.exit());
process.send!('ready');

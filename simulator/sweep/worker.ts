import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import type { Point } from './disturbances.ts';
import type { FlowName } from './flows.ts';
import type { Played } from './play.ts';

/**
 * A process that plays what it is sent. With `STATE_DIR` it plays one flow, and with `KILL_AT` kills itself (SIGKILL) at that
 * write of the journal: before the line, in the middle of it, or after it.
 */
export interface Job {
  readonly flow: FlowName;
  readonly fault?: Extract<Point, { fault: unknown }>;
  readonly stateDir?: string;
}
export type Outcome = Played & { readonly writes: number };

const { KILL_AT, KILL_HOW } = process.env;
const writeSync = fs.writeSync as (descriptor: number, bytes: Buffer, offset: number) => number;
let writes = 0;
fs.writeSync = ((descriptor: number, bytes: Buffer, offset: number) => {
  writes++;
  if (String(writes) !== KILL_AT) return writeSync(descriptor, bytes, offset);
  if (KILL_HOW === 'half') writeSync(descriptor, bytes.subarray(0, bytes.length >> 1), offset);
  if (KILL_HOW === 'after') writeSync(descriptor, bytes, offset);
  process.kill(process.pid, 'SIGKILL');
  return 0;
}) as typeof fs.writeSync;
syncBuiltinESMExports();

// Loaded after the journal's way to write was replaced.
const { playFlow } = await import('./play.ts');
process.on('message', async ({ flow, ...job }: Job) => {
  const outcome: Outcome = { ...(await playFlow(flow, job)), writes };
  process.send!(outcome);
});
process.on('disconnect', () => process.exit());
process.send!('ready');

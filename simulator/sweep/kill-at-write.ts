import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const writeSync = fs.writeSync as (descriptor: number, bytes: Buffer, offset: number) => number;
let writes = 0;
let dueAt: number | undefined;
let dueHow: 'before' | 'half' | 'after' = 'before';

export function killNow(): void {
  process.kill(process.pid, 'SIGKILL');
  // The signal is on its way; nothing more may be done until it is there.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

/** Kills this process (SIGKILL) at the write of a journal with this number: before, in the middle of or after the line. */
export function killAtWrite(write: number, how: 'before' | 'half' | 'after'): void {
  dueAt = write;
  dueHow = how;
}

fs.writeSync = ((descriptor: number, bytes: Buffer, offset: number) => {
  writes++;
  if (writes !== dueAt) return writeSync(descriptor, bytes, offset);
  if (dueHow === 'half') writeSync(descriptor, bytes.subarray(0, bytes.length >> 1), offset);
  if (dueHow === 'after') writeSync(descriptor, bytes, offset);
  killNow();
  return 0;
}) as typeof fs.writeSync;
syncBuiltinESMExports();

/** The number of writes until now. */
export const writesSoFar = (): number => writes;

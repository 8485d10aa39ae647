import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

/** Where a process can die at the write of a line: before it, in the middle of it, after it. */
export type MomentOfWrite = 'before' | 'half' | 'after';

type Written = (descriptor: number, bytes: Buffer, offset?: number, length?: number) => number;
const writeSync = fs.writeSync as Written;
let writes = 0;
let watch: ((moment: MomentOfWrite, write: number) => void) | undefined;

/** Counts the writes of files from 1 on, and is told each moment of each. */
export function watchWrites(told: typeof watch): void {
  writes = 0;
  watch = told;
}

/** The number of writes until now. */
export const writesSoFar = (): number => writes;

export function killNow(): void {
  process.kill(process.pid, 'SIGKILL');
  // The signal is on its way; nothing more may be done until it is there.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

/** Kills this process (SIGKILL) at the write with this number: before, in the middle of or after the line. */
export function killAtWrite(write: number, how: MomentOfWrite): void {
  watchWrites((moment, at) => {
    if (at === write && moment === how) killNow();
  });
}

const watched: Written = (descriptor, bytes, offset = 0, length = bytes.length - offset) => {
  if (typeof bytes === 'string' || descriptor <= 2) return writeSync(descriptor, bytes, offset, length);
  writes++;
  if (!watch) return writeSync(descriptor, bytes, offset, length);
  const half = length >> 1;
  watch('before', writes);
  writeSync(descriptor, bytes, offset, half);
  watch('half', writes);
  writeSync(descriptor, bytes, offset + half, length - half);
  watch('after', writes);
  return length;
};
fs.writeSync = watched as typeof fs.writeSync;
syncBuiltinESMExports();

import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

/**
 * With `KILL_AT`, kills this process (SIGKILL) at that write of a journal: before the line, in the middle of it, or
 * after it, as `KILL_HOW` says.
 */
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

/** The number of writes until now. */
export const writesSoFar = (): number => writes;

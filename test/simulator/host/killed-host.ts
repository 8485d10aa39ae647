/**
 * A process that runs deployments to their end. It is killed (SIGKILL, by itself) while it writes the journal: at write
 * number KILL_AT, before the line, in the middle of it, or after it. Or the disk is full there, in the middle of a
 * line. It prints the outcome when it gets that far.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { virtualClock } from '../../../simulator/clock.ts';
import { lastKnownTime, startHost } from '../../../simulator/host/host.ts';

const { APP_FILE = '', STATE_DIR = '', KILL_AT, KILL_HOW, DEPLOYMENTS = '3' } = process.env;

const writeSync = fs.writeSync as (descriptor: number, bytes: Buffer, offset: number) => number;
let writes = 0;
fs.writeSync = ((descriptor: number, bytes: Buffer, offset: number) => {
  writes++;
  if (String(writes) !== KILL_AT) return writeSync(descriptor, bytes, offset);
  if (KILL_HOW === 'half' || KILL_HOW === 'full')
    writeSync(descriptor, bytes.subarray(0, bytes.length >> 1), offset);
  if (KILL_HOW === 'after') writeSync(descriptor, bytes, offset);
  if (KILL_HOW === 'full') throw new Error('no space left on device');
  process.kill(process.pid, 'SIGKILL');
  return 0;
}) as typeof fs.writeSync;
syncBuiltinESMExports();

const host = await startHost({
  appFile: APP_FILE,
  stateDir: STATE_DIR,
  clock: virtualClock(lastKnownTime(STATE_DIR) ?? new Date('2030-01-01T00:00:00.000Z')),
  settings: { HUB: 'TestHub', NIGHTLY: '0 0 2 * * *' },
  seed: 1,
});
const ids = Array.from({ length: Number(DEPLOYMENTS) }, (_, number) => `deployment-${number}`);
for (const id of ids) {
  if (host.durable.instance(id)) continue;
  await host.fetch(`/api/start/deployment/${id}`, { method: 'POST', body: JSON.stringify({ polls: 4 }) });
}
await host.runUntil(() => ids.every((id) => host.durable.instance(id)?.status === 'Completed'));
const histories = Object.fromEntries(
  host.durable.instances().map(({ instanceId }) => [instanceId, host.durable.history(instanceId)]),
);
console.log(JSON.stringify({ instances: host.durable.instances(), histories }));
await host.stop();

/**
 * A process in which orchestrations call entities to their end. It is killed (SIGKILL, by itself) while it writes the
 * journal: at write number KILL_AT, before the line, in the middle of it, or after it. It prints the outcome when it
 * gets that far.
 */
import { virtualClock } from '../../../simulator/clock.ts';
import { lastKnownTime, startHost } from '../../../simulator/host/host.ts';
import { killAtWrite, writesSoFar } from '../../../simulator/sweep/run/writes.ts';

const { APP_FILE = '', STATE_DIR = '', BUYERS = '12', KILL_AT, KILL_HOW } = process.env;
if (KILL_AT) killAtWrite(Number(KILL_AT), KILL_HOW as 'before' | 'half' | 'after');

const host = await startHost({
  appFile: APP_FILE,
  stateDir: STATE_DIR,
  clock: virtualClock(lastKnownTime(STATE_DIR) ?? new Date('2030-01-01T00:00:00.000Z')),
  seed: 1,
});
const durable = '/runtime/webhooks/durabletask';
const ids = Array.from({ length: Number(BUYERS) }, (_, number) => `buyer-${number}`);
for (const id of ids) {
  if (host.durable.instance(id)) continue;
  await host.fetch(`${durable}/orchestrators/buysTwiceAndRings/${id}`, { method: 'POST' });
  // Some entities work before other orchestrations have started.
  if (id.endsWith('5')) await host.settled();
}
await host.runUntil(() => ids.every((id) => host.durable.instance(id)?.status === 'Completed'));
const state = async (entity: string) => (await host.fetch(`${durable}/entities/${entity}`)).json();
console.log(
  JSON.stringify({
    writes: writesSoFar(),
    numbers: Object.fromEntries(ids.map((id) => [id, host.durable.instance(id)!.output])),
    sold: await state('ticketoffice/main'),
    front: await state('bell/front'),
    back: await state('bell/back'),
  }),
);
await host.stop();

import type { InvocationContext } from '@azure/functions';
import { getClient } from 'durable-functions';
import { askedAt } from '../../shared/deployment/ids.ts';
import { isEnded } from '../../shared/deployment/record/view.ts';
import type { Archive } from '../../shared/ports.ts';
import { type DeploymentInstance, readDeployment } from '../deployment/instances.ts';
import { endedInstances, type Instance, isRunning } from '../durable-instances.ts';
import { readCard } from '../records/cards.ts';
import { recordEnd } from '../records/ended.ts';
import { endInterrupted } from '../records/interrupted.ts';

/** For this long after its end, a deployment may still add to its record. */
const settled = 60 * 60_000;
const atOnce = 8;

export interface Purged {
  readonly purged: number;
  /** Deployments that had ended without their record saying so: it says so now. */
  readonly recorded: number;
  /** Those that stay because their record could not be completed. */
  readonly kept: number;
}

/**
 * Removes what Durable Functions keeps of instances that ended before `before`, up to a limit. A deployment and its
 * branches stay until the record says how it ended: nothing else tells of a purged instance.
 */
export async function purgeInstances(
  archive: Archive,
  context: InvocationContext,
  { now, before, most }: { readonly now: Date; readonly before: Date; readonly most: number },
): Promise<Purged> {
  const client = getClient(context);
  let [purged, recorded, kept, looked] = [0, 0, 0, 0];
  for await (const page of endedInstances(context)) {
    for (let from = 0; from < page.length; from += atOnce)
      await Promise.all(page.slice(from, from + atOnce).map(one));
    looked += page.length;
    if (purged >= most || looked >= mostLooked) break;
  }
  return { purged, recorded, kept };

  async function one({ instanceId, lastUpdatedTime }: Instance): Promise<void> {
    const id = deploymentOfInstance(instanceId);
    const endedAt = new Date(lastUpdatedTime);
    if (id && now.getTime() - endedAt.getTime() > settled) {
      const state = await stateOfRecord(archive, context, id);
      if (state === 'added') recorded++;
      if (state === 'missing') {
        kept++;
        return;
      }
    }
    if (endedAt >= before || purged >= most) return;
    purged++;
    await client.purgeInstanceHistory(instanceId);
  }
}

/** Years of instances need several nights. */
const mostLooked = 20_000;

/** The deployment that an instance is, or that it is a branch of. */
function deploymentOfInstance(instanceId: string): string | undefined {
  const id = /^vpn-\d{8}t\d{9}z-[0-9a-f]{8}-[0-9a-f]{12}/.exec(instanceId)?.[0];
  return id && askedAt(id) ? id : undefined;
}

async function stateOfRecord(
  archive: Archive,
  context: InvocationContext,
  id: string,
): Promise<'there' | 'added' | 'missing'> {
  const isThere = async () => isEnded((await readCard(archive.rows, id))?.summary.status ?? 'Running');
  if (await isThere()) return 'there';
  const instance = await readDeployment(context, id);
  if (!instance || isRunning(instance)) return 'missing';
  await recordMissedEnd(archive, context, id, instance);
  return (await isThere()) ? 'added' : 'missing';
}

/** A deployment that ended by itself has told its tickets. One that was stopped from outside has not. */
async function recordMissedEnd(
  archive: Archive,
  context: InvocationContext,
  id: string,
  instance: DeploymentInstance,
): Promise<void> {
  const { input: order, output, customStatus, lastUpdatedTime, createdTime } = instance;
  const at = new Date(lastUpdatedTime).toISOString();
  if (output === null || 'failure' in output) {
    const lock = { id, at: new Date(createdTime).toISOString(), order, furtherTickets: [] };
    await endInterrupted(archive, context, lock, instance);
    return;
  }
  const progress = customStatus ?? { stages: [], startedAt: at };
  const { result } = progress;
  const ended = { id, order, ending: output.value, result, at, progress };
  await recordEnd(archive)({ ...ended, furtherTickets: [], answers: [] }, context);
}

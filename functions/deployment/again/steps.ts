import type { InvocationContext } from '@azure/functions';
import { getClient } from 'durable-functions';
import type { Order } from '../../../shared/deployment/contract.ts';
import { optInOf, requestFromTags } from '../../../shared/deployment/vnet-tags.ts';
import { wishFingerprint } from '../../../shared/deployment/wish-fingerprint.ts';
import type { Archive, VirtualNetworks } from '../../../shared/ports.ts';
import { startOnce } from '../../durable-instances.ts';
import { readLock } from '../../records/lock.ts';
import { startDeployment } from '../start.ts';

/** How long to wait before a deployment is tried again that failed for a passing reason. */
export interface NextTry {
  readonly deploymentId: string;
  readonly order: Order;
  /** In milliseconds. */
  readonly wait: number;
}

export const planNextTry =
  () =>
  async (next: NextTry, context: InvocationContext): Promise<void> => {
    await startOnce(getClient(context), 'tryDeploymentAgain', `again-${next.deploymentId}`, next);
  };

/** Begins the same deployment again where the VNet still asks for it and no other one began since. */
export const beginAgain =
  (archive: Archive, virtualNetworks: VirtualNetworks) =>
  async ({ deploymentId, order }: NextTry, context: InvocationContext): Promise<'started' | 'outdated'> => {
    const { virtualNetworkId, ticket } = order.request;
    const lock = (await readLock(archive.rows, virtualNetworkId))?.value;
    // When this step is repeated after a kill, it meets the deployment that it has started.
    const isOurs = lock?.id === deploymentId || lock?.order.tries === order.tries! + 1;
    const virtualNetwork = isOurs ? await virtualNetworks.read(virtualNetworkId) : undefined;
    if (!virtualNetwork || !optInOf(virtualNetwork.tags)) return 'outdated';
    const { request, problems } = requestFromTags(virtualNetworkId, virtualNetwork.tags, ticket.id);
    if (problems.length > 0 || wishFingerprint(request) !== order.fingerprint) return 'outdated';
    const { isNew } = await startDeployment(archive, context, { ...order, tries: order.tries! + 1 });
    return isNew ? 'started' : 'outdated';
  };

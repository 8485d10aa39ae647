import type { InvocationContext } from '@azure/functions';
import { refused } from '../../shared/core/errors.ts';
import { writtenResource } from '../../shared/core/resource-event.ts';
import type { Order } from '../../shared/deployment/contract.ts';
import { optInOf, requestFromTags } from '../../shared/deployment/vnet-tags.ts';
import { wishFingerprint } from '../../shared/deployment/wish.ts';
import type { Archive, VirtualNetworks } from '../../shared/ports.ts';
import { startDeployment } from '../deployment/start.ts';
import { readLock } from '../records/lock.ts';

/**
 * Starts the deployment of a VNet that asks for it by its tags. The event holds no resource and comes at least once, in
 * any order, also for our own writes: the VNet itself is read, and what has its deployment already is left alone.
 */
export const vnetCreated =
  (archive: Archive, virtualNetworks: VirtualNetworks) =>
  async (event: unknown, context: InvocationContext): Promise<void> => {
    const virtualNetworkId = writtenResource(event, 'Microsoft.Network/virtualNetworks');
    if (!virtualNetworkId) return;
    const virtualNetwork = await virtualNetworks.read(virtualNetworkId);
    if (!virtualNetwork || !optInOf(virtualNetwork.tags)) return;

    const { id: eventId } = event as { id?: string };
    const { request, problems } = requestFromTags(
      virtualNetwork.id,
      virtualNetwork.tags,
      `event-${eventId}`.slice(0, 128),
    );
    const order: Order = {
      request,
      fingerprint: wishFingerprint(request),
      isSeen: true,
      ...(problems.length > 0 && { refused: refusal(problems) }),
    };
    const before = (await readLock(archive.rows, virtualNetwork.id))?.value;
    if (before?.ended && (sameWish(before.order, order) || before.ended.ending.status === 'Succeeded'))
      return;
    await startDeployment(archive, context, order);
  };

/** Tags that could not be followed were left out of the request, which may then be that of the mended tags. */
const sameWish = (one: Order, other: Order) =>
  one.fingerprint === other.fingerprint && one.refused?.message === other.refused?.message;

function refusal(problems: Parameters<typeof refused>[2]) {
  const sentences = problems.map(({ message }) => message).join(' ');
  return refused(
    'InvalidTags',
    `Nothing was written, because the VNet's tags cannot be followed. ${sentences}`,
    problems,
  ).failure;
}

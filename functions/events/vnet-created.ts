import type { InvocationContext } from '@azure/functions';
import { writtenResource } from '../../shared/core/resource-event.ts';
import type { Archive, VirtualNetworks } from '../../shared/ports.ts';
import { followTags } from '../deployment/tags/follow-tags.ts';

/**
 * Starts the deployment of a VNet that asks for it by its tags. The event holds no resource. It comes at least once, in
 * any order, and also for our own writes. So the VNet itself is read, and a deployment starts only when the tags ask
 * for something else than before.
 */
export const vnetCreated =
  (archive: Archive, virtualNetworks: VirtualNetworks) =>
  async (event: unknown, context: InvocationContext): Promise<void> => {
    const virtualNetworkId = writtenResource(event, 'Microsoft.Network/virtualNetworks');
    if (!virtualNetworkId) return;
    const {
      id: eventId,
      eventTime,
      time: writtenAt = eventTime,
    } = event as { [name in 'id' | 'eventTime' | 'time']?: string };
    await followTags(archive, virtualNetworks, context, { virtualNetworkId, eventId, writtenAt });
  };

import type { InvocationContext } from '@azure/functions';
import { refused } from '../../shared/core/errors.ts';
import { writtenResource } from '../../shared/core/resource-event.ts';
import type { Order } from '../../shared/deployment/contract.ts';
import { mayPass } from '../../shared/deployment/trying-again.ts';
import { optInOf, requestFromTags } from '../../shared/deployment/vnet-tags.ts';
import { wishFingerprint } from '../../shared/deployment/wish.ts';
import type { Archive, VirtualNetworks } from '../../shared/ports.ts';
import { startDeployment } from '../deployment/start.ts';
import { type Lock, readLock } from '../records/lock.ts';

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

    const {
      id: eventId,
      eventTime,
      time = eventTime,
    } = event as { [name in 'id' | 'eventTime' | 'time']?: string };
    const { request, problems } = requestFromTags(
      virtualNetwork.id,
      virtualNetwork.tags,
      `event-${eventId}`.slice(0, 128),
    );
    const order: Order = {
      request,
      fingerprint: wishFingerprint(request),
      isSeen: true,
      tries: 1,
      ...(problems.length > 0 && { refused: refusal(problems) }),
    };
    const before = (await readLock(archive.rows, virtualNetwork.id))?.value;
    if (before?.ended && !beginsAnew(before, order, time)) return;
    await startDeployment(archive, context, order);
  };

/**
 * Whether another deployment is begun after one that has ended: not for the same wish, unless it failed for a passing reason
 * and the VNet was written since. Writes of the deployment itself came before its end.
 */
function beginsAnew({ order: before, ended }: Lock, order: Order, writtenAt: string | undefined): boolean {
  const { at, ending } = ended!;
  if (!sameWish(before, order)) return ending.status !== 'Succeeded';
  return mayPass(ending) && writtenAt !== undefined && Date.parse(writtenAt) > Date.parse(at);
}

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

import type { InvocationContext } from '@azure/functions';
import { failed, refused } from '../../shared/core/errors.ts';
import { writtenResource } from '../../shared/core/resource-event.ts';
import type { Order } from '../../shared/deployment/contract.ts';
import { mayPass } from '../../shared/deployment/trying-again.ts';
import { optInOf, requestFromTags } from '../../shared/deployment/vnet-tags.ts';
import { wishFingerprint } from '../../shared/deployment/wish.ts';
import type { Archive, VirtualNetworks } from '../../shared/ports.ts';
import { startDeployment } from '../deployment/start.ts';
import { type Lock, readLock } from '../records/lock.ts';
import { isTagWishKept, keepTagWish } from '../records/tag-wish.ts';

/**
 * Starts the deployment of a VNet that asks for it by its tags. The event holds no resource and comes at least once, in
 * any order, also for our own writes: the VNet itself is read, and only tags that ask for something else than before start
 * another.
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
    const { rows } = archive;
    const isKept = await isTagWishKept(rows, order);
    const last = (await readLock(rows, virtualNetwork.id))?.value;
    if (isKept && !(last && isTriedAgain(last, order, time))) return;
    // What a ticket has brought about is not undone by tags that were there before it.
    if (isKept === undefined && last && (!last.ended || last.ended.ending.status === 'Succeeded'))
      return keepTagWish(rows, order);
    const { started, sameWish, id } = await startDeployment(archive, context, order);
    if (started || sameWish) return keepTagWish(rows, order);
    // Delivered again until that one has ended.
    throw failed(
      'DeploymentInProgress',
      'The tags of the VNet ask for something else than its deployment that runs.',
      id,
    );
  };

/**
 * Whether the same wish is begun once more: when it failed for a passing reason and the VNet was written since. Writes of the
 * deployment itself came before its end.
 */
function isTriedAgain({ order: before, ended }: Lock, order: Order, writtenAt: string | undefined): boolean {
  if (!ended || before.fingerprint !== order.fingerprint || writtenAt === undefined) return false;
  return mayPass(ended.ending) && Date.parse(writtenAt) > Date.parse(ended.at);
}

function refusal(problems: Parameters<typeof refused>[2]) {
  const sentences = problems.map(({ message }) => message).join(' ');
  return refused(
    'InvalidTags',
    `Nothing was written, because the VNet's tags cannot be followed. ${sentences}`,
    problems,
  ).failure;
}

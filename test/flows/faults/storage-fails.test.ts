import { expect, it } from 'vitest';
import { isStoragePath } from '../../../simulator/azure/storage/account.ts';
import { hub, stage } from '../stage/stage.ts';

type Disturbance = 'none' | 'lost before' | 'lost after';

/** Sends tickets, each for another VNet, while requests to storage go wrong in this order. */
async function storyOfStorage() {
  let coming: Disturbance[] = [];
  let asked = 0;
  const story = await stage({
    storage: 'account',
    async wire(request, answer) {
      if (!isStoragePath(new URL(request.url).pathname)) return answer();
      asked++;
      const disturbance = coming.shift() ?? 'none';
      if (disturbance === 'lost after') await answer();
      return disturbance === 'none'
        ? answer()
        : { status: 503, headers: { 'Content-Length': '0' }, body: '' };
    },
  });
  let networks = 0;
  return {
    asked: () => asked,
    async sendTicket(disturbed: Disturbance[]) {
      const virtualNetworkId = `${hub}-${++networks}`;
      [coming, asked] = [disturbed, 0];
      const sent = await story.call(
        'POST',
        'tickets',
        story.ticket({ virtualNetworkId, ticket: story.webhook(`REQ-${networks}`) }),
      );
      coming = [];
      const { body } = await story.call(
        'GET',
        `deployments?virtualNetwork=${encodeURIComponent(virtualNetworkId)}`,
      );
      const ids = body.deployments.map(({ id }: { id: string }) => id);
      return { status: sent.status, id: sent.body.id, ids };
    },
  };
}

it('a ticket is taken though any one request to storage fails, and begins one deployment', async () => {
  const { sendTicket, asked } = await storyOfStorage();
  await sendTicket([]);
  const requests = asked();
  expect(requests).toBeGreaterThan(5);
  for (const lost of ['lost before', 'lost after'] as const)
    for (let at = 0; at < requests; at++) {
      const { status, id, ids } = await sendTicket([...Array<Disturbance>(at).fill('none'), lost]);
      expect([lost, at, status]).toEqual([lost, at, 202]);
      expect(ids).toEqual([id]);
    }
});

it('a ticket is refused with 503 while storage fails for longer', async () => {
  const { sendTicket } = await storyOfStorage();
  const refused = await sendTicket(Array<Disturbance>(50).fill('lost before'));
  expect(refused).toMatchObject({ status: 503, ids: [] });
});

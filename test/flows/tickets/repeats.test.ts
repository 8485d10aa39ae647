import { expect, it } from 'vitest';
import { actions, hub, stage } from '../stage/stage.ts';

it('the same ticket again, the same wish of another ticket and two at once all meet the one deployment', async () => {
  const story = await stage();
  const ticket = story.ticket();
  const [one, two] = await Promise.all([
    story.call('POST', 'tickets', ticket),
    story.call('POST', 'tickets', ticket),
  ]);
  expect([one.status, two.status]).toEqual([202, 202]);
  expect(two.body.id).toBe(one.body.id);
  expect([one.body.alreadyRunning, two.body.alreadyRunning].toSorted()).toEqual([false, true]);

  await story.host.runFor(5);
  const upperCase = hub.toUpperCase().replace('/SUBSCRIPTIONS', '/subscriptions');
  const other = await story.call('POST', 'tickets', {
    ...ticket,
    ticket: story.webhook('REQ-OTHER'),
    virtualNetworkId: upperCase,
  });
  const once = await story.call('GET', 'deployments?ticket=REQ-OTHER');
  expect(once.body.deployments).toMatchObject([{ id: one.body.id, status: 'Running' }]);
  expect(other).toMatchObject({ status: 202, body: { id: one.body.id, alreadyRunning: true } });

  const deployment = await story.ended(one.body.id);
  expect(deployment).toMatchObject({ status: 'Succeeded', ticket: { id: 'REQ0012345' } });
  expect((await story.call('GET', 'deployments')).body.deployments).toHaveLength(1);
  expect(story.requests('PUT', actions.gateway)).toHaveLength(1);
  expect(story.requests('PUT', actions.subnet)).toHaveLength(1);
  expect(story.requests('PUT', actions.publicIp)).toHaveLength(1);
  // Each of the two tickets is told the end once.
  const told = story.world.receiver.deliveries.map(({ path, body }) => [path, JSON.parse(body).status]);
  expect(told.toSorted()).toEqual([
    ['/hooks/REQ-OTHER', 'Succeeded'],
    ['/hooks/REQ0012345', 'Succeeded'],
  ]);
  expect(new Set(story.answers().map(({ id }) => id)).size).toBe(2);
});

it('two hundred tickets at once for one VNet start one deployment, and all are told how it ended', async () => {
  const story = await stage();
  const tickets = Array.from({ length: 200 }, (_, index) =>
    story.ticket({ ticket: story.webhook(`REQ${index}`) }),
  );
  const answers = await Promise.all(tickets.map((ticket) => story.call('POST', 'tickets', ticket)));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
  const ids = new Set(answers.map(({ body }) => body.id));
  expect(ids.size).toBe(1);
  expect(answers.filter(({ body }) => !body.alreadyRunning)).toHaveLength(1);

  await story.ended([...ids][0]);
  await story.host.runFor(5);
  expect((await story.call('GET', 'deployments')).body.deployments).toMatchObject([{ id: [...ids][0] }]);
  const told = story.world.receiver.deliveries.map(({ path, body }) => [path, JSON.parse(body).status]);
  expect(told.toSorted()).toEqual(tickets.map((_, index) => [`/hooks/REQ${index}`, 'Succeeded']).toSorted());
});

it('another wish for the VNet waits its turn: 409 names the deployment that runs', async () => {
  const story = await stage();
  const id = await story.send(story.ticket());
  await story.host.runFor(5);
  const wish = story.ticket({
    ticket: story.webhook('REQ-OTHER'),
    pointToSite: { addressPool: ['172.16.202.0/24'], protocols: ['IkeV2'] },
  });
  const refused = await story.call('POST', 'tickets', wish);
  expect(refused).toMatchObject({
    status: 409,
    body: {
      error: { code: 'DeploymentInProgress', target: id, message: expect.stringContaining('REQ0012345') },
    },
  });

  await story.ended(id);
  const accepted = await story.call('POST', 'tickets', wish);
  expect(accepted).toMatchObject({ status: 202, body: { alreadyRunning: false } });
  expect(accepted.body.id > id).toBe(true);
  const deployment = await story.ended(await story.agree(accepted.body.id));
  expect(deployment).toMatchObject({ status: 'Succeeded', ticket: { id: 'REQ-OTHER' } });
});

it('of two different wishes at once one is carried out and the other is refused', async () => {
  const story = await stage();
  const wishes = ['172.16.201.0/24', '172.16.202.0/24'].map((pool) =>
    story.ticket({ pointToSite: { addressPool: [pool], protocols: ['IkeV2'] } }),
  );
  const answers = await Promise.all(wishes.map((wish) => story.call('POST', 'tickets', wish)));
  expect(answers.map(({ status }) => status).toSorted()).toEqual([202, 409]);
});

it('the same ticket after the end finds nothing to change, and says so', async () => {
  const story = await stage();
  const ticket = story.ticket();
  const id = await story.send(ticket);
  const first = await story.ended(id);
  const later = story.minutes();
  const again = await story.call('POST', 'tickets', ticket);
  expect(again).toMatchObject({ status: 202, body: { alreadyRunning: false } });
  expect(again.body.id).not.toBe(id);
  const second = await story.ended(again.body.id);
  expect(second).toMatchObject({ status: 'Succeeded', result: { changes: [] } });
  expect(second.result!.gatewayId).toBe(first.result!.gatewayId);
  // NPS is asked again, which takes six minutes; the gateway is not written.
  expect(story.minutes() - later).toBeLessThan(10);
  expect(story.requests('PUT', actions.gateway)).toHaveLength(1);
  expect(story.answers().map(({ status }) => status)).toEqual(['Succeeded', 'Succeeded']);
  expect(new Set(story.answers().map((answer) => answer.id)).size).toBe(2);
});

import { expect, it } from 'vitest';
import { hub, stage } from '../stage/stage.ts';

const fields = { virtualNetworkId: 'customfield_10101', 'gateway.sku': 'customfield_10104' };
const settings = { JIRA_FIELDS: JSON.stringify(fields) };
const portal = `https://portal.azure.com/#@corp.example/resource${hub}/overview`;

async function withIssue() {
  const story = await stage({ settings });
  const { key } = story.world.jira.create('NET', {});
  const event = (name: string, own: Record<string, unknown>, changed: string[] = []) => ({
    timestamp: Date.now(),
    webhookEvent: `jira:${name}`,
    user: { accountId: 'a:1', displayName: 'Mia' },
    issue: { id: '10', key, fields: { summary: 'VPN', reporter: { displayName: 'Mia' }, ...own } },
    changelog: { items: changed.map((fieldId) => ({ field: 'x', fieldId, toString: 'y' })) },
  });
  return {
    ...story,
    key,
    comments: () => story.world.jira.comments(key),
    created: (own: Record<string, unknown>) =>
      story.call('POST', 'tickets/jira', event('issue_created', own)),
    edited: (own: Record<string, unknown>, ...changed: string[]) =>
      story.call('POST', 'tickets/jira', event('issue_updated', own, changed)),
  };
}

it('a Jira issue that is refused gets the reason as a comment, once; when its field is corrected, it counts', async () => {
  const story = await withIssue();
  const wrong = { customfield_10101: 'the hub network', customfield_10104: { value: 'Basic' } };
  expect((await story.created(wrong)).status).toBe(400);
  await story.host.settled();
  expect(story.comments()).toEqual([
    expect.stringMatching(
      /not started[\s\S]*customfield_10101: must be the resource id[\s\S]*customfield_10104: .*Basic/,
    ),
  ]);
  expect(story.world.jira.issues.get(story.key)!.status).toBe('To Do');

  expect((await story.created(wrong)).status).toBe(400);
  await story.host.settled();
  expect(story.comments()).toHaveLength(1);

  const right = { customfield_10101: hub };
  expect(await story.edited({ ...right, summary: 'New' }, 'summary')).toMatchObject({
    body: { ignored: true },
  });
  const taken = await story.edited(right, 'customfield_10101');
  expect(taken.status).toBe(202);
  await story.ended(taken.body.id);
  expect(story.comments().at(-1)).toContain('succeeded');

  // An edit of a ticket that has a deployment begins no other deployment.
  const again = await story.edited(
    { customfield_10101: hub, customfield_10104: { value: 'VpnGw2AZ' } },
    'customfield_10104',
  );
  expect(again).toMatchObject({
    status: 200,
    body: { ignored: true, reason: expect.stringContaining('Succeeded') },
  });
});

it('the address of the VNet in the portal is taken for its id, in every kind of ticket', async () => {
  const story = await withIssue();
  const taken = await story.created({ customfield_10101: portal });
  expect(taken).toMatchObject({ status: 202, body: { virtualNetworkId: hub } });
  const again = await story.call('POST', 'tickets', {
    ticket: { system: 'webhook', id: 'REQ1' },
    virtualNetworkId: portal,
  });
  expect(again).toMatchObject({ status: 202, body: { virtualNetworkId: hub, alreadyRunning: true } });
});

it('the reason arrives though Jira is away for an hour', async () => {
  const story = await withIssue();
  story.world.jira.faults.push({ times: 5, effect: { status: 503 } });
  await story.created({ customfield_10101: 'the hub network' });
  await story.host.runFor(180);
  expect(story.comments()).toEqual([expect.stringContaining('customfield_10101')]);
});

it('an issue that asks for nothing is left alone', async () => {
  const story = await withIssue();
  expect((await story.created({})).status).toBe(400);
  await story.host.runFor(60);
  expect(story.comments()).toEqual([]);
});

it('a ServiceNow item is told what is wrong and which deployment is in its way; its corrected record begins', async () => {
  const story = await stage();
  const { number, sys_id } = story.world.serviceNow.create('sc_req_item');
  const post = (operation: string, variables: Record<string, string>) =>
    story.call('POST', 'tickets/servicenow', {
      number,
      sys_id,
      sys_class_name: 'sc_req_item',
      operation,
      variables,
    });
  const notes = () => story.world.serviceNow.workNotes(number!);

  expect((await post('insert', { virtual_network_id: 'hub' })).status).toBe(400);
  await story.host.settled();
  expect(notes()).toEqual([expect.stringContaining('variables.virtual_network_id')]);
  expect(story.world.serviceNow.record(number!)).toMatchObject({ state: '1', active: 'true' });

  const other = await story.send(story.ticket({ gateway: { sku: 'VpnGw2AZ' } }));
  expect((await post('update', { virtual_network_id: hub })).status).toBe(409);
  await story.host.settled();
  expect(notes().at(-1)).toContain('Another deployment of this virtual network is running');

  await story.call('POST', `deployments/${other}/cancel`, { by: 'me' });
  await story.ended(other);
  expect((await post('update', { virtual_network_id: hub })).status).toBe(202);
});

import type { Narration } from '../../cli/telling/narration.ts';
import { hubNetworkId, npsMachineId } from '../azure/default-world.ts';
import type { Local } from '../local/local.ts';
import type { Trigger } from './options.ts';

/** Starts the deployment in the chosen way, with the payload that such a sender really posts. */
export async function trigger(
  by: Exclude<Trigger, 'timer'>,
  local: Local,
  narration: Narration,
): Promise<void> {
  switch (by) {
    case 'ticket':
      return fromTicket(local, narration);
    case 'eventgrid':
      return fromEventGrid(local, narration);
    case 'servicenow':
      return fromServiceNow(local, narration);
    case 'jira':
      return fromJira(local, narration);
  }
}

async function fromTicket(local: Local, narration: Narration): Promise<void> {
  narration.say('Ticket REQ0012345 asks for point-to-site VPN with RADIUS on the VNet hub.');
  await postToApp(local, '/api/tickets', {
    ticket: { system: 'webhook', id: 'REQ0012345', callbackUrl: `${local.world.origin}/hooks/REQ0012345` },
    virtualNetworkId: hubNetworkId,
    pointToSite: { addressPool: ['172.16.201.0/24'], protocols: ['IkeV2'] },
    radius: { servers: [{ address: '10.0.1.4', score: 30, host: npsMachineId }] },
  });
}

/** Somebody tags the VNet. Azure reports the write, and the app reads the rest from the VNet. */
async function fromEventGrid({ world, host }: Local, narration: Narration): Promise<void> {
  narration.say(
    'The VNet hub gets the tag vpn-radius=enabled; Event Grid reports to the app that the VNet was written.',
  );
  const { token } = world.azure.token('https://management.azure.com/');
  await world.azure.handle({
    method: 'PATCH',
    url: `${world.origin}${hubNetworkId}?api-version=2025-01-01`,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ tags: { 'vpn-radius': 'enabled', 'vpn-radius-pool': '172.16.201.0/24' } }),
  });
  await host.settled();
}

async function fromServiceNow(local: Local, narration: Narration): Promise<void> {
  const { serviceNow } = local.world;
  const { number } = serviceNow.create(
    'sc_req_item',
    {},
    { virtual_network_id: hubNetworkId, address_pool: '172.16.201.0/24' },
  );
  narration.say(`ServiceNow posts the requested item ${number}.`);
  await postToApp(local, '/api/tickets/servicenow', serviceNow.outbound(number!));
}

async function fromJira(local: Local, narration: Narration): Promise<void> {
  const { jira } = local.world;
  const { key } = jira.create('NET', { summary: 'VPN for the hub', customfield_10101: hubNetworkId });
  narration.say(`Jira posts the webhook of the new issue ${key}.`);
  await postToApp(local, '/api/tickets/jira', JSON.parse(jira.created(key).body));
}

async function postToApp({ host }: Local, path: string, body: unknown): Promise<void> {
  const answer = await host.fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (answer.status !== 202)
    throw new Error(`The app refused the request (${answer.status}): ${await answer.text()}`);
}

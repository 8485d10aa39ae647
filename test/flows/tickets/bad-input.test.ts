import { beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../simulator/azure/wire/messages.ts';
import { gatewayId, hub, nps01, nps02, npsOnPremises, type Stage, stage } from '../stage/stage.ts';

let story: Stage;
beforeAll(async () => {
  story = await stage({ port: 0 });
});

/** Nothing was written, no deployment was started, and the answer tells what is wrong in the form that API.md promises. */
async function refusal(status: number, method: string, path: string, body?: unknown) {
  const answer = await story.call(method, path, body);
  expect(answer).toMatchObject({
    status,
    body: { error: { code: expect.any(String), message: expect.any(String) } },
  });
  await story.host.settled();
  expect(story.writes()).toEqual([]);
  expect(story.host.durable.instances()).toEqual([]);
  return answer.body.error;
}

const server = (address: unknown, host: unknown = nps01) => ({ address, host });
const servers = (...list: unknown[]) => ({ radius: { servers: list } });

/** What is wrong, the change of the sample that makes it wrong, and the fields that the answer must name. */
const tickets: [string, JsonObject, string[]][] = [
  ['a field that nobody knows', { adressPool: 'auto' }, ['adressPool']],
  ['an unknown field inside', { gateway: { name: 'vpngw-hub', activActive: true } }, ['gateway.activActive']],
  ['no VNet', { virtualNetworkId: undefined }, ['virtualNetworkId']],
  ['an id of something else', { virtualNetworkId: gatewayId }, ['virtualNetworkId']],
  ['an id that is cut', { virtualNetworkId: hub.slice(0, 80) }, ['virtualNetworkId']],
  ['an id with a path in it', { virtualNetworkId: `${hub}/../../other` }, ['virtualNetworkId']],
  ['a number for an id', { virtualNetworkId: 7 }, ['virtualNetworkId']],
  ['a list for the whole', { gateway: [] }, ['gateway']],
  ['a word for a flag', { gateway: { activeActive: 'yes' } }, ['gateway.activeActive']],
  ['an object where text is read', { gateway: { sku: { toString: 1 } } }, ['gateway.sku']],
  ['an object in a list', { pointToSite: { protocols: [{ toString: 1 }] } }, ['pointToSite.protocols[0]']],
  ['host bits in GatewaySubnet', { gatewaySubnetPrefix: '10.0.255.7/27' }, ['gatewaySubnetPrefix']],
  ['an IPv6 prefix', { gatewaySubnetPrefix: 'fd00::/64' }, ['gatewaySubnetPrefix']],
  [
    'host bits in the pool',
    { pointToSite: { addressPool: ['172.16.201.5/24'] } },
    ['pointToSite.addressPool[0]'],
  ],
  ['a /30 pool', { pointToSite: { addressPool: ['172.16.201.0/30'] } }, ['pointToSite.addressPool[0]']],
  [
    'pools that overlap',
    { pointToSite: { addressPool: ['172.16.201.0/24', '172.16.0.0/16'] } },
    ['pointToSite.addressPool'],
  ],
  [
    'a /29 pool for two gateway instances',
    { gateway: { activeActive: true }, pointToSite: { addressPool: ['172.16.201.0/29'] } },
    ['pointToSite.addressPool[0]'],
  ],
  ['a /30 GatewaySubnet', { gatewaySubnetPrefix: '10.0.255.0/30' }, ['gatewaySubnetPrefix']],
  ['a quoted policy name', { nps: { networkPolicy: 'VPN "staff"' } }, ['nps.networkPolicy']],
  ['an empty pool', { pointToSite: { addressPool: [] } }, ['pointToSite.addressPool']],
  ['SSTP', { pointToSite: { protocols: ['SSTP'] } }, ['pointToSite.protocols[0]']],
  ['no protocol', { pointToSite: { protocols: [] } }, ['pointToSite.protocols']],
  ['the SKU Basic', { gateway: { sku: 'Basic' } }, ['gateway.sku']],
  ['a SKU without zones', { gateway: { sku: 'VpnGw1' } }, ['gateway.sku']],
  ['a gateway name that ends in a hyphen', { gateway: { name: 'vpngw-' } }, ['gateway.name']],
  ['no server', servers(), ['radius.servers']],
  [
    'three servers',
    servers(server('10.0.1.4'), server('10.0.1.5', nps02), server('192.168.10.4', npsOnPremises)),
    ['radius.servers'],
  ],
  ['two servers of one address', servers(server('10.0.1.4'), server('10.0.1.4', nps02)), ['radius.servers']],
  [
    'one machine as two servers',
    servers(server('10.0.1.4'), server('10.0.1.5', nps01.toUpperCase())),
    ['radius.servers'],
  ],
  ['a name for a RADIUS address', servers(server('nps-01.corp.example')), ['radius.servers[0].address']],
  ['a public RADIUS address', servers(server('20.1.2.3')), ['radius.servers[0].address']],
  ['an NPS host that is no machine', servers(server('10.0.1.4', hub)), ['radius.servers[0].host']],
  ['a score of 31', servers({ ...server('10.0.1.4'), score: 31 }), ['radius.servers[0].score']],
  ['a secret in place of its name', { radius: { secretName: 'S3cret!Value' } }, ['radius.secretName']],
  ['an unknown MFA wish', { nps: { mfaExtension: 'maybe' } }, ['nps.mfaExtension']],
  ['an approval of 31 days', { approval: { timeoutDays: 31 } }, ['approval.timeoutDays']],
  ['an unknown ticket system', { ticket: { system: 'otrs', id: '1' } }, ['ticket.system']],
  ['the system of others', { ticket: { system: 'jira', id: 'FIN-2' } }, ['ticket.system']],
  [
    'the system of others, and a wrong SKU',
    { ticket: { system: 'servicenow', id: 'INC0010001' }, gateway: { sku: 'Basic' } },
    ['gateway.sku', 'ticket.system'],
  ],
  ['a ticket without id', { ticket: { system: 'webhook', id: '' } }, ['ticket.id']],
  ...[
    'http://tickets.example/hook',
    'https://10.0.0.4/hook',
    'https://169.254.169.254/metadata',
    'https://elsewhere.example/',
  ].map((callbackUrl): [string, JsonObject, string[]] => [
    `a callback to ${callbackUrl}`,
    { ticket: { system: 'webhook', id: '1', callbackUrl } },
    ['ticket.callbackUrl'],
  ]),
  [
    'much at once: all of it is named',
    { virtualNetworkId: 'hub', gateway: { sku: 'Basic' }, pointToSite: { protocols: ['SSTP'] }, x: 1 },
    ['gateway.sku', 'pointToSite.protocols[0]', 'virtualNetworkId', 'x'],
  ],
];

describe('a ticket with', () => {
  it.each(tickets)('%s is a 400 that names it', async (_, changes, targets) => {
    const error = await refusal(400, 'POST', 'tickets', story.ticket(changes));
    expect(error.code).toBe('InvalidRequest');
    expect(error.details.map(({ target }: { target: string }) => target).toSorted()).toEqual(targets);
    for (const { message } of error.details) expect(message).toMatch(/\w/);
  });

  it.each([
    ['tickets', 'nothing', ''],
    ['tickets', 'no JSON', '{"ticket":'],
    ['tickets', 'a text', '"a ticket"'],
    ['tickets', 'a list', '[]'],
    ['tickets', 'null', 'null'],
    ['deployments/plan', 'no JSON', 'ticket=1'],
    ['tickets/servicenow', 'no JSON', 'number=INC1'],
    ['tickets/servicenow', 'a list', '[]'],
    ['tickets/jira', 'no JSON', '<xml/>'],
    ['tickets/jira', 'nothing of an issue', '{"webhookEvent":"jira:issue_created"}'],
  ])('POST /%s of %s is a 400', async (path, _, body) => {
    expect((await refusal(400, 'POST', path, body)).code).toBe('InvalidRequest');
  });

  it.each(['tickets', 'tickets/servicenow', 'tickets/jira', 'deployments/plan'])(
    'POST /%s of more than anybody needs is a 413',
    async (path) => {
      const huge = JSON.stringify(story.ticket({ nps: { networkPolicy: 'x'.repeat(100_000) } }));
      expect((await refusal(413, 'POST', path, huge)).code).toBe('RequestTooLarge');
    },
  );
});

describe('a body that comes in chunks', () => {
  it.each([
    'tickets',
    'tickets/jira',
    'deployments/plan',
    'rotations',
    'compliance/runs',
    'deployments/vpn-nowhere/cancel',
    'deployments/vpn-nowhere/approval',
  ])('does not reach POST /%s, which says so: it is not the same as none', async (path) => {
    const body = new Blob(['{"scope":["', hub, '"]}']).stream();
    const answer = await fetch(`${story.host.url}/api/${path}`, {
      method: 'POST',
      body,
      duplex: 'half',
    } as RequestInit);
    expect(answer.status).toBe(400);
    const { error } = (await answer.json()) as { error: { code: string; details: { message: string }[] } };
    expect(error.code).toBe('InvalidRequest');
    expect(error.details.map(({ message }) => message)).toEqual(['no body arrived: send Content-Length']);
    expect(story.host.durable.instances()).toEqual([]);
  });
});

describe('a path or query that leads nowhere', () => {
  it.each([
    ['GET', 'deployments/vpn-nowhere', 404],
    ['GET', 'deployments/vpn-20300101t000000000z-00000000-000000000000', 404],
    ['GET', 'deployments/vpn-20300101t000000000z-00000000-000000000000/record', 404],
    ['GET', 'deployments/nothing', 404],
    ['GET', 'deployments/gateway-vpngw-hub-1', 404],
    ['GET', `deployments/${encodeURIComponent('vpn-/../x')}`, 404],
    ['GET', `deployments/${encodeURIComponent('vpn-/../x')}/record`, 404],
    ['POST', 'deployments/nothing/cancel', 404],
    ['POST', 'deployments/vpn-nowhere/approval', 404],
    ['POST', 'deployments/vpn-nowhere/cancel', 404],
    ['POST', 'deployments/vpn-nowhere/client-profile', 404],
    ['POST', 'tickets/otrs', 404],
    ['GET', 'deployments?status=Broken', 400],
    ['GET', 'deployments?from=yesterday', 400],
    ['GET', 'deployments?continuation=nonsense', 400],
    ['GET', `deployments?continuation=${Buffer.from('null').toString('base64url')}`, 400],
    ['GET', `deployments?continuation=${Buffer.from('["x",1]').toString('base64url')}`, 400],
  ])('%s /%s is a %i', async (method, path, status) => {
    await refusal(
      status,
      method,
      path,
      path.endsWith('approval') ? { approved: true, by: 'me', planDigest: '0'.repeat(64) } : undefined,
    );
  });

  it('filters of a list that are not known are named, and everything else that is wrong with them', async () => {
    const one = await refusal(400, 'GET', 'deployments?tickets=REQ1');
    expect(one).toMatchObject({ code: 'InvalidRequest', target: 'tickets' });
    const all = await refusal(400, 'GET', 'deployments?state=Failed&from=31.12.2029&status=Broken');
    expect(all.details.map(({ target }: { target: string }) => target)).toEqual(['state', 'status', 'from']);
  });

  it('an approval that does not say what is decided, by whom and on which plan is a 400 that names all three', async () => {
    const error = await refusal(400, 'POST', 'deployments/vpn-nowhere/approval', { approved: 'yes' });
    expect(error.details.map(({ target }: { target: string }) => target)).toEqual([
      'approved',
      'by',
      'planDigest',
    ]);
  });
});

/** What only Azure, the machines or Key Vault know: the ticket is taken, and the answer tells every problem at once. */
const refused: [string, JsonObject, string[]][] = [
  ['a VNet that is not there', { virtualNetworkId: `${hub}-gone` }, ['VirtualNetworkNotFound']],
  [
    'a pool in the VNet',
    { pointToSite: { addressPool: ['10.0.8.0/24'] } },
    ['AddressPoolOverlapsVirtualNetwork'],
  ],
  [
    'a pool on premises',
    { pointToSite: { addressPool: ['192.168.4.0/24'] } },
    ['AddressPoolOverlapsOnPremises'],
  ],
  [
    'a GatewaySubnet outside the VNet',
    { gatewaySubnetPrefix: '10.7.0.0/27' },
    ['GatewaySubnetOutsideVirtualNetwork'],
  ],
  [
    'an NPS host that is not there',
    servers(server('10.0.1.9', nps01.replace('nps-01', 'nps-09'))),
    ['NpsHostNotFound'],
  ],
];

describe('a ticket that Azure cannot follow', () => {
  it.each(refused)(
    '%s: the deployment fails before anything is written, and the ticket is told',
    async (_, changes, codes) => {
      const own = await stage();
      const deployment = await own.ended(await own.send(own.ticket(changes)));
      expect(deployment.status).toBe('Failed');
      const details = deployment.error!.details ?? [];
      expect(details.map(({ code }) => code)).toEqual(codes);
      expect(own.writes()).toEqual([]);
      expect(own.answers()).toMatchObject([
        { status: 'Failed', text: expect.stringContaining('Nothing was changed.') },
      ]);
    },
  );
});

it('an id that leads to another instance, by a backslash, finds nothing', async () => {
  const story = await stage({ events: false });
  const id = await story.send(story.ticket());
  for (const path of [
    `deployments/vpn-%5c..%5c${id}`,
    `compliance/runs/compliance-x%5c..%5c${id}`,
    'deployments/vpn-%5c..%5c',
  ])
    expect([400, 404], path).toContain((await story.call('GET', path)).status);
});

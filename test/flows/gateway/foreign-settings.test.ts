import { beforeAll, expect, it } from 'vitest';
import type { JsonObject } from '../../../simulator/azure/wire/messages.ts';
import { actions, gatewayId, hub, inResourceGroup, nps01, nps02, type Stage, stage } from '../stage/stage.ts';
import { branch, branchGatewayId, foreignEstate } from './foreign-settings.ts';

let story: Stage;
/** What belongs to others, as Resource Manager answers it, secrets included, by id. */
type Bodies = Readonly<Record<string, JsonObject>>;

const addresses = ['pip-theirs', 'pip-first', 'pip-second', 'pip-third'].map((name) =>
  inResourceGroup(`Microsoft.Network/publicIPAddresses/${name}`),
);
const watched = [gatewayId, branchGatewayId, hub, branch, ...addresses];

async function arm(method: 'GET' | 'POST', path: string): Promise<JsonObject> {
  const { azure, origin } = story.world;
  const { token } = azure.token('https://management.azure.com/');
  const answer = await azure.handle({
    method,
    url: `${origin}${path}?api-version=2025-05-01`,
    headers: { authorization: `Bearer ${token}` },
  });
  if (answer.status !== 200) throw new Error(`${method} ${path}: ${answer.status} ${answer.body}`);
  return JSON.parse(String(answer.body)) as JsonObject;
}

async function bodies(): Promise<Bodies> {
  const read: Record<string, JsonObject> = {};
  for (const id of watched) {
    read[id] = await arm('GET', id);
    if (/virtualNetworkGateways/.test(id))
      read[`${id} secrets`] = await arm('POST', `${id}/listRadiusSecrets`);
  }
  return read;
}

/** The paths at which two JSON values differ. Every write changes the etag, so it is left out. */
function differing(before: unknown, after: unknown, path = ''): string[] {
  if (Object.is(before, after)) return [];
  const objects = [before, after].every((value) => typeof value === 'object' && value !== null);
  if (!objects || Array.isArray(before) !== Array.isArray(after)) return [path];
  const [one, other] = [before, after] as readonly Readonly<Record<string, unknown>>[];
  const names = new Set([...Object.keys(one!), ...Object.keys(other!)]);
  names.delete('etag');
  return [...names].flatMap((name) => differing(one![name], other![name], path ? `${path}.${name}` : name));
}

/** The paths that `whole` has and `body` does not have. Lists are compared entry by entry. */
function lacking(whole: unknown, body: unknown, path = ''): string[] {
  if (typeof whole !== 'object' || whole === null) return body === undefined ? [path] : [];
  return Object.entries(whole).flatMap(([name, value]) =>
    lacking(value, (body as JsonObject | undefined)?.[name], path ? `${path}.${name}` : name),
  );
}

/** What has changed in the bodies of others since `before`, by the last part of the id. */
async function changedSince(before: Bodies): Promise<Record<string, string[]>> {
  const now = await bodies();
  return Object.fromEntries(
    Object.entries(before).flatMap(([id, body]) => {
      const paths = differing(body, now[id]);
      return paths.length > 0 ? [[id.split('/').at(-1)!, paths]] : [];
    }),
  );
}

/** Checks now, after the checks of deployments are over; returns the report. */
async function checked(order: JsonObject = {}): Promise<{ findings: JsonObject[] }> {
  await story.host.runFor(30);
  const { body } = await story.call('POST', 'compliance/runs', order);
  const run = async () => (await story.call('GET', `compliance/runs/${body.id}`)).body;
  await story.host.runUntil(async () => (await run()).status === 'Succeeded', { limitMinutes: 300 });
  return (await story.call('GET', 'compliance/latest')).body;
}

const client = (rest: string) => `properties.vpnClientConfiguration.${rest}`;
const asks = (virtualNetworkId: string, wish: JsonObject = {}) => ({
  ticket: { system: 'webhook', id: 'REQ0012345' },
  virtualNetworkId,
  ...wish,
});
const servers = [
  { address: '10.0.1.4', host: nps01 },
  { address: '10.0.1.5', host: nps02 },
];

beforeAll(async () => {
  story = await stage({
    scenario: { resources: foreignEstate as never },
    settings: { DEFAULT_NPS_SERVERS: JSON.stringify(servers) },
  });
});

it('a tag gives both servers of a gateway secrets of their own, and touches nothing else', async () => {
  const before = await bodies();
  const { tags } = before[hub]!;
  await story.armWrites('PATCH', hub, { tags: { ...(tags as JsonObject), 'vpn-radius': 'enabled' } });
  await story.host.runFor(2);
  const { body } = await story.call('GET', 'deployments');
  const ended = await story.ended(await story.agree(body.deployments[0].id));
  expect(ended).toMatchObject({ status: 'Succeeded' });
  expect(await changedSince(before)).toEqual({
    hub: ['tags'],
    'vpngw-hub secrets': ['value.0.radiusServerSecret', 'value.1.radiusServerSecret'],
  });
});

it('a ticket that names nothing but the VNet gives an only server a secret, and touches nothing else', async () => {
  const before = await bodies();
  const ended = await story.ended(await story.agree(await story.send(asks(branch))));
  expect(ended).toMatchObject({ status: 'Succeeded' });
  expect(await changedSince(before)).toEqual({ 'gw-branch-prod secrets': ['value.0.radiusServerSecret'] });
});

it('the same ticket again writes nothing at all', async () => {
  const before = await bodies();
  const etag = before[branchGatewayId]!.etag;
  expect(await story.ended(await story.send(asks(branch)))).toMatchObject({
    status: 'Succeeded',
    result: { changes: [] },
  });
  expect(await changedSince(before)).toEqual({});
  expect((await arm('GET', branchGatewayId)).etag).toBe(etag);
});

it('a further address pool is added, and nothing else changes', async () => {
  const before = await bodies();
  const pool = ['172.19.5.0/24', '172.19.4.0/24'];
  const ended = await story.ended(await story.send(asks(branch, { pointToSite: { addressPool: pool } })));
  expect(ended).toMatchObject({ status: 'Succeeded' });
  expect(await changedSince(before)).toEqual({
    'gw-branch-prod': [client('vpnClientAddressPool.addressPrefixes.1')],
  });
});

it('a score is set, and nothing else changes', async () => {
  const before = await bodies();
  const wish = { radius: { servers: [{ ...servers[0], score: 24 }, servers[1]] } };
  const ended = await story.ended(await story.send(asks(hub, wish)));
  expect(ended).toMatchObject({ status: 'Succeeded' });
  expect(await changedSince(before)).toEqual({
    'vpngw-hub': [client('radiusServers.1.radiusServerScore')],
  });
});

it('a rotation gives new secrets, and nothing else changes', async () => {
  const before = await bodies();
  for (const virtualNetworkGatewayId of [gatewayId, branchGatewayId]) {
    const { body } = await story.call('POST', 'rotations', { virtualNetworkGatewayId });
    expect(await story.ended(body.id)).toMatchObject({ status: 'Succeeded' });
  }
  expect(await changedSince(before)).toEqual({
    'vpngw-hub secrets': ['value.0.radiusServerSecret', 'value.1.radiusServerSecret'],
    'gw-branch-prod secrets': ['value.0.radiusServerSecret'],
  });
});

it('whatever a read shows of a gateway, and a write may name, is in every write', () => {
  const written = story.requests('PUT', actions.gateway).filter(({ status }) => status < 300);
  expect(written.length).toBeGreaterThan(5);
  const writtenTo = (id: string) =>
    written.filter(({ url }) => url.includes(`${id}?`)).map(({ body }) => JSON.parse(body!));
  for (const { id, ...seed } of foreignEstate.filter((one) => /virtualNetworkGateways/.test(String(one.id))))
    for (const body of writtenTo(String(id))) expect(lacking(seed, body)).toEqual([]);
});

it('what no ticket named is held against what the last deployment left', async () => {
  const { vpnClientConfiguration: its } = story.properties(branchGatewayId)!;
  const { vpnClientProtocols: left } = its;
  its.vpnClientProtocols = ['IkeV2'];
  const { findings } = await checked();
  expect(findings.filter(({ target }) => target === branchGatewayId)).toContainEqual(
    expect.objectContaining({ status: 'open', evidence: ['Protocol OpenVPN is missing.'] }),
  );
  its.vpnClientProtocols = left;
});

it('a repair gives back what was lost, and nothing else changes', async () => {
  const before = await bodies();
  const { vpnClientConfiguration: its } = story.properties(gatewayId)!;
  its.radiusServers = its.radiusServers.filter(
    (server: JsonObject) => server.radiusServerAddress !== '10.0.1.4',
  );
  await checked({ remediate: true });
  await story.host.runFor(60);
  expect(await changedSince(before)).toEqual({});
});

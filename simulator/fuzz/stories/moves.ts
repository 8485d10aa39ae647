import fc from 'fast-check';
import { list, object } from '../../azure/wire/messages.ts';
import { byHand } from '../../rehearsal/estate.ts';
import { edits } from './edits.ts';
import { type Estate, machines, type NetworkName, networks } from './estate.ts';

/** Something that somebody does. Returns the answer of the app in a word, for the story that is told. */
type Move = (estate: Estate) => Promise<unknown>;

const pools = ['172.16.201.0/24', '172.16.202.0/24', '172.16.210.0/23', '10.0.1.0/24'];
const groups = [
  { name: 'finance', windowsGroup: 'CONTOSO\\VPN Finance', addressPool: ['172.16.220.0/24'] },
  { name: 'everybody', default: true },
];

const network = fc.constantFrom<NetworkName>('hub', 'spoke');

/** Moves by name, each with how it may be done. */
export const moves: fc.Arbitrary<readonly [string, Move]> = fc.oneof(
  { weight: 5, arbitrary: tickets() },
  { weight: 2, arbitrary: fc.tuple(network, fc.constantFrom(...pools)).map(tag) },
  { weight: 4, arbitrary: fc.boolean().map(decisionMove) },
  { weight: 2, arbitrary: fc.constant(cancel()) },
  {
    weight: 2,
    arbitrary: network.map((name) =>
      postMove('rotations', { virtualNetworkGatewayId: networks[name].gatewayId }),
    ),
  },
  { weight: 1, arbitrary: fc.constant(postMove('rotations', { due: true, olderThanDays: 1 })) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(network, fc.boolean())
      .map(([name, keepGateway]) =>
        postMove('removals', { virtualNetworkGatewayId: networks[name].gatewayId, keepGateway }),
      ),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(network, fc.constantFrom('own-policy', 'own-secrets', 'second-server'))
      .map(([name, path]) =>
        postMove('migrations', {
          virtualNetworkGatewayId: networks[name].gatewayId,
          path,
          ...(path === 'second-server' && { radius: { servers: [machines[1]] } }),
        }),
      ),
  },
  { weight: 2, arbitrary: fc.boolean().map((remediate) => postMove('compliance/runs', { remediate })) },
  { weight: 5, arbitrary: fc.constantFrom(1, 10, 50, 120).map(wait) },
  { weight: 4, arbitrary: fc.tuple(network, fc.constantFrom(...Object.keys(edits))).map(edit) },
);

function tickets(): fc.Arbitrary<readonly [string, Move]> {
  return fc
    .record({
      network,
      servers: fc.constantFrom([machines[0]], [machines[1]], [...machines]),
      pool: fc.constantFrom(...pools),
      sku: fc.constantFrom('VpnGw1AZ', 'VpnGw2AZ'),
      withGroups: fc.boolean(),
      required: fc.boolean(),
    })
    .map(({ network, servers, pool, sku, withGroups, required }) => {
      const wish = {
        virtualNetworkId: networks[network].id,
        gateway: { sku },
        pointToSite: { addressPool: [pool], ...(withGroups && { groups }) },
        radius: { servers },
        ...(required && { approval: { required } }),
      };
      return [`ticket ${JSON.stringify(wish)}`, (estate) => sendTicket(estate, wish)] as const;
    });
}

async function sendTicket(estate: Estate, wish: object): Promise<number> {
  const id = `REQ-${++estate.count}`;
  const ticket = { system: 'webhook', id, callbackUrl: `${estate.local.world.origin}/hooks/${id}` };
  const { status } = await estate.call('POST', 'tickets', { ticket, ...wish });
  if (status === 202) estate.taken.push(id);
  return status;
}

function postMove(path: string, body: object): readonly [string, Move] {
  return [
    `POST ${path} ${JSON.stringify(body)}`,
    async ({ call }) => (await call('POST', path, body)).status,
  ];
}

function tag([name, pool]: readonly [NetworkName, string]): readonly [string, Move] {
  const tags = { 'vpn-radius': 'enabled', 'vpn-radius-pool': pool };
  const body = { tags };
  return [
    `tags on ${name} ${pool}`,
    async ({ local }) => (await byHand(local.world, { method: 'PATCH', id: networks[name].id, body })).status,
  ];
}

function decisionMove(approved: boolean): readonly [string, Move] {
  return [approved ? 'approval' : 'rejection', (estate) => decideOldest(estate, approved)];
}

/** Decides on what has waited longest; others use the same NPS servers, so most plans wait for an approval. */
async function decideOldest({ call }: Estate, approved: boolean): Promise<unknown> {
  const id = await oldest(call, 'AwaitingApproval');
  if (!id) return 'nothing waits';
  const { digest } = (await call('GET', `deployments/${id}/plan`)).body;
  const decision = { approved, by: 'Jonas', planDigest: digest };
  return (await call('POST', `deployments/${id}/approval`, decision)).status;
}

/** A gateway in the hub, which many moves are about. */
export async function deployHub(estate: Estate): Promise<void> {
  await sendTicket(estate, { virtualNetworkId: networks.hub.id });
  await estate.local.host.runFor(5);
  await decideOldest(estate, true);
  await estate.local.host.runFor(60);
}

function cancel(): readonly [string, Move] {
  return [
    'cancel',
    async ({ call }) => {
      const id = (await oldest(call, 'Running')) ?? (await oldest(call, 'AwaitingApproval'));
      return id ? (await call('POST', `deployments/${id}/cancel`, { by: 'Jonas' })).status : 'nothing runs';
    },
  ];
}

async function oldest(call: Estate['call'], status: string): Promise<unknown> {
  const { deployments } = (await call('GET', `deployments?status=${status}`)).body;
  return object(list(deployments).at(-1)).id;
}

function wait(minutes: number): readonly [string, Move] {
  return [`${minutes} minutes`, async ({ local }) => local.host.runFor(minutes)];
}

function edit([network, what]: readonly [NetworkName, string]): readonly [string, Move] {
  const does = edits[what as keyof typeof edits];
  return [`somebody ${what} (${network})`, (estate) => does(estate, network)];
}

import { describe, expect, it } from 'vitest';
import type { SeedResource } from '../../../simulator/azure/default-world.ts';
import { guardrails } from '../../../simulator/demo/guardrails.ts';
import { actions, gatewayId, hub, inResourceGroup, stage, stageOf, subnetId } from '../stage/stage.ts';

const pipId = inResourceGroup('Microsoft.Network/publicIPAddresses/pip-of-others');

/** A gateway that others use: site-to-site with BGP and NAT rules, and users with certificates over OpenVPN. */
const others: SeedResource[] = [
  {
    id: hub,
    properties: {
      addressSpace: { addressPrefixes: ['10.0.0.0/16'] },
      subnets: [
        { name: 'servers', properties: { addressPrefix: '10.0.1.0/24' } },
        { name: 'GatewaySubnet', properties: { addressPrefix: '10.0.254.0/26' } },
      ],
    },
  },
  {
    id: pipId,
    zones: ['1', '2', '3'],
    sku: { name: 'Standard', tier: 'Regional' },
    properties: { publicIPAllocationMethod: 'Static', publicIPAddressVersion: 'IPv4' },
  },
  {
    id: gatewayId,
    tags: { owner: 'network team' },
    properties: {
      gatewayType: 'Vpn',
      vpnType: 'RouteBased',
      sku: { name: 'VpnGw2AZ', tier: 'VpnGw2AZ' },
      enableBgp: true,
      bgpSettings: { asn: 65010, peerWeight: 5 },
      natRules: [
        {
          name: 'to-factory',
          properties: {
            type: 'Static',
            mode: 'EgressSnat',
            internalMappings: [{ addressSpace: '10.0.1.0/24' }],
            externalMappings: [{ addressSpace: '100.64.1.0/24' }],
          },
        },
      ],
      customRoutes: { addressPrefixes: ['10.9.0.0/16'] },
      ipConfigurations: [
        { name: 'theirs', properties: { subnet: { id: subnetId }, publicIPAddress: { id: pipId } } },
      ],
      vpnClientConfiguration: {
        vpnClientAddressPool: { addressPrefixes: ['172.16.201.0/24'] },
        vpnClientProtocols: ['OpenVPN'],
        vpnAuthenticationTypes: ['Certificate'],
        vpnClientRootCertificates: [{ name: 'corp-root', properties: { publicCertData: 'TUlJQg==' } }],
      },
    },
  },
];

const wish = {
  gateway: {},
  gatewaySubnetPrefix: undefined,
  pointToSite: { addressPool: 'auto', protocols: ['OpenVPN'] },
};

async function deployed() {
  const story = await stage({ scenario: { resources: others as never } });
  const first = await story.ended(await story.send(story.ticket(wish)));
  return { ...story, first };
}

describe('a gateway that is there', () => {
  it('gets RADIUS beside what others configured, and keeps all of it', async () => {
    const { first, properties, world } = await deployed();
    expect(first).toMatchObject({
      status: 'Succeeded',
      result: { gatewayId, gatewaySubnet: '10.0.254.0/26' },
    });
    const gateway = properties(gatewayId)!;
    expect(gateway).toMatchObject({
      sku: { name: 'VpnGw2AZ' },
      enableBgp: true,
      bgpSettings: { asn: 65010, peerWeight: 5 },
      natRules: [
        {
          name: 'to-factory',
          properties: { mode: 'EgressSnat', externalMappings: [{ addressSpace: '100.64.1.0/24' }] },
        },
      ],
      customRoutes: { addressPrefixes: ['10.9.0.0/16'] },
      ipConfigurations: [{ name: 'theirs', properties: { publicIPAddress: { id: pipId } } }],
      vpnClientConfiguration: {
        vpnClientAddressPool: { addressPrefixes: ['172.16.201.0/24'] },
        vpnClientProtocols: ['OpenVPN'],
        vpnClientRootCertificates: [{ name: 'corp-root', properties: { publicCertData: 'TUlJQg==' } }],
        radiusServers: [{ radiusServerAddress: '10.0.1.4', radiusServerScore: 30 }],
      },
    });
    expect(gateway.vpnClientConfiguration.vpnAuthenticationTypes.toSorted()).toEqual([
      'Certificate',
      'Radius',
    ]);
    expect(world.azure.resource(gatewayId)!.tags).toEqual({ owner: 'network team' });
  });

  it('is written only once NPS knows the secret', async () => {
    const { first, requests, nps } = await deployed();
    const [ran] = requests('PUT', actions.runCommand);
    const written = requests('PUT', actions.gateway);
    expect(written).toHaveLength(1);
    // A run command takes six minutes.
    expect(Date.parse(written[0]!.at) - Date.parse(ran!.at)).toBeGreaterThanOrEqual(6 * 60_000);
    expect(nps('nps-01').state().radiusClients).toMatchObject([{ address: '10.0.254.0/26' }]);
    expect(stageOf(first, 'gateway').detail).toBe('There is nothing to change yet');
  });

  it('is not written at all by the same ticket again: nobody is disconnected', async () => {
    const story = await deployed();
    const writes = story.writes().length;
    const etag = story.world.azure.resource(gatewayId)!.etag;
    const again = await story.ended(await story.send(story.ticket(wish)));
    expect(again).toMatchObject({ status: 'Succeeded', result: { changes: [] } });
    expect(story.answers().at(-1)!.text).toContain('Nothing was changed');
    const actionsOfAgain = story
      .writes()
      .slice(writes)
      .map(({ method, action }) => `${method} ${action}`);
    expect(actionsOfAgain).toEqual([
      `PUT ${actions.runCommand}`,
      'DELETE Microsoft.Compute/virtualMachines/runCommands/delete',
    ]);
    expect(story.world.azure.resource(gatewayId)!.etag).toBe(etag);
  });

  it('that holds another secret than Key Vault is written once somebody agrees, and nothing else changes', async () => {
    const story = await deployed();
    const server = () => story.properties(gatewayId)!.vpnClientConfiguration.radiusServers[0];
    const secret = server().radiusServerSecret;
    server().radiusServerSecret = 'typed by hand in the portal';
    const before = structuredClone(story.properties(gatewayId)!);
    const id = await story.send(story.ticket(wish));
    await story.until(id, ({ status }) => status === 'AwaitingApproval');
    expect(story.answers().at(-1)).toMatchObject({ text: expect.stringContaining('removes something') });
    expect(story.properties(gatewayId)).toEqual(before);
    const again = await story.ended(await story.agree(id));
    expect(again.status).toBe('Succeeded');
    expect(again.result!.changes).toEqual(['shared secret of RADIUS server 10.0.1.4 replaced']);
    before.vpnClientConfiguration.radiusServers[0].radiusServerSecret = secret;
    expect(story.properties(gatewayId)).toEqual(before);
  });
});

it('the demo shows that a ticket which would take something away waits with its plan', async () => {
  const story = await deployed();
  const before = structuredClone(story.properties(gatewayId)!);
  const said: string[] = [];
  const narration = { say: (text: string) => said.push(text), stage() {}, progress() {}, end() {} };
  await guardrails(narration, story, story.first);
  expect(said.join('\n')).toMatch(
    /It waits for an approval, and nothing is written: The client address pool 172\.16\.201\.0\/24 is removed[\s\S]*digest [0-9a-f]{12}[\s\S]*Rejected: Rejected by Jonas/,
  );
  expect(story.properties(gatewayId)).toEqual(before);
});

it('the plan warns that the write will disconnect the users, and of every other consequence', async () => {
  const story = await stage({ scenario: { resources: others as never } });
  const { body } = await story.call('POST', 'deployments/plan', story.ticket(wish));
  expect(body.problems).toEqual([]);
  expect(body.warnings).toContainEqual(
    expect.objectContaining({
      code: 'UsersWillBeDisconnected',
      message: expect.stringContaining('disconnects the users'),
    }),
  );
  expect(body.steps.map(({ name, action }: Record<string, string>) => `${action} ${name}`)).toEqual([
    'keep gatewaySubnet',
    'keep publicIp',
    'create radiusSecret',
    'keep gateway',
    'update nps',
    'update pointToSite',
  ]);
});

it('IKEv2 is refused where certificates stand beside RADIUS: nothing is written', async () => {
  const story = await stage({ scenario: { resources: others as never } });
  const ticket = story.ticket({ ...wish, pointToSite: { addressPool: 'auto', protocols: ['IkeV2'] } });
  const deployment = await story.ended(await story.send(ticket));
  expect(deployment).toMatchObject({
    status: 'Failed',
    error: { code: 'RequestRefused', details: [{ code: 'AuthenticationTypeInTheWay' }] },
  });
  expect(story.writes()).toEqual([]);
  expect(story.answers()).toMatchObject([{ status: 'Failed', text: expect.stringContaining('Certificate') }]);
});

import { beforeAll, describe, expect, it } from 'vitest';
import { subscriptionId } from '../../../simulator/azure/default-world.ts';
import { parseCase } from '../../../simulator/rehearsal/case.ts';
import type { PlayedStep } from '../../../simulator/rehearsal/play.ts';
import { rehearse } from '../../../simulator/rehearsal/rehearse.ts';
import { appFile } from '../../flows/stage/stage.ts';

const group = `/subscriptions/${subscriptionId}/resourceGroups/rg-branch/providers`;
const branch = `${group}/Microsoft.Network/virtualNetworks/branch`;
const gateway = `${group}/Microsoft.Network/virtualNetworkGateways/vpngw-branch`;
const machine = `${group}/Microsoft.Compute/virtualMachines/radius-a`;
const nic = `${group}/Microsoft.Network/networkInterfaces/radius-a-nic`;

/** Facts of our own: a branch with an NPS server that has another name and address than the world has by itself. */
const estate = [
  {
    id: branch,
    properties: {
      addressSpace: { addressPrefixes: ['10.44.0.0/16'] },
      subnets: [{ name: 'servers', properties: { addressPrefix: '10.44.1.0/24' } }],
    },
  },
  {
    id: machine,
    tags: { 'vpn-radius-nps': 'enabled' },
    properties: { networkProfile: { networkInterfaces: [{ id: nic }] } },
  },
  {
    id: nic,
    properties: {
      ipConfigurations: [
        {
          name: 'one',
          properties: { privateIPAddress: '10.44.1.9', subnet: { id: `${branch}/subnets/servers` } },
        },
      ],
    },
  },
];

const request = (more: object = {}) => ({
  ticket: { system: 'webhook', id: 'CHG100' },
  virtualNetworkId: branch,
  pointToSite: { addressPool: ['172.29.4.0/24'], protocols: ['IkeV2'] },
  radius: { servers: [{ address: '10.44.1.9', score: 30, host: machine }] },
  ...more,
});

const kept = {
  name: 'office wifi',
  address: '10.44.7.0/24',
  vendor: 'RADIUS Standard',
  enabled: true,
  authAttributeRequired: false,
  secret: 'of the wireless controllers',
};

async function played(given: object): Promise<{ done: boolean; lines: PlayedStep[] }> {
  const lines: PlayedStep[] = [];
  const write = (text: string) => void lines.push(JSON.parse(text) as PlayedStep);
  return { done: await rehearse(parseCase(given), { json: true, write, appFile }), lines };
}

describe('a branch, from plan to sign-in', () => {
  let done = false;
  let lines: PlayedStep[] = [];
  const line = (number: number) => lines[number - 1]!;
  // biome-ignore lint/suspicious/noExplicitAny: what a step shows is looked into by what the test expects of it
  const value = (number: number) => line(number).value as any;

  beforeAll(async () => {
    ({ done, lines } = await played({
      start: '2027-02-01T06:00:00Z',
      scenario: { resources: estate },
      // The owner of the wireless network has made these settings of the whole server. The app would not make them
      // unasked.
      npsStates: {
        'radius-a': {
          radiusClients: [kept],
          mfa: { overrideNumberMatching: 'FALSE' },
          blastRadius: { limitProxyState: true, requireMessageAuthenticator: true },
        },
      },
      do: [
        { plan: request() },
        { writes: true },
        { ticket: request() },
        { signIn: { gateway, from: '10.44.255.228' } },
        { signIn: { gateway, from: '10.44.255.229', user: 'boris' } },
        { signIn: { gateway, from: '10.44.2.7' } },
        {
          arm: {
            method: 'PUT',
            id: `${branch}/subnets/added`,
            body: { properties: { addressPrefix: '10.44.9.0/24' } },
          },
        },
        { minutes: 3 },
        { show: `${branch}/subnets/added`, keys: ['provisioningState'] },
        { show: gateway, keys: ['vpnClientConfiguration', 'radiusServers'] },
        { show: `${branch}-none` },
        { nps: true },
        { writes: true },
        { http: { method: 'GET', path: 'deployments/{id}' } },
        { compliance: {} },
        { plan: request({ virtualNetworkId: 'nonsense' }) },
      ],
    }));
  });

  it('could do every step, and numbers them', () => {
    expect(done).toBe(true);
    expect(lines.map(({ step }) => step)).toEqual(lines.map((_, index) => index + 1));
    expect(lines.flatMap(({ error }) => error ?? [])).toEqual([]);
  });

  it('plans without a write, and says what a wrong request is refused for', () => {
    expect([line(1).status, line(1).do]).toEqual([200, 'plan']);
    expect(value(2)).toEqual([]);
    expect(line(16).status).toBe(400);
  });

  it('runs a ticket to its end and tells the whole deployment', () => {
    const { status, deployment } = line(3);
    expect([status, deployment?.status]).toEqual([202, 'Succeeded']);
    expect(deployment?.result?.gatewayId).toBe(gateway);
    expect(line(14).deployment?.id).toBe(deployment?.id);
  });

  it('lets in who approves, not who denies, and answers no address that is no client', () => {
    expect(line(4).signIn).toMatchObject({ outcome: 'accepted' });
    expect(line(5).signIn).toMatchObject({
      outcome: 'rejected',
      reason: expect.stringContaining('reason 21'),
    });
    expect(line(6).signIn).toMatchObject({
      outcome: 'no answer',
      reason: expect.stringContaining('10.44.2.7, which is no RADIUS client'),
      servers: [{ address: '10.44.1.9', server: 'radius-a' }],
    });
  });

  it('lets somebody else write in Azure, and shows what is there without secrets', () => {
    expect(line(7)).toMatchObject({ status: 201, body: { name: 'added' } });
    expect(value(9)).toBe('Succeeded');
    expect(value(10)).toEqual([{ radiusServerAddress: '10.44.1.9', radiusServerScore: 30 }]);
    expect(value(11)).toBeNull();
  });

  it('shows NPS servers without a secret or a password', () => {
    const clients = value(12)['radius-a'].radiusClients;
    expect(clients.map(({ name }: { name: string }) => name)).toEqual(['office wifi', 'vpngw-branch']);
    expect(JSON.stringify(lines)).not.toContain('of the wireless controllers');
    expect(JSON.stringify(value(12))).not.toMatch(/anna-password|"secret"/);
  });

  it("tells the app's writes alone, those on NPS by their operation", () => {
    const written = value(13) as { method: string; id: string; operation?: string }[];
    const names = written.map(({ method, id, operation }) =>
      [method, id.split('/').slice(-2)[0], operation].filter(Boolean).join(' '),
    );
    expect(names).toEqual(
      expect.arrayContaining([
        'PUT subnets',
        'PUT publicIPAddresses',
        'PUT virtualNetworkGateways',
        'PUT runCommands Set',
      ]),
    );
    expect(written.some(({ id }) => id.endsWith('/subnets/added'))).toBe(false);
    expect(names.filter((name) => name.includes('secrets')).length).toBeGreaterThan(0);
  });

  it('gives the report of a compliance run', () => {
    expect(line(15)).toMatchObject({ status: 202, report: { gateways: [{ name: 'vpngw-branch' }] } });
  });

  it('tells what Azure told its subscribers', () => {
    expect(line(8).events).toEqual([
      expect.objectContaining({ operationName: 'Microsoft.Network/virtualNetworks/subnets/write' }),
    ]);
  });
});

describe('a gateway as exported', () => {
  /** As `az network vnet-gateway show` and `Get-VpnNpsConfiguration` write them. Neither holds a secret. */
  const address = `${group}/Microsoft.Network/publicIPAddresses/old`;
  const exported = [
    ...estate,
    { id: `${branch}/subnets/GatewaySubnet`, properties: { addressPrefix: '10.44.255.0/27' } },
    {
      id: address,
      sku: { name: 'Standard' },
      zones: ['1', '2', '3'],
      properties: { publicIPAllocationMethod: 'Static' },
    },
    {
      id: gateway,
      properties: {
        gatewayType: 'Vpn',
        vpnType: 'RouteBased',
        sku: { name: 'VpnGw1AZ', tier: 'VpnGw1AZ' },
        ipConfigurations: [
          {
            name: 'default',
            properties: {
              subnet: { id: `${branch}/subnets/GatewaySubnet` },
              publicIPAddress: { id: address },
            },
          },
        ],
        vpnClientConfiguration: {
          vpnClientAddressPool: { addressPrefixes: ['172.29.4.0/24'] },
          vpnClientProtocols: ['IkeV2'],
          vpnAuthenticationTypes: ['Radius'],
          radiusServers: [
            { radiusServerAddress: '10.44.1.50', radiusServerScore: 30 },
            { radiusServerAddress: '10.44.1.9', radiusServerScore: 10 },
          ],
        },
      },
    },
  ];
  const answer = {
    changed: false,
    changes: [],
    findings: [],
    state: {
      server: { name: 'RADIUS-A', os: 'Windows Server 2022', npasInstalled: true, serviceRunning: true },
      radiusClients: [
        {
          name: 'gateway',
          address: '10.44.255.0/27',
          vendor: 'RADIUS Standard',
          enabled: true,
          authAttributeRequired: false,
        },
      ],
      networkPolicy: {
        name: 'Connections to Microsoft Routing and Remote Access server',
        exists: true,
        enabled: true,
        grant: true,
        order: 1,
        authenticationMethods: ['EAP', 'EAP-MSCHAPv2'],
      },
      mfa: {
        installed: true,
        version: '1.2.2893.1',
        loaded: true,
        overrideNumberMatching: 'FALSE',
        certificate: { thumbprint: 'AB12', notAfter: '2031-01-01T00:00:00Z' },
      },
      blastRadius: { limitProxyState: true, requireMessageAuthenticator: true },
      audit: { success: true, failure: true },
      firewallOpen: true,
    },
  };

  it('agrees with its NPS server on the secret, and asks the next server when the first is silent', async () => {
    const { lines } = await played({
      scenario: { resources: exported },
      npsStates: { [machine]: answer },
      do: [{ signIn: { gateway, from: '10.44.255.4' } }],
    });
    expect(lines[0]!.signIn).toMatchObject({
      outcome: 'accepted',
      servers: [
        { address: '10.44.1.50', outcome: 'no answer', reason: 'No machine has the address 10.44.1.50.' },
        { address: '10.44.1.9', outcome: 'accepted' },
      ],
    });
  });

  it('says so when the secrets differ', async () => {
    const { lines } = await played({
      scenario: { resources: exported },
      npsStates: { 'radius-a': { radiusClients: [{ ...kept, address: '10.44.255.0/27' }] } },
      do: [{ signIn: { gateway, from: '10.44.255.4' } }],
    });
    expect(lines[0]!.signIn?.outcome).toBe('no answer');
    expect(lines[0]!.signIn?.reason).toMatch(/its shared secret may differ/);
  });
});

describe('what cannot be played', () => {
  it('is told by the step, the others go on, and the whole is no success', async () => {
    const { done, lines } = await played({ do: [{ event: {}, fn: 'nobody' }, { minutes: 1 }] });
    expect(done).toBe(false);
    expect(lines.map(({ error }) => error)).toEqual(['The app has no function nobody.', undefined]);
  });

  it('shows a deployment that does not end in time as far as it is, also years ago', async () => {
    const { done, lines } = await played({
      start: '2021-03-01T06:00:00Z',
      scenario: { resources: estate },
      do: [{ ticket: request(), limit: 5 }],
    });
    expect(done).toBe(false);
    expect(lines[0]).toMatchObject({
      status: 202,
      deployment: { status: 'Running' },
      error: expect.any(String),
    });
    const { percent, expectedEndAt } = lines[0]!.deployment!;
    // The share of its stages, not the share of the time until today.
    expect(percent).toBe(50);
    expect(expectedEndAt).toMatch(/^2021-03-01T06:/);
  });

  it("binds the app to its role, and nobody else's hand", async () => {
    const body = { properties: { addressPrefix: '10.44.9.0/24' } };
    const { lines } = await played({
      scenario: { resources: estate, rbac: { roleActions: ['Microsoft.Network/*/read'] } },
      do: [{ arm: { method: 'PUT', id: `${branch}/subnets/added`, body } }, { ticket: request() }],
    });
    expect(lines[0]!.status).toBe(201);
    expect(lines[1]!.deployment?.status).toBe('Failed');
  });

  it('names a machine that is not there before anything begins', async () => {
    await expect(played({ npsStates: { 'nps-99': {} }, do: [] })).rejects.toThrow(/npsStates names 'nps-99'/);
    await expect(played({ npsStates: { 'nps-01': { radiusClient: [] } }, do: [] })).rejects.toThrow(
      /npsStates.nps-01 has unknown members: radiusClient\./,
    );
  });
});

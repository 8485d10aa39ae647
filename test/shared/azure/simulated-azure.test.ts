import { describe, expect, it } from 'vitest';
import { npsServers } from '../../../shared/azure/machines/nps-servers.ts';
import { publicIpAddresses } from '../../../shared/azure/network/public-ip-addresses.ts';
import { virtualNetworks } from '../../../shared/azure/network/virtual-networks.ts';
import { vpnGateways } from '../../../shared/azure/network/vpn-gateways.ts';
import { connectAzure } from '../../../shared/azure/wire/connection.ts';
import { besides } from '../../../shared/core/resource-id.ts';
import type { GatewayWish } from '../../../shared/gateway/model.ts';
import type { VpnGateways } from '../../../shared/ports.ts';
import { createAzure } from '../../../simulator/azure/azure.ts';
import { hubNetworkId, npsMachineId, subscriptionId } from '../../../simulator/azure/default-world.ts';
import { inProcessHttpClient, simulatedCredential } from '../../../simulator/azure/wire/http-client.ts';
import { virtualClock } from '../../../simulator/clock.ts';

const minutes = (count: number) => count * 60_000;
const subnetId = `${hubNetworkId}/subnets/GatewaySubnet`;
const addressId = besides(hubNetworkId, 'publicIPAddresses', 'pip-vpngw-hub');
const gatewayId = besides(hubNetworkId, 'virtualNetworkGateways', 'vpngw-hub');
const secret = 'k9-Very_secret.0123456789';

const wish: GatewayWish = {
  location: 'westeurope',
  sku: 'VpnGw1AZ',
  activeActive: false,
  subnetId,
  publicIpIds: [addressId],
  pointToSite: {
    addressPool: ['172.16.201.0/24'],
    protocols: ['IkeV2'],
    authenticationTypes: ['Radius'],
    radiusServers: [{ address: '10.0.1.4', score: 30 }],
  },
  tags: { 'vpn-radius': 'managed' },
};

function world() {
  const clock = virtualClock(new Date('2027-01-04T08:00:00Z'));
  const scripts: Readonly<Record<string, string>>[] = [];
  const npsHost = {
    async run({ parameters }: { parameters: Readonly<Record<string, string>> }) {
      scripts.push(parameters);
      return { exitCode: 0, output: '{"changed":true}', error: '' };
    },
  };
  const simulated = createAzure({
    clock,
    seed: 'adapters',
    npsHosts: new Map([[npsMachineId.toLowerCase(), npsHost]]),
  });
  const azure = connectAzure({
    resourceManagerEndpoint: 'https://management.azure.com',
    authorityHost: 'https://login.microsoftonline.com',
    keyVaultUrl: 'https://kv-hub.vault.azure.net',
    version: '0.0.0',
    credential: simulatedCredential(simulated),
    httpClient: inProcessHttpClient(simulated),
    pause: async (seconds) => clock.advance(seconds * 1000),
  });
  const ports = {
    networks: virtualNetworks(azure),
    addresses: publicIpAddresses(azure),
    gateways: vpnGateways(azure),
    nps: npsServers(azure, () => 'script'),
  };
  /** What has to exist before the gateway. */
  const prepared = async () => {
    await ports.networks.createSubnet(subnetId, '10.0.255.0/27');
    clock.advance(minutes(1));
    await ports.addresses.create(addressId, 'westeurope', ['1', '2', '3']);
    clock.advance(minutes(1));
  };
  return { simulated, clock, scripts, prepared, ...ports };
}

const written = async (gateways: VpnGateways) => (await gateways.open(gatewayId)).write(wish, secret);

describe('against the simulated Azure', () => {
  it('a gateway comes to be, forty minutes later, with RADIUS and a profile for its users', async () => {
    const { simulated, clock, prepared, networks, addresses, gateways } = world();
    await prepared();
    expect(await networks.readSubnet(subnetId)).toMatchObject({
      addressPrefixes: ['10.0.255.0/27'],
      provisioningState: 'Succeeded',
      gatewayIds: [],
    });
    expect(await addresses.read(addressId)).toMatchObject({ sku: 'Standard', allocationMethod: 'Static' });

    const { operationUrl, retryAfterSeconds } = await written(gateways);
    expect(retryAfterSeconds).toBe(10);
    expect(operationUrl.length).toBeGreaterThan(3000);
    expect((await gateways.read(gatewayId))?.provisioningState).toBe('Updating');
    expect(await gateways.operationError(operationUrl)).toBeUndefined();

    clock.advance(minutes(45));
    const { location: _, ...wanted } = wish;
    expect(await gateways.read(gatewayId)).toMatchObject({ ...wanted, provisioningState: 'Succeeded' });
    expect(await gateways.radiusSecrets(gatewayId)).toEqual([{ address: '10.0.1.4', secret }]);
    expect(await gateways.addressPools([subscriptionId])).toEqual([
      { by: gatewayId, prefixes: ['172.16.201.0/24'] },
    ]);
    expect(
      (await networks.read(hubNetworkId))?.subnets.find(({ id }) => id === subnetId)?.gatewayIds,
    ).toEqual([gatewayId]);

    const profile = await gateways.clientProfile(gatewayId);
    expect(profile.url).toMatch(/^https:\/\/.*sig=/);
    expect(Date.parse(profile.expiresAt)).toBeGreaterThan(clock.now().getTime());
    expect(simulated.requests.filter(({ status }) => status >= 500)).toEqual([]);
  });

  it('a second write keeps what others did to the gateway meanwhile', async () => {
    const { simulated, clock, prepared, gateways } = world();
    await prepared();
    await written(gateways);
    clock.advance(minutes(45));
    const held = simulated.resource(gatewayId);
    if (!held) expect.fail('there is no gateway');
    held.tags = { ...held.tags, owner: 'network-team' };
    held.properties.customRoutes = { addressPrefixes: ['10.9.0.0/16'] };

    await (await gateways.open(gatewayId)).write(
      { ...wish, pointToSite: { ...wish.pointToSite, protocols: ['OpenVPN'] } },
      'the-next-secret-0123456789',
    );
    clock.advance(minutes(5));
    expect(await gateways.read(gatewayId)).toMatchObject({
      tags: { owner: 'network-team', 'vpn-radius': 'managed' },
      pointToSite: { protocols: ['OpenVPN'] },
    });
    expect(simulated.resource(gatewayId)?.properties.customRoutes).toEqual({
      addressPrefixes: ['10.9.0.0/16'],
    });
    expect(await gateways.radiusSecrets(gatewayId)).toEqual([
      { address: '10.0.1.4', secret: 'the-next-secret-0123456789' },
    ]);
  });

  it('a write that Azure gives up tells why', async () => {
    const { simulated, clock, prepared, gateways } = world();
    await prepared();
    simulated.faults.add({
      match: { action: 'Microsoft.Network/virtualNetworkGateways/write' },
      effect: { kind: 'failOperation', code: 'GatewayAllocationFailed', message: 'No capacity.' },
    });
    const { operationUrl } = await written(gateways);
    clock.advance(minutes(45));
    expect((await gateways.read(gatewayId))?.provisioningState).toBe('Failed');
    expect(await gateways.operationError(operationUrl)).toEqual({
      code: 'GatewayAllocationFailed',
      message: 'No capacity.',
    });
  });

  it('a missing permission is named', async () => {
    const { simulated, prepared, gateways } = world();
    await prepared();
    simulated.faults.add({
      match: { action: 'Microsoft.Network/virtualNetworkGateways/write' },
      effect: { kind: 'deny' },
    });
    await expect(written(gateways)).rejects.toMatchObject({
      failure: {
        code: 'AuthorizationFailed',
        message: expect.stringContaining("'Microsoft.Network/virtualNetworkGateways/write'"),
        target: gatewayId,
      },
    });
  });

  it.each([
    [
      { kind: 'respond', status: 429, retryAfterSeconds: 17 },
      { code: 'TooManyRequests', transient: true, retryAfterSeconds: 17 },
    ],
    [
      { kind: 'respond', status: 409 },
      { code: 'AnotherOperationInProgress', transient: true },
    ],
    [
      { kind: 'respond', status: 500 },
      { code: 'InternalServerError', transient: true },
    ],
    [
      { kind: 'drop', afterEffect: true },
      { code: 'AzureUnreachable', transient: true },
    ],
  ] as const)('a write that meets %j is not repeated here', async (effect, failure) => {
    const { simulated, prepared, gateways } = world();
    await prepared();
    simulated.faults.add({
      match: { method: 'PUT', action: 'Microsoft.Network/virtualNetworkGateways/write' },
      effect,
    });
    await expect(written(gateways)).rejects.toMatchObject({ failure });
    expect(simulated.counts()['PUT Microsoft.Network/virtualNetworkGateways/write']).toBe(1);
  });

  it('a write beside another is refused for now', async () => {
    const { clock, prepared, gateways } = world();
    await prepared();
    await written(gateways);
    clock.advance(minutes(1));
    await expect(written(gateways)).rejects.toMatchObject({
      failure: { code: 'AnotherOperationInProgress', transient: true },
    });
  });

  it('what is deleted goes, from the gateway to its subnet; what is gone already is deleted without an error', async () => {
    const { clock, prepared, networks, addresses, gateways } = world();
    await prepared();
    await written(gateways);
    clock.advance(minutes(45));
    // Azure itself refuses to delete what something still uses.
    await expect(addresses.delete(addressId)).rejects.toMatchObject({
      failure: { code: 'PublicIPAddressCannotBeDeleted', target: addressId },
    });
    await expect(networks.deleteSubnet(subnetId)).rejects.toMatchObject({
      failure: { code: 'InUseSubnetCannotBeDeleted', target: subnetId },
    });
    expect(await gateways.delete(gatewayId)).toEqual({ retryAfterSeconds: 10 });
    clock.advance(minutes(45));
    await addresses.delete(addressId);
    await networks.deleteSubnet(subnetId);
    clock.advance(minutes(2));
    expect(await gateways.read(gatewayId)).toBeUndefined();
    expect(await addresses.read(addressId)).toBeUndefined();
    expect(await networks.readSubnet(subnetId)).toBeUndefined();

    const again = { retryAfterSeconds: expect.any(Number) };
    expect(await gateways.delete(gatewayId)).toEqual(again);
    expect(await addresses.delete(addressId)).toEqual(again);
    expect(await networks.deleteSubnet(subnetId)).toEqual(again);
  });

  it('a subnet of a network that is gone too: 404 is as good as a deletion', async () => {
    const { simulated, networks } = world();
    const gone = { kind: 'respond', status: 404, code: 'ResourceNotFound' } as const;
    simulated.faults.add({ match: { method: 'DELETE' }, effect: gone });
    expect(await networks.deleteSubnet(subnetId)).toEqual({ retryAfterSeconds: 1 });
  });

  it('an NPS server takes a run command, and gives it back when it is forgotten', async () => {
    const { simulated, clock, scripts, nps } = world();
    const host = await nps.readHost(npsMachineId);
    if (!host) expect.fail('there is no host');
    expect(host).toMatchObject({
      isRunning: true,
      isAgentReady: true,
      osType: expect.stringMatching(/windows/i),
    });
    const run = { name: 'vpn-radius', operation: 'Set', desiredState: '{}', timeoutMinutes: 20 } as const;
    await nps.start(host, run, { value: secret });
    const startedAt = clock.now().toISOString();
    expect(await nps.result(host.id, run.name)).toEqual({ state: 'running' });
    clock.advance(minutes(10));
    await simulated.settled();
    expect(await nps.result(host.id, run.name)).toEqual({
      state: 'ended',
      exitCode: 0,
      output: '{"changed":true}',
      error: '',
      startedAt,
      endedAt: clock.now().toISOString(),
    });
    expect(scripts.map(({ SharedSecret }) => Buffer.from(SharedSecret ?? '', 'base64').toString())).toEqual([
      secret,
    ]);

    await nps.forget(host.id, run.name);
    clock.advance(minutes(1));
    await nps.forget(host.id, run.name);
    await expect(nps.result(host.id, run.name)).rejects.toMatchObject({
      failure: { code: 'RunCommandMissing' },
    });
  });
});

import { beforeAll, describe, expect, it } from 'vitest';
import { npsServers } from '../../../shared/azure/machines/nps-servers.ts';
import { fleet } from '../../../shared/azure/network/fleet.ts';
import { publicIpAddresses } from '../../../shared/azure/network/public-ip-addresses.ts';
import { virtualNetworks } from '../../../shared/azure/network/virtual-networks.ts';
import { vpnGateways } from '../../../shared/azure/network/vpn-gateways.ts';
import { secretCatalogue } from '../../../shared/azure/vault/secret-catalogue.ts';
import { secrets } from '../../../shared/azure/vault/secrets.ts';
import { connectAzure } from '../../../shared/azure/wire/connection.ts';
import { failureOf } from '../../../shared/core/errors.ts';
import { besides } from '../../../shared/core/resource-id.ts';
import { createAzure } from '../../../simulator/azure/azure.ts';
import { hubNetworkId, npsMachineId, subscriptionId } from '../../../simulator/azure/default-world.ts';
import { inProcessHttpClient, simulatedCredential } from '../../../simulator/azure/wire/http-client.ts';
import { virtualClock } from '../../../simulator/clock.ts';
import { type Disturbance, disturbanceNames } from '../../../simulator/sweep/disturbances.ts';
import { disturbedWire } from '../../../simulator/sweep/run/disturbed-wire.ts';
import { npsHost } from '../hub.ts';

const clock = virtualClock(new Date('2027-01-04T08:00:00Z'));
const run = async () => ({ exitCode: 0, output: '{"changed":true}', error: '' });
const simulated = createAzure({
  clock,
  seed: 'disturbed',
  npsHosts: new Map([[npsMachineId.toLowerCase(), { run }]]),
});

let fault: Disturbance | undefined;
/** Which request of the call is met. */
let due = 0;
let sent = 0;
const { wire } = disturbedWire({ disturb: () => (sent++ === due ? fault : undefined) });
const azure = connectAzure({
  resourceManagerEndpoint: 'https://management.azure.com',
  authorityHost: 'https://login.microsoftonline.com',
  keyVaultUrl: 'https://kv-hub.vault.azure.net',
  version: '0',
  credential: simulatedCredential(simulated),
  httpClient: inProcessHttpClient({
    ...simulated,
    handle: (request) => wire(request, () => simulated.handle(request)),
  }),
  pause: async (seconds) => clock.advance(seconds * 1000),
});
const networks = virtualNetworks(azure);
const addresses = publicIpAddresses(azure);
const gateways = vpnGateways(azure);
const nps = npsServers(azure, () => 'script');
const vault = secrets(azure);

const subnetId = `${hubNetworkId}/subnets/GatewaySubnet`;
const addressId = besides(hubNetworkId, 'publicIPAddresses', 'pip');
const gatewayId = besides(hubNetworkId, 'virtualNetworkGateways', 'vpngw-hub');
const host = npsHost({ id: npsMachineId });
const test = { name: 'vpn-radius-test', operation: 'Test', desiredState: '{}', timeoutMinutes: 15 } as const;
let version = '';

beforeAll(async () => {
  const minutes = (count: number) => clock.advance(count * 60_000);
  await networks.createSubnet(subnetId, '10.0.255.0/27');
  minutes(1);
  await addresses.create(addressId, 'westeurope', ['1', '2', '3']);
  minutes(1);
  const pointToSite = {
    addressPool: ['172.16.201.0/24'],
    protocols: ['IkeV2'] as const,
    authenticationTypes: ['Radius'] as const,
    radiusServers: [{ address: '10.0.1.4', score: 30 }],
  };
  const gateway = {
    location: 'westeurope',
    sku: 'VpnGw1AZ',
    activeActive: false,
    subnetId,
    publicIpIds: [addressId],
  };
  await (await gateways.open(gatewayId)).write({ ...gateway, pointToSite, tags: {} }, 'k9-Very_secret.0123');
  minutes(45);
  version = await vault.write('radius-hub', 'k9-Very_secret.0123', { by: 'test' });
  await nps.start(host, test);
  minutes(5);
});

/** Calls that give the same again when they are repeated. */
const calls: Readonly<Record<string, () => Promise<unknown>>> = {
  'a network': () => networks.read(hubNetworkId),
  'whether networks may be read': () => networks.tryToRead(subscriptionId),
  'a subnet': () => networks.readSubnet(subnetId),
  'the prefixes on premises': () => networks.onPremisesPrefixes(hubNetworkId),
  'the manager of a resource group': () => networks.managerOf(hubNetworkId),
  'an address': () => addresses.read(addressId),
  'a gateway': () => gateways.read(gatewayId),
  'all that makes a gateway': () => gateways.resources(gatewayId),
  'a gateway to be written': async () => (await gateways.open(gatewayId)).gateway,
  'the secrets of a gateway': () => gateways.radiusSecrets(gatewayId),
  'the networks connected to a gateway': () => gateways.connectedNetworks(gatewayId),
  'the pools of a subscription': () => gateways.addressPools([subscriptionId]),
  'the gateways of a subscription': () => fleet(azure).discover([subscriptionId]),
  'the networks of a subscription': () => fleet(azure).networks(subscriptionId),
  'an NPS machine': () => nps.readHost(npsMachineId),
  'the result of a run command': () => nps.result(npsMachineId, test.name),
  'the run commands of a machine': () => nps.runNames(npsMachineId),
  'the removal of a run command': () => nps.forget(npsMachineId, 'vpn-radius-none'),
  'a secret': () => vault.read('radius-hub'),
  'a secret that does not exist': () => vault.read('radius-none'),
  'the versions of a secret': () => vault.versions('radius-hub'),
  'tags of a secret': () => vault.tag('radius-hub', version, { by: 'test' }),
  'the names of secrets': () => secretCatalogue(azure).list(),
  'the removal of a secret': () => vault.delete('radius-none'),
};

/**
 * A 404 with the code of a missing resource is believed where something may be missing. Whoever knows that it was there
 * asks again (`foundForSure`, and the steps that compare with the plan).
 */
const mayBeMissing = [
  'all that makes a gateway',
  'an NPS machine',
  'the result of a run command',
  'the run commands of a machine',
];
const isBelieved = (name: string, value: unknown) => mayBeMissing.includes(name) || value === undefined;

describe.each(Object.entries(calls))('%s', (title, call) => {
  // A silent request is given up after its limit, as one whose connection broke.
  it.each(disturbanceNames.filter((name) => !name.startsWith('silence')))(
    'comes as it is, or as a failure that passes: %s',
    async (name) => {
      clock.advance(10_000);
      sent = 0;
      const wanted = await call();
      const requests = sent;
      expect(requests).toBeGreaterThan(0);
      for (due = 0; due < requests; due++) {
        // Resource Graph answers only so many queries in five seconds.
        clock.advance(10_000);
        sent = 0;
        fault = name;
        const came = await call().then(
          (value) => ({ value }),
          (error: unknown) => ({ failure: failureOf(error) }),
        );
        fault = undefined;
        if (name === '404' && isBelieved(title, 'value' in came ? came.value : title)) continue;
        if ('failure' in came) expect(came.failure, `request ${due}`).toMatchObject({ transient: true });
        else expect(came.value, `request ${due}`).toEqual(wanted);
      }
    },
  );
});

import { expect, it } from 'vitest';
import type { Migration, MigrationPathName } from '../../../../shared/deployment/contract.ts';
import type { PathFacts } from '../../../../shared/deployment/migration/path.ts';
import { pathOf } from '../../../../shared/deployment/migration/paths.ts';
import type { PointToSite, PublicIpAddress } from '../../../../shared/gateway/model.ts';
import { gateway, gatewayId, hub, network, request, subnet } from '../../hub.ts';

const address = (sku: string): PublicIpAddress => ({
  id: network('publicIPAddresses', 'vpngw-hub-pip'),
  sku,
  allocationMethod: 'Static',
  provisioningState: 'Succeeded',
  zones: [],
});
const basic = { publicIps: [address('Basic')] };
const { pointToSite: held, ...bare } = gateway();
const standing = (more: object, client: Partial<PointToSite> = {}) => ({
  gateway: gateway({ ...more, pointToSite: { ...held!, ...client } }),
});
const certificates = { authenticationTypes: ['Certificate'], radiusServers: [], rootCertificates: ['root'] };
const server = (address: string, secretName: string) => ({ address, secretName });
const subnetOf = (...addressPrefixes: string[]) => ({
  virtualNetwork: hub({ subnets: [{ ...subnet('GatewaySubnet', ''), addressPrefixes }] }),
});

const found = (path: MigrationPathName, more: Partial<PathFacts> = {}, given: Partial<Migration> = {}) =>
  [
    ...pathOf(path).findings({
      gateway: gateway(),
      virtualNetwork: hub(),
      publicIps: [address('Standard')],
      asked: request(),
      migration: { gatewayId, path, ...given },
      secretNames: [],
      ...more,
    }),
  ].map(({ code, message, target }) => {
    expect(target).toBe(code === 'EntraClientNeeded' ? 'entra' : 'path');
    return `${code}: ${message}`;
  });

const profileToCheck =
  'LegacyClientName: Azure cannot migrate a gateway whose client profile names a server that ends in cloudapp.net. Check a profile of vpngw-hub first (AzureVPN/azurevpnconfig.xml, fqdn). Do not remove point-to-site because of this, whatever the profile says.';
const clientsToFind =
  'EntraClientNeeded: Entra sign-in works only with the Azure VPN Client, on Windows and macOS. Find another way for users of Linux before RADIUS is removed.';

/** What a person reads who asks for a path. Nothing: the gateway can go it. */
it.each<[MigrationPathName, string, Partial<PathFacts>, string[]]>([
  ['az-sku', 'of a non-AZ SKU', standing({ sku: 'VpnGw2' }), []],
  [
    'az-sku',
    'of an AZ SKU, in whatever case',
    standing({ sku: 'VPNGW2az' }),
    ['MigrationNotNeeded: vpngw-hub already has the SKU VPNGW2az.'],
  ],
  [
    'az-sku',
    'of Basic',
    standing({ sku: 'basic' }),
    [
      'MigrationNotPossible: vpngw-hub has the SKU Basic, which cannot be resized. Delete the gateway and send a ticket for a new one.',
    ],
  ],
  [
    'az-sku',
    'of a Basic address',
    { ...standing({ sku: 'VpnGw1' }), ...basic },
    [
      'MigrationNotPossible: vpngw-hub has the Basic address vpngw-hub-pip, so its SKU cannot be changed separately. Use the path standard-public-ip, which also changes the SKU to an AZ SKU.',
    ],
  ],
  [
    'az-sku',
    'of a legacy SKU',
    standing({ sku: 'HighPerformance' }),
    [
      'MigrationNotPossible: vpngw-hub has the legacy SKU HighPerformance, so its SKU cannot be changed separately. Use the path standard-public-ip, which also changes the SKU to an AZ SKU.',
    ],
  ],
  [
    'az-sku',
    'without point-to-site',
    { gateway: { ...bare, sku: 'VpnGw1' } },
    ['MigrationNotPossible: vpngw-hub has no point-to-site, so this app does not change it.'],
  ],
  ['standard-public-ip', 'with users', basic, [profileToCheck]],
  ['standard-public-ip', 'without users', { ...basic, gateway: bare }, []],
  [
    'standard-public-ip',
    'that has a Standard address',
    { gateway: bare },
    ['MigrationNotNeeded: Every public IP address of vpngw-hub is already Standard.'],
  ],
  [
    'standard-public-ip',
    'that is active-active',
    { ...basic, gateway: { ...bare, activeActive: true } },
    [
      'MigrationNotPossible: vpngw-hub is active-active, and Azure migrates only the addresses of active-standby gateways. Make it active-standby first, or delete it and create a new one.',
    ],
  ],
  [
    'standard-public-ip',
    'of the SKU Basic',
    { ...basic, gateway: { ...bare, sku: 'BASIC' } },
    [
      'MigrationNotPossible: vpngw-hub has the SKU Basic, which this migration does not support. Delete the gateway and send a ticket for a new one.',
    ],
  ],
  [
    'standard-public-ip',
    'in a small subnet',
    { ...basic, gateway: bare, ...subnetOf('10.0.255.0/28', '10.0.254.0/29') },
    [
      'MigrationNotPossible: GatewaySubnet is 10.0.255.0/28, 10.0.254.0/29. Azure may refuse the migration in a subnet smaller than /27, and it needs three free addresses. Add a prefix to the subnet first (Azure: "Create multiple prefixes for a subnet").',
    ],
  ],
  [
    'standard-public-ip',
    'in a small subnet that got a larger prefix',
    { ...basic, gateway: bare, ...subnetOf('10.0.255.0/28', '10.0.254.0/27') },
    [],
  ],
  ['without-sstp', 'with SSTP', standing({}, { protocols: ['IkeV2', 'SSTP'] }), []],
  [
    'without-sstp',
    'without SSTP',
    standing({}, { protocols: ['IkeV2', 'OpenVPN'] }),
    ['MigrationNotNeeded: vpngw-hub does not allow SSTP: its tunnel types are IkeV2, OpenVPN.'],
  ],
  [
    'without-sstp',
    'without point-to-site',
    { gateway: bare },
    [
      'MigrationNotPossible: vpngw-hub has no point-to-site. Send a ticket for its VNet, which gives it point-to-site with RADIUS.',
    ],
  ],
  ['to-radius', 'with certificates', standing({}, certificates), []],
  ['to-radius', 'with both', standing({}, { authenticationTypes: ['Radius', 'Certificate'] }), []],
  ['to-radius', 'with RADIUS alone', {}, ['MigrationNotNeeded: vpngw-hub authenticates only by RADIUS.']],
  [
    'to-radius',
    'without point-to-site',
    { gateway: bare },
    [
      'MigrationNotPossible: vpngw-hub has no point-to-site. Send a ticket for its VNet, which gives it point-to-site with RADIUS.',
    ],
  ],
  ['to-entra', 'with RADIUS', {}, [clientsToFind]],
  [
    'to-entra',
    'without point-to-site',
    { gateway: bare },
    [
      'MigrationNotPossible: vpngw-hub has no point-to-site. Send a ticket for its VNet, which gives it point-to-site with RADIUS.',
    ],
  ],
  [
    'to-entra',
    'with certificates alone',
    standing({}, { ...certificates, protocols: ['OpenVPN'] }),
    ['MigrationNotNeeded: Nobody signs in to vpngw-hub by RADIUS. It has Certificate.', clientsToFind],
  ],
  [
    'to-entra',
    'with certificates and Entra ID',
    standing({}, { ...certificates, authenticationTypes: ['Certificate', 'AAD'], protocols: ['OpenVPN'] }),
    ['MigrationNotNeeded: Nobody signs in to vpngw-hub by RADIUS. It has Certificate, AAD.', clientsToFind],
  ],
  [
    'to-entra',
    'with no way to sign in',
    standing({}, { authenticationTypes: [], radiusServers: [] }),
    ['MigrationNotNeeded: Nobody signs in to vpngw-hub by RADIUS. It has no way to sign in.', clientsToFind],
  ],
  [
    'to-entra',
    'whose RADIUS is of others',
    { asked: undefined },
    [
      'MigrationNotPossible: This app has not configured RADIUS on vpngw-hub, so it cannot remove it at the end. Add Entra sign-in to the gateway by hand, or send a ticket for its VNet first.',
      clientsToFind,
    ],
  ],
  [
    'to-entra',
    'with SSTP',
    standing({}, { protocols: ['SSTP'] }),
    [
      'MigrationNotPossible: vpngw-hub allows SSTP, and a gateway cannot have SSTP and OpenVPN together. Use the path without-sstp first.',
      clientsToFind,
    ],
  ],
  [
    'to-entra',
    'with RADIUS and certificates over IKEv2',
    standing({}, { authenticationTypes: ['Radius', 'Certificate'] }),
    [
      'MigrationNotPossible: vpngw-hub would have Radius, Certificate, AAD over IkeV2 and OpenVPN, but Azure allows this only over OpenVPN. First send a ticket with pointToSite.protocols ["OpenVPN"] and give users the new profile.',
      clientsToFind,
    ],
  ],
  ['second-server', 'with one server', {}, []],
  [
    'second-server',
    'with two servers',
    standing({}, { radiusServers: ['10.0.1.4', '10.0.1.5'].map((address) => ({ address, score: 30 })) }),
    ['MigrationNotNeeded: vpngw-hub already has 2 RADIUS servers: 10.0.1.4, 10.0.1.5.'],
  ],
  [
    'second-server',
    'without point-to-site',
    { gateway: bare },
    ['MigrationNotPossible: vpngw-hub does not authenticate by RADIUS. Use the path to-radius first.'],
  ],
  ['own-policy', 'with the policy of others', { asked: request({ nps: { networkPolicy: 'Staff' } }) }, []],
  ['own-policy', 'that nobody asked for', { asked: undefined }, []],
  [
    'own-policy',
    'with a policy of its own',
    { asked: request({ nps: { networkPolicy: 'own' } }) },
    ['MigrationNotNeeded: vpngw-hub already has its own network policy.'],
  ],
  [
    'own-policy',
    'with certificates alone',
    standing({}, certificates),
    ['MigrationNotPossible: vpngw-hub does not authenticate by RADIUS. Use the path to-radius first.'],
  ],
  [
    'own-secrets',
    'with one secret for two of three servers',
    { secretNames: [server('10.0.1.6', 'c'), server('10.0.1.4', 'a'), server('10.0.1.5', 'a')] },
    [],
  ],
  [
    'own-secrets',
    'with a secret for each server',
    { secretNames: [server('10.0.1.4', 'a'), server('10.0.1.5', 'b')] },
    ['MigrationNotNeeded: No two RADIUS servers of vpngw-hub share a secret.'],
  ],
])('%s for a gateway %s', (path, _, more, expected) => {
  expect(found(path, more)).toEqual(expected);
});

it.each(['Prepare', 'PrepareSucceeded', 'Execute', 'ExecuteSucceeded', 'Commit'])(
  'a migration of the address that Azure has begun (%s) can be ended, though the address is Standard by now',
  (phase) => {
    expect(
      found('standard-public-ip', { gateway: { ...bare, addressMigration: { phase, state: 'Succeeded' } } }),
    ).toEqual([]);
  },
);

it.each(['CommitSucceeded', 'Abort', 'None'])('a migration in the phase %s is over', (phase) => {
  expect(
    found('standard-public-ip', { gateway: { ...bare, addressMigration: { phase, state: 'Succeeded' } } }),
  ).toHaveLength(1);
});

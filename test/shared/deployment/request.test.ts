import { expect, it } from 'vitest';
import { vpnGatewayRequest } from '../../../shared/deployment/request.ts';
import { gatewayId, group, npsId, request } from '../hub.ts';

const machine = (name: string) => npsId.replace('nps-01', name);
const servers = (...list: object[]) => ({ radius: { servers: list } });
const pool = (...addressPool: string[]) => ({ pointToSite: { addressPool } });
const policy = (networkPolicy: string) => ({ nps: { networkPolicy } });
const arc = `${group}/providers/Microsoft.HybridCompute/machines/nps-onprem`;

/** What whoever wrote the ticket reads, field by field. */
const wrongIn = (fields: object) =>
  (vpnGatewayRequest.safeParse({ ...request(), ...fields }).error?.issues ?? []).map(
    ({ path, message }) => `${path.join('.')} ${message}`,
  );

it.each<[string, object]>([
  ['an Arc machine as NPS server', servers({ address: '10.0.1.4', host: arc })],
  ['the smallest GatewaySubnet', { gatewaySubnetPrefix: '10.0.255.0/29' }],
  ['the smallest pool', pool('172.16.7.0/29')],
  ['two pools side by side', pool('172.16.7.0/24', '172.16.8.0/24')],
  [
    'the smallest pool of an active-active gateway',
    { gateway: { activeActive: true }, ...pool('172.16.7.0/28') },
  ],
  ['a pool that the app chooses for an active-active gateway', { gateway: { activeActive: true } }],
  ['Azure’s words in any case', { gateway: { sku: ' VPNGW2az ' }, pointToSite: { protocols: ['IKEv2'] } }],
  ['a policy whose name has blanks inside', policy('VPN of the staff')],
])('%s can be asked for', (_, fields) => {
  expect(wrongIn(fields)).toEqual([]);
});

it.each<[string, object, string]>([
  [
    'a GatewaySubnet that is too small',
    { gatewaySubnetPrefix: '10.0.255.0/30' },
    'gatewaySubnetPrefix is too small: GatewaySubnet needs at least /29, and /27 is recommended',
  ],
  [
    'a GatewaySubnet with host bits, told once',
    { gatewaySubnetPrefix: '10.0.255.1/30' },
    'gatewaySubnetPrefix must be an IPv4 prefix without host bits, such as 10.0.255.0/27',
  ],
  [
    'a machine that is none',
    servers({ address: '10.0.1.4', host: gatewayId }),
    'radius.servers.0.host must be the resource id of an Azure VM (Microsoft.Compute/virtualMachines) or an Arc machine (Microsoft.HybridCompute/machines)',
  ],
  [
    'a public address as NPS server',
    servers({ address: '8.8.8.8', host: npsId }),
    'radius.servers.0.address must be a private address: the gateway reaches NPS inside the VNet, a peered VNet or through a site-to-site VPN',
  ],
  [
    'a name as NPS server',
    servers({ address: 'nps-01', host: npsId }),
    'radius.servers.0.address must be an IPv4 address: the gateway cannot resolve names',
  ],
  [
    'one machine twice',
    servers({ address: '10.0.1.4', host: npsId }, { address: '10.0.1.5', host: machine('NPS-01') }),
    'radius.servers the two servers must be different machines',
  ],
  [
    'a SKU that is not sold any more',
    { gateway: { sku: 'VpnGw1' } },
    'gateway.sku VpnGw1 is not offered: choose VpnGw1AZ to VpnGw5AZ. Basic has no RADIUS, legacy and non-AZ SKUs are retired.',
  ],
  [
    'SSTP, in any case',
    { pointToSite: { protocols: ['sstp'] } },
    'pointToSite.protocols.0 SSTP can no longer be enabled on a gateway: use IkeV2, OpenVPN or both',
  ],
  [
    'a protocol that does not exist',
    { pointToSite: { protocols: ['L2TP'] } },
    'pointToSite.protocols.0 must be IkeV2 or OpenVPN',
  ],
  ['a policy without a name', policy(''), 'nps.networkPolicy must not be empty'],
  ['a policy of blanks', policy('   '), 'nps.networkPolicy must not be empty'],
  [
    'a policy with a quotation mark',
    policy('VPN "staff"'),
    'nps.networkPolicy must not hold a quotation mark or a control character',
  ],
  [
    'a pool for six users',
    { pointToSite: { addressPool: ['172.16.7.0/30'] } },
    'pointToSite.addressPool.0 is too small: a client address pool must be at least /29, or at least /28 with an active-active gateway',
  ],
  [
    'a pool with host bits, told once',
    pool('172.16.7.1/30'),
    'pointToSite.addressPool.0 must be an IPv4 prefix without host bits, such as 10.0.255.0/27',
  ],
  [
    'one pool twice, told once',
    pool('172.16.7.0/24', '172.16.7.0/24'),
    'pointToSite.addressPool names a prefix twice',
  ],
  [
    'pools that overlap',
    pool('172.16.6.0/24', '172.16.8.0/23', '172.16.9.0/24'),
    'pointToSite.addressPool names prefixes that overlap: 172.16.8.0/23 and 172.16.9.0/24',
  ],
  [
    'a pool of an active-active gateway that is too small',
    { gateway: { activeActive: true }, ...pool('172.16.8.0/24', '172.16.7.0/29') },
    'pointToSite.addressPool.1 is too small: the client address pool of an active-active gateway must be at least /28',
  ],
  [
    'a mode that is no yes or no',
    { gateway: { activeActive: 'yes' } },
    'gateway.activeActive must be true or false',
  ],
])('%s is refused', (_, fields, message) => {
  expect(wrongIn(fields)).toEqual([message]);
});

it('of a pool that is no prefix at all, an overlap is not even looked for', () => {
  expect(wrongIn(pool('everything', '172.16.7.0/24'))).toEqual([
    'pointToSite.addressPool.0 must be an IPv4 prefix without host bits, such as 10.0.255.0/27',
  ]);
});

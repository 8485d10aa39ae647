import { describe, expect, it } from 'vitest';
import { gatewayFindings } from '../../../../shared/gateway/checks/request-findings.ts';
import type { ConnectedNetwork, PointToSite, VpnGateway } from '../../../../shared/gateway/model.ts';
import { gateway, hub, hubId, request } from '../../hub.ts';
import { told } from '../../told.ts';

type Asked = { gateway?: object; pointToSite?: object };
const site = (connection: string): ConnectedNetwork => ({ connection, by: '/lng', prefixes: [] });
const found = (asked: Asked, standing: VpnGateway, connected: readonly ConnectedNetwork[] = []) =>
  told(gatewayFindings(request(asked), standing, { virtualNetwork: hub(), publicIps: [], connected }));
const having = (more: Partial<PointToSite>) =>
  gateway({ pointToSite: { ...gateway().pointToSite!, ...more } });
const { pointToSite: _, ...siteToSite } = gateway();
const two = gateway({ activeActive: true });
const expressRoute = gateway({ name: 'ergw', gatewayType: 'ExpressRoute' });
const elsewhere = gateway({ subnetId: `${hubId}-2/subnets/GatewaySubnet` });

describe('a gateway that is there already', () => {
  it.each<[string, Asked, VpnGateway, ConnectedNetwork[]?]>([
    ['is used where the request names none', {}, gateway()],
    ['is used by its name, in any case', { gateway: { name: 'VPNGW-HUB' } }, gateway()],
    ['may be of ExpressRoute, beside another name', { gateway: { name: 'vpngw' } }, expressRoute],
    ['may be of ExpressRoute, where no name is wished', {}, expressRoute],
    ['keeps its SKU where the request names none', {}, gateway({ sku: 'VpnGw5AZ' })],
    ['gives up its second address where nobody uses it', { gateway: { activeActive: false } }, two],
    ['keeps its mode where the request does not ask', {}, two, [site('to-dc')]],
    ['stays active-active', { gateway: { activeActive: true } }, two, [site('to-dc')]],
    ['stays active-standby', { gateway: { activeActive: false } }, gateway(), [site('to-dc')]],
    ['has no point-to-site yet', {}, siteToSite],
    [
      'may have certificates beside OpenVPN alone',
      {},
      having({ protocols: ['OpenVPN'], authenticationTypes: ['Certificate'] }),
    ],
  ])('%s', (_, asked, standing, connected) => {
    expect(found(asked, standing, connected)).toEqual([]);
  });

  it.each<[string, Asked, VpnGateway, ConnectedNetwork[], string, string]>([
    [
      'is of another VNet',
      {},
      elsewhere,
      [],
      'GatewayOfAnotherVirtualNetwork gateway.name',
      `vpngw-hub exists and belongs to another VNet (${elsewhere.subnetId}). Choose another gateway.name.`,
    ],
    [
      'is of another type, under the name that is asked for',
      { gateway: { name: 'ERGW' } },
      expressRoute,
      [],
      'GatewayTypeNotVpn gateway.name',
      'ergw is a gateway of type ExpressRoute. Choose another gateway.name: the VNet can have a VPN gateway too.',
    ],
    [
      'has another name',
      { gateway: { name: 'edge' } },
      gateway(),
      [],
      'GatewayAlreadyPresent gateway.name',
      'hub has the VPN gateway vpngw-hub, and a VNet can have only one. Leave gateway.name out, or write vpngw-hub.',
    ],
    [
      'would cut sites off its second address',
      { gateway: { activeActive: false } },
      two,
      [site('to-dc'), site('to-office')],
      'GatewayIsActiveActive gateway.activeActive',
      'vpngw-hub is active-active and has connections (to-dc, to-office). If it becomes active-standby, the peers of its second address lose their connection. Leave gateway.activeActive out, or change the peers and the mode by hand first.',
    ],
    [
      'has a larger SKU',
      { gateway: { sku: 'VpnGw1AZ' } },
      gateway({ sku: 'VpnGw2AZ' }),
      [],
      'GatewaySkuSmaller gateway.sku',
      'vpngw-hub cannot change from VpnGw2AZ to the smaller VpnGw1AZ: Azure changes a gateway only to a larger SKU. Leave gateway.sku out. Or remove the gateway (POST /api/removals) and send this ticket again: the gateway then gets another public IP address, and its users need another client profile.',
    ],
    [
      'signs its users in by other ways, with IKEv2',
      {},
      having({ authenticationTypes: ['Certificate', 'AAD'], protocols: ['IkeV2', 'OpenVPN'] }),
      [],
      'AuthenticationTypeInTheWay pointToSite.protocols',
      'vpngw-hub also authenticates by Certificate and AAD. This is possible together with RADIUS only when OpenVPN is the only protocol. Ask for the protocols ["OpenVPN"], or remove the other authentication first.',
    ],
    [
      'would get IKEv2 beside certificates',
      { pointToSite: { protocols: ['IkeV2'] } },
      having({ authenticationTypes: ['Certificate'], protocols: ['OpenVPN'] }),
      [],
      'AuthenticationTypeInTheWay pointToSite.protocols',
      'vpngw-hub also authenticates by Certificate. This is possible together with RADIUS only when OpenVPN is the only protocol. Ask for the protocols ["OpenVPN"], or remove the other authentication first.',
    ],
  ])('%s', (_, asked, standing, connected, what, message) => {
    expect(found(asked, standing, connected)).toEqual([[`problem ${what}`, message]]);
  });
});

import { describe, expect, it } from 'vitest';
import { networksAround } from '../../../shared/compliance/networks-around.ts';
import { gateway, hub, hubId, network } from '../hub.ts';

const here = gateway();
const there = gateway({
  id: network('virtualNetworkGateways', 'vpngw-edge').replace('rg-hub', 'rg-edge'),
  subnetId: `${hubId.replace('hub', 'edge')}/subnets/GatewaySubnet`,
});
const site = (name: string, group = 'rg-hub') => ({
  by: network('localNetworkGateways', name).replace('rg-hub', group),
  prefixes: [`10.${name.length}.0.0/16`],
});
const beside = site('beside');
const far = site('far', 'rg-sites');
const unrelated = site('unrelated', 'rg-sites');

describe('around a gateway are', () => {
  const around = (of: typeof here) =>
    networksAround([here, there], {
      onPremises: [beside, far, unrelated],
      connections: [
        { gatewayIds: [here.id.toUpperCase()], siteId: far.by.toUpperCase() },
        { gatewayIds: [here.id, there.id] },
        { gatewayIds: [here.id], siteId: beside.by },
        { gatewayIds: [here.id], siteId: '/a/site/that/may/not/be/read' },
      ],
      virtualNetworkOf: () => hub({ addressPrefixes: ['10.99.0.0/16'] }),
    })(of);

  it('the sites of its group, those that it is connected with elsewhere, and the VNets of other gateways', () => {
    expect(around(here).toSorted((one, other) => (one.by < other.by ? -1 : 1))).toEqual(
      [
        beside,
        far,
        { by: there.subnetId.replace('/subnets/GatewaySubnet', ''), prefixes: ['10.99.0.0/16'] },
      ].toSorted((one, other) => (one.by < other.by ? -1 : 1)),
    );
  });

  it('the same from the other end', () => {
    expect(around(there)).toEqual([{ by: hubId, prefixes: ['10.99.0.0/16'] }]);
  });

  it('nothing where nothing is known', () => {
    expect(around(gateway({ id: here.id.replace('rg-hub', 'rg-alone') }))).toEqual([]);
  });
});

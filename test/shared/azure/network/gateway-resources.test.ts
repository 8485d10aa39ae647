import { describe, expect, it } from 'vitest';
import { vpnGateways } from '../../../../shared/azure/network/vpn-gateways.ts';
import { group, notFound, recordedAzure } from '../recorded-azure.ts';

const id = `${group}/Microsoft.Network/virtualNetworkGateways/vpngw-hub`;
const subnetId = `${group}/Microsoft.Network/virtualNetworks/hub/subnets/GatewaySubnet`;

describe('the resources of a gateway', () => {
  const subnet = { id: subnetId, name: 'GatewaySubnet', properties: {} };
  const address = (name: string) => ({
    id: `${group}/Microsoft.Network/publicIPAddresses/${name}`,
    name,
    properties: {},
  });
  const using = (...configurations: object[]) => ({
    id,
    name: 'vpngw-hub',
    properties: { ipConfigurations: configurations.map((properties) => ({ properties })) },
  });
  const first = { subnet: { id: subnet.id }, publicIPAddress: { id: address('pip-1').id } };
  const second = { publicIPAddress: { id: address('pip-2').id } };
  const resourcesOf = (...known: readonly { readonly id: string }[]) => {
    const { azure } = recordedAzure(({ url: { pathname } }) => {
      const body = known.find((one) => one.id === pathname);
      return body ? { status: 200, body } : notFound;
    });
    return vpnGateways(azure).resources(id);
  };

  it('are the gateway, its subnet and its addresses in their order', async () => {
    const gateway = using(first, second);
    expect(await resourcesOf(address('pip-2'), gateway, subnet, address('pip-1'))).toEqual({
      gateway,
      subnet,
      publicIps: [address('pip-1'), address('pip-2')],
    });
  });

  it('are those that are there', async () => {
    const gateway = using(first, {}, second);
    expect(await resourcesOf(gateway, subnet, address('pip-2'))).toEqual({
      gateway,
      subnet,
      publicIps: [address('pip-2')],
    });
  });

  it.each([
    ['there is no gateway', [subnet]],
    ['its subnet is gone', [using(first)]],
    ['it names no subnet', [using({}), subnet]],
    ['it has no address', [using(), subnet]],
    ['it says nothing of addresses', [{ id, name: 'vpngw-hub', properties: {} }, subnet]],
  ])('are not known where %s', async (_, known) => {
    expect(await resourcesOf(...known)).toBeUndefined();
  });
});

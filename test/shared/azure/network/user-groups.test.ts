import type { VirtualNetworkGateway } from '@azure/arm-network';
import { describe, expect, it } from 'vitest';
import { expandGroups, flattenGroups, groupsInRow } from '../../../../shared/azure/network/user-groups.ts';
import { gatewayId } from '../../hub.ts';

const groupId = (name: string) => `${gatewayId}/virtualNetworkGatewayPolicyGroups/${name}`;
const member = (value: string) => ({
  name: 'm',
  attributeType: 'RadiusAzureGroupId',
  attributeValue: value,
});

/**
 * As Azure answers: two groups share a pool, a third one has its own, and everything has the members that only the
 * service adds.
 */
const held: VirtualNetworkGateway = {
  id: gatewayId,
  virtualNetworkGatewayPolicyGroups: ['eng', 'pm', 'fin'].map((name, index) => ({
    id: groupId(name),
    name,
    etag: 'W/"1"',
    provisioningState: 'Succeeded',
    isDefault: index === 0,
    priority: index,
    policyMembers: [member(`6ad1bd0${index}`)],
  })),
  vpnClientConfiguration: {
    vngClientConnectionConfigurations: [
      {
        id: `${gatewayId}/vngClientConnectionConfigurations/Config0`,
        name: 'Config0',
        etag: 'W/"1"',
        vpnClientAddressPool: { addressPrefixes: ['172.20.0.0/24'] },
        virtualNetworkGatewayPolicyGroups: [{ id: groupId('ENG') }, { id: groupId('pm') }],
      },
      {
        id: `${gatewayId}/vngClientConnectionConfigurations/Config1`,
        name: 'Config1',
        vpnClientAddressPool: { addressPrefixes: ['172.20.1.0/24'] },
        virtualNetworkGatewayPolicyGroups: [{ id: groupId('fin') }],
      },
    ],
  },
};

const configurationsOf = (wish: ReturnType<typeof flattenGroups>) =>
  expandGroups(held, gatewayId, wish).vngClientConnectionConfigurations.map((one) => [
    one.name,
    one.vpnClientAddressPool?.addressPrefixes?.join(' '),
    one.virtualNetworkGatewayPolicyGroups?.map(({ id }) => id!.split('/').at(-1)).join(' '),
  ]);

describe('user groups in Resource Manager', () => {
  const flat = flattenGroups(held);

  it('are read with the pool of the configuration that names them', () => {
    expect(flat.map(({ name, isDefault, addressPool }) => [name, isDefault, ...addressPool])).toEqual([
      ['eng', true, '172.20.0.0/24'],
      ['pm', false, '172.20.0.0/24'],
      ['fin', false, '172.20.1.0/24'],
    ]);
  });

  it('are read the same from a row of Resource Graph', () => {
    const rows = (list: readonly { readonly name?: string }[]) =>
      list.map(({ name, ...properties }) => ({ ...(name && { name }), properties }));
    const found = groupsInRow(
      rows(held.virtualNetworkGatewayPolicyGroups!),
      rows(held.vpnClientConfiguration!.vngClientConnectionConfigurations!),
    );
    expect(found).toEqual(flat);
    expect(groupsInRow(null, null)).toEqual([]);
  });

  it('are sent again as they were read', () => {
    const sent = expandGroups(held, gatewayId, flat);
    expect(sent).toEqual({
      virtualNetworkGatewayPolicyGroups: held.virtualNetworkGatewayPolicyGroups,
      vngClientConnectionConfigurations: held.vpnClientConfiguration!.vngClientConnectionConfigurations,
    });
  });

  it('a group with a pool of its own from now on leaves the configuration that it shared', () => {
    const wish = flat.map((group) =>
      group.name === 'pm' ? { ...group, addressPool: ['172.20.2.0/24'] } : group,
    );
    expect(configurationsOf(wish)).toEqual([
      ['Config0', '172.20.0.0/24', 'ENG'],
      ['pm', '172.20.2.0/24', 'pm'],
      ['Config1', '172.20.1.0/24', 'fin'],
    ]);
  });

  it('a group that gets another pool keeps its configuration, and one that gets that of others joins theirs', () => {
    const moved = flat.map((group) =>
      group.name === 'fin' ? { ...group, addressPool: ['172.20.9.0/24'] } : group,
    );
    expect(configurationsOf(moved).at(-1)).toEqual(['Config1', '172.20.9.0/24', 'fin']);
    const joined = flat.map((group) =>
      group.name === 'fin' ? { ...group, addressPool: ['172.20.0.0/24'] } : group,
    );
    expect(configurationsOf(joined)).toEqual([['Config0', '172.20.0.0/24', 'ENG pm fin']]);
  });

  it('a new gateway gets both, each configuration named for its first group', () => {
    const wish = [
      {
        name: 'finance',
        isDefault: true,
        priority: 10,
        members: [{ name: 'finance', type: 'RadiusAzureGroupId', value: '6ad1bd01' }],
        addressPool: ['172.20.1.0/24'],
      },
    ];
    expect(expandGroups({}, gatewayId, wish)).toEqual({
      virtualNetworkGatewayPolicyGroups: [
        {
          id: groupId('finance'),
          name: 'finance',
          isDefault: true,
          priority: 10,
          policyMembers: [{ ...member('6ad1bd01'), name: 'finance' }],
        },
      ],
      vngClientConnectionConfigurations: [
        {
          name: 'finance',
          vpnClientAddressPool: { addressPrefixes: ['172.20.1.0/24'] },
          virtualNetworkGatewayPolicyGroups: [{ id: groupId('finance') }],
        },
      ],
    });
  });
});

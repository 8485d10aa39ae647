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

const configurationsOf = (wish: ReturnType<typeof flattenGroups>, current: VirtualNetworkGateway = held) =>
  expandGroups(current, gatewayId, wish).vngClientConnectionConfigurations.map((one) => [
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
    expect(groupsInRow([{}], [{}])).toMatchObject([{ name: '' }]);
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

  const spare = {
    name: 'Config2',
    vpnClientAddressPool: { addressPrefixes: ['172.20.2.0/24'], futurePool: 1 },
    virtualNetworkGatewayPolicyGroups: [],
  };
  const withSpare = {
    ...held,
    vpnClientConfiguration: {
      vngClientConnectionConfigurations: [
        ...held.vpnClientConfiguration!.vngClientConnectionConfigurations!,
        spare,
        { name: 'Config3', vpnClientAddressPool: { addressPrefixes: ['172.20.3.0/24'] } },
      ],
    },
  };

  it('a configuration of others that names no group stays, and takes the group that gets its pool', () => {
    expect(configurationsOf(flat, withSpare).slice(2)).toEqual([
      ['Config2', '172.20.2.0/24', ''],
      ['Config3', '172.20.3.0/24', undefined],
    ]);
    const wish = flat.map((group) =>
      group.name === 'pm' ? { ...group, addressPool: ['172.20.2.0/24'] } : group,
    );
    expect(configurationsOf(wish, withSpare)).toEqual([
      ['Config0', '172.20.0.0/24', 'ENG'],
      ['Config2', '172.20.2.0/24', 'pm'],
      ['Config1', '172.20.1.0/24', 'fin'],
      ['Config3', '172.20.3.0/24', undefined],
    ]);
    const its = expandGroups(withSpare, gatewayId, wish).vngClientConnectionConfigurations[1];
    expect(its?.vpnClientAddressPool).toEqual(spare.vpnClientAddressPool);
  });

  it('a configuration goes with the last of its groups, and is made for no group without a pool', () => {
    expect(configurationsOf(flat.filter(({ name }) => name !== 'fin'))).toEqual([
      ['Config0', '172.20.0.0/24', 'ENG pm'],
    ]);
    expect(configurationsOf(flat.map((group) => ({ ...group, addressPool: [] })))).toEqual([]);
  });

  it('groups that move to a new pool together take their configuration along; one of them alone does not', () => {
    const moved = (...names: string[]) =>
      configurationsOf(
        flat.map((group) =>
          names.includes(group.name) ? { ...group, addressPool: ['172.20.8.0/24'] } : group,
        ),
      );
    expect(moved('eng', 'pm')).toEqual([
      ['Config0', '172.20.8.0/24', 'ENG pm'],
      ['Config1', '172.20.1.0/24', 'fin'],
    ]);
    expect(moved('eng', 'fin')).toEqual([
      ['eng', '172.20.8.0/24', 'eng fin'],
      ['Config0', '172.20.0.0/24', 'pm'],
    ]);
    expect(moved('eng', 'pm', 'fin')).toEqual([['eng', '172.20.8.0/24', 'eng pm fin']]);
  });

  it.each([
    [
      'two groups that part',
      ['172.20.8.0/24', '172.20.9.0/24', '172.20.1.0/24'],
      ['eng eng', 'pm pm', 'Config1 fin'],
    ],
    [
      'one of them that joins another',
      ['172.20.8.0/24', '172.20.9.0/24', '172.20.8.0/24'],
      ['eng eng,fin', 'pm pm'],
    ],
  ])('a configuration is left behind by %s', (_, pools, expected) => {
    const wish = flat.map((group, index) => ({ ...group, addressPool: [pools[index]!] }));
    const told = configurationsOf(wish).map(([name, , groups]) => `${name} ${groups?.replaceAll(' ', ',')}`);
    expect(told).toEqual(expected);
  });

  it('the prefixes of a pool in another order are the same pool', () => {
    const two = ['172.20.5.0/24', '172.20.4.0/24'];
    const wish = flat.map((group) => ({
      ...group,
      addressPool: group.name === 'fin' ? two : two.toSorted(),
    }));
    expect(configurationsOf(wish)).toEqual([['eng', '172.20.4.0/24 172.20.5.0/24', 'eng pm fin']]);
    const [first] = held.vpnClientConfiguration!.vngClientConnectionConfigurations!;
    const its = { ...first, vpnClientAddressPool: { addressPrefixes: two } };
    const vpnClientConfiguration = { vngClientConnectionConfigurations: [its] };
    expect(configurationsOf(wish, { ...held, vpnClientConfiguration })).toEqual([
      ['Config0', two.join(' '), 'ENG pm fin'],
    ]);
  });

  it('a configuration that is made gets a name that is free, whatever the case', () => {
    const taken = {
      ...held,
      vpnClientConfiguration: {
        vngClientConnectionConfigurations: [
          ...held.vpnClientConfiguration!.vngClientConnectionConfigurations!,
          { name: 'PM', vpnClientAddressPool: { addressPrefixes: ['172.20.6.0/24'] } },
          { name: 'pm-2', vpnClientAddressPool: { addressPrefixes: ['172.20.7.0/24'] } },
          {},
        ],
      },
    };
    const wish = flat.map((group) =>
      group.name === 'pm' ? { ...group, addressPool: ['172.20.9.0/24'] } : group,
    );
    expect(configurationsOf(wish, taken)[1]).toEqual(['pm-3', '172.20.9.0/24', 'pm']);
    const both = [
      { ...flat[1]!, name: 'Sales', addressPool: ['172.20.10.0/24'] },
      { ...flat[2]!, name: 'sales', addressPool: ['172.20.11.0/24'] },
    ];
    expect(configurationsOf(both, {}).map(([name]) => name)).toEqual(['Sales', 'sales-2']);
  });

  it('a member that is there already stays as it is, and one of another type or value is a new one', () => {
    const current = { ...member('6AD1BD00'), attributeType: 'radiusazuregroupid', futureMember: 1 };
    const members = [
      { name: 'same', type: 'RadiusAzureGroupId', value: '6ad1bd00' },
      { name: 'of another type', type: 'AADGroupId', value: '6ad1bd00' },
      { name: 'of another value', type: 'RadiusAzureGroupId', value: '6ad1bd01' },
    ];
    const groups = [{ ...held.virtualNetworkGatewayPolicyGroups![0]!, policyMembers: [{}, current] }];
    const sent = expandGroups({ virtualNetworkGatewayPolicyGroups: groups }, gatewayId, [
      { ...flat[0]!, members },
    ]);
    expect(sent.virtualNetworkGatewayPolicyGroups[0]?.policyMembers).toEqual([
      current,
      { name: 'of another type', attributeType: 'AADGroupId', attributeValue: '6ad1bd00' },
      { name: 'of another value', attributeType: 'RadiusAzureGroupId', attributeValue: '6ad1bd01' },
    ]);
  });

  it('are read where Azure tells little of them', () => {
    const nothing = { isDefault: false, priority: 0, members: [], addressPool: [] };
    expect(flattenGroups({})).toEqual([]);
    expect(
      flattenGroups({
        virtualNetworkGatewayPolicyGroups: [{ name: 'eng' }, {}, { policyMembers: [{}] }],
        vpnClientConfiguration: {
          vngClientConnectionConfigurations: [
            {},
            { virtualNetworkGatewayPolicyGroups: [{}, { id: groupId('eng') }] },
          ],
        },
      }),
    ).toEqual([
      { ...nothing, name: 'eng' },
      { ...nothing, name: '' },
      { ...nothing, name: '', members: [{ name: '', type: '', value: '' }] },
    ]);
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

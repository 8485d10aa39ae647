import { describe, expect, it } from 'vitest';
import { checkUserGroups, groupFor } from '../../../../simulator/azure/vpn-gateway/user-groups.ts';
import type { JsonObject } from '../../../../simulator/azure/wire/messages.ts';
import type { Resource } from '../../../../simulator/azure/world.ts';
import { gatewayId } from '../client.ts';

const group = (name: string, properties: JsonObject = {}) => ({
  name,
  properties: { isDefault: false, priority: 10, policyMembers: [], ...properties },
});
const member = (attributeValue: string, attributeType = 'RadiusAzureGroupId') => ({
  name: 'm',
  attributeType,
  attributeValue,
});
const configuration = (name: string, pool: string, ...groups: string[]) => ({
  name,
  properties: {
    vpnClientAddressPool: { addressPrefixes: [pool] },
    virtualNetworkGatewayPolicyGroups: groups.map((one) => ({
      id: `${gatewayId}/virtualNetworkGatewayPolicyGroups/${one}`,
    })),
  },
});
const gateway = (groups: JsonObject[], configurations: JsonObject[] = []): Resource =>
  ({
    id: gatewayId,
    properties: {
      virtualNetworkGatewayPolicyGroups: groups,
      vpnClientConfiguration: {
        vpnClientAddressPool: { addressPrefixes: ['172.16.0.0/24'] },
        vngClientConnectionConfigurations: configurations,
      },
    },
  }) as unknown as Resource;
const everybody = group('everybody', { isDefault: true, priority: 0 });
const finance = group('finance', { policyMembers: [member('6ad1bd08')] });

describe('the simulated gateway', () => {
  it.each<[string, JsonObject[], JsonObject[], string]>([
    [
      'a configuration of a group that is not there',
      [everybody],
      [configuration('c', '172.17.0.0/24', 'x')],
      'InvalidResourceReference',
    ],
    ['no default group', [finance], [], 'VirtualNetworkGatewayPolicyGroupsDefaultInvalid'],
    ['two groups of one name', [everybody, finance, group('Finance')], [], 'PolicyGroupNamesNotDistinct'],
    [
      'a default that was none',
      [{ ...finance, properties: { ...finance.properties, isDefault: true } }],
      [],
      'PolicyGroupDefaultCannotBeChanged',
    ],
    [
      'a RADIUS value of other octets',
      [everybody, group('a', { policyMembers: [member('6ad1be08')] })],
      [],
      'PolicyMemberAttributeValueInvalid',
    ],
    [
      '91 groups',
      [everybody, ...Array.from({ length: 90 }, (_, index) => group(`g${index}`))],
      [],
      'TooManyPolicyGroups',
    ],
    [
      'a pool of /25',
      [everybody],
      [configuration('c', '172.17.0.0/25', 'everybody')],
      'VpnClientAddressPoolTooSmall',
    ],
    [
      'a pool that overlaps the main one',
      [everybody],
      [configuration('c', '172.16.0.0/23', 'everybody')],
      'VpnClientAddressPoolsOverlap',
    ],
  ])('refuses %s', (_, groups, configurations, code) => {
    const before = gateway([finance]);
    expect(() => checkUserGroups(gateway(groups, configurations), before)).toThrow(
      expect.objectContaining({ code }),
    );
  });

  it('takes what keeps to the rules, members of other kinds too', () => {
    const entra = group('entra', {
      policyMembers: [member('0cf484f2-238e-440b-8c73-7bf232b248dc', 'AADGroupId')],
    });
    const whole = gateway(
      [everybody, finance, entra],
      [configuration('c', '172.17.0.0/24', 'finance', 'ENTRA')],
    );
    expect(() => checkUserGroups(whole, undefined)).not.toThrow();
    expect(() => checkUserGroups(gateway([]), whole)).not.toThrow();
  });

  it('puts a user into the first group that has the value, else into the default one', () => {
    const both = group('both', { priority: 5, policyMembers: [member('6AD1BD08')] });
    const whole = gateway(
      [everybody, finance, both],
      [configuration('c', '172.17.0.0/24', 'both'), configuration('d', '172.18.0.0/24', 'everybody')],
    );
    expect(groupFor(whole, '6ad1bd08')).toEqual({ name: 'both', addressPool: ['172.17.0.0/24'] });
    expect(groupFor(whole, '6ad1bd99')).toEqual({ name: 'everybody', addressPool: ['172.18.0.0/24'] });
    expect(groupFor(whole, undefined)).toEqual({ name: 'everybody', addressPool: ['172.18.0.0/24'] });
    expect(groupFor(gateway([]), '6ad1bd08')).toBeUndefined();
  });
});

import { describe, expect, it } from 'vitest';
import type { PublicIpAddress } from '../../../shared/gateway/model.ts';
import { publicIpFindings, publicIpIds, refusesZones, zonesFor } from '../../../shared/gateway/public-ip.ts';
import { gateway, gatewayId, network } from '../hub.ts';
import { told } from '../told.ts';

const pip = (name: string) => network('publicIPAddresses', name);
const address = (more: Partial<PublicIpAddress> = {}): PublicIpAddress => ({
  id: pip('vpngw-hub-pip'),
  sku: 'Standard',
  allocationMethod: 'Static',
  provisioningState: 'Succeeded',
  zones: ['1', '2', '3'],
  ...more,
});

describe('the addresses of a gateway', () => {
  it.each([
    ['a new one', false, undefined, ['vpngw-hub-pip']],
    ['a new active-active one', true, undefined, ['vpngw-hub-pip', 'vpngw-hub-pip-2', 'vpngw-hub-pip-3']],
    ['one that is there', false, ['by-hand'], ['by-hand']],
    ['one that becomes active-active', true, ['by-hand'], ['by-hand', 'vpngw-hub-pip', 'vpngw-hub-pip-2']],
    [
      'one that lacks the third',
      true,
      ['vpngw-hub-pip-2', 'vpngw-hub-pip'],
      ['vpngw-hub-pip-2', 'vpngw-hub-pip', 'vpngw-hub-pip-3'],
    ],
    ['one with more than it needs', false, ['a', 'b'], ['a', 'b']],
  ])('%s', (_, activeActive, held, expected) => {
    const existing = held && gateway({ publicIpIds: held.map(pip) });
    expect(publicIpIds(gatewayId, activeActive, existing)).toEqual(expected.map(pip));
  });

  it('have names that Azure takes also for the longest gateway name', () => {
    const longest = network('virtualNetworkGateways', 'g'.repeat(80));
    for (const id of publicIpIds(longest, true)) expect(id.split('/').at(-1)!.length).toBeLessThanOrEqual(80);
  });
});

describe('an address that exists already', () => {
  it.each([
    ['as it should be', address(), []],
    [
      'Basic',
      address({ sku: 'Basic', allocationMethod: 'Dynamic', zones: [] }),
      ['problem PublicIpNotStandardStatic'],
    ],
    ['dynamic', address({ allocationMethod: 'Dynamic' }), ['problem PublicIpNotStandardStatic']],
    [
      'used by another',
      address({ usedBy: `${gatewayId}-2/ipConfigurations/default` }),
      ['problem PublicIpInUse'],
    ],
    ['used by this gateway', address({ usedBy: `${gatewayId.toLowerCase()}/ipConfigurations/default` }), []],
    ['without zones', address({ zones: [] }), ['warning PublicIpWithoutZones']],
    ['in one zone', address({ zones: ['2'] }), ['warning PublicIpZonal']],
  ])('%s', (_, existing, expected) => {
    const found = [...publicIpFindings([existing], gatewayId)].map(({ kind, code }) => `${kind} ${code}`);
    expect(found).toEqual(expected);
  });

  it('and is in the gateway is left to it, but Basic is told', () => {
    const inUse = [
      address({ zones: [] }),
      address({ id: pip('old'), sku: 'Basic', allocationMethod: 'Dynamic' }),
    ];
    const existing = gateway({ publicIpIds: inUse.map(({ id }) => id) });
    const found = [...publicIpFindings(inUse, gatewayId, existing)];
    expect(found.map(({ kind, code }) => `${kind} ${code}`)).toEqual(['warning PublicIpBasic']);
  });
});

describe('a further address of a gateway', () => {
  const held = (zones: readonly string[]) => address({ id: pip('a'), zones });
  const existing = gateway({ publicIpIds: [pip('a')] });

  it.each([[['1', '2', '3']], [['2']], [[]]])('has the zones %j of the first', (zones) => {
    expect(zonesFor([held(zones)], existing)).toEqual(zones);
  });

  it('has all zones where the gateway has none yet', () => {
    expect(zonesFor([], undefined)).toEqual(['1', '2', '3']);
    expect(zonesFor([held([])], undefined)).toEqual(['1', '2', '3']);
  });

  it.each([
    ['in other zones is refused by Azure', ['1', '2', '3'], [], ['problem PublicIpZonesDiffer']],
    ['in the same zones, in another order, is right', ['3', '1', '2'], ['1', '2', '3'], []],
    ['without zones beside one without is right', [], [], []],
  ])('that is there %s', (_, zones, others, expected) => {
    const found = [...publicIpFindings([held(others), address({ zones })], gatewayId, existing)];
    expect(found.map(({ kind, code }) => `${kind} ${code}`)).toEqual(expected);
  });

  it('is warned of where those of the gateway differ already', () => {
    const both = [held([]), address({ id: pip('b') })];
    const found = [...publicIpFindings(both, gatewayId, gateway({ publicIpIds: both.map(({ id }) => id) }))];
    expect(found.map(({ kind, code }) => `${kind} ${code}`)).toEqual(['warning PublicIpZonesDiffer']);
  });
});

describe('what people read', () => {
  const three = ['1', '2', '3'];
  const other = address({ id: pip('by-hand') });
  const user = '/virtualNetworkGateways/other/ipConfigurations/default';
  it.each<[string, readonly PublicIpAddress[], string[][]]>([
    [
      'of a Basic address in use, beside a Standard one',
      [other, address({ id: pip('old'), sku: 'Basic', zones: [] })],
      [
        [
          'warning PublicIpBasic gateway.name',
          'The public IP address old of the gateway has the retired SKU Basic. Migrate it to Standard.',
          'old has the SKU Basic.',
        ],
      ],
    ],
    [
      'of addresses in use that differ in zones',
      [other, address({ id: pip('old'), zones: [] })],
      [
        [
          'warning PublicIpZonesDiffer gateway.name',
          'The public IP addresses of the gateway differ in zones: by-hand has the zones 1, 2, 3, old has no zones. Azure may refuse a change of its addresses.',
        ],
      ],
    ],
    [
      'of a free one that differs from those in use',
      [other, address({ zones: ['2', '3'] })],
      [
        [
          'problem PublicIpZonesDiffer gateway.name',
          'The public IP address vpngw-hub-pip exists with the zones 2, 3, and by-hand of the gateway has the zones 1, 2, 3. Azure refuses both in one gateway. Delete vpngw-hub-pip: the deployment then creates it with the same zones as the other one.',
        ],
      ],
    ],
    [
      'of one that somebody uses, and that is not Standard',
      [address({ usedBy: user, sku: 'Basic', allocationMethod: 'Dynamic' })],
      [
        [
          'problem PublicIpInUse gateway.name',
          `The public IP address vpngw-hub-pip exists and ${user} uses it. Free it, or choose another gateway.name.`,
        ],
        [
          'problem PublicIpNotStandardStatic gateway.name',
          'The public IP address vpngw-hub-pip exists as Basic, Dynamic. A gateway needs Standard, Static. Delete it, or choose another gateway.name.',
        ],
      ],
    ],
    [
      'of one without zones',
      [address({ zones: [] })],
      [
        [
          'warning PublicIpWithoutZones gateway.name',
          'The public IP address vpngw-hub-pip exists without zones. If the region has zones, Azure refuses this address for an AZ SKU.',
        ],
      ],
    ],
    [
      'of one in a zone',
      [address({ zones: ['2'] })],
      [
        [
          'warning PublicIpZonal gateway.name',
          'The public IP address vpngw-hub-pip is only in zone 2, so the gateway will be only in this zone too.',
        ],
      ],
    ],
    ['of one in two zones: nothing', [address({ zones: three.slice(1) })], []],
  ])('%s', (_, addresses, expected) => {
    const existing = gateway({ publicIpIds: [pip('by-hand'), pip('old')] });
    expect(told(publicIpFindings(addresses, gatewayId, existing))).toEqual(expected);
  });
});

it('knows a region without zones by what it answers', () => {
  expect(refusesZones('LocationNotSupportAvailabilityZones')).toBe(true);
  expect(refusesZones('PublicIPCountLimitReached')).toBe(false);
});

import { describe, expect, it } from 'vitest';
import {
  type Waiver,
  waiverFor,
  waiverList,
  waiversInTags,
} from '../../../../shared/compliance/waivers/waivers.ts';
import { gatewayId } from '../../hub.ts';

const good = 'owner=anna@example.com; reason=second NPS is ordered; until=2030-02-01';
const tag = 'vpn-radius-waive-radius-single-server';

describe('waivers in tags', () => {
  it('say who, why and until when; case and blanks do not matter', () => {
    const written = {
      [tag.toUpperCase()]: good
        .replaceAll('; ', ' ;')
        .replace('owner', 'Owner')
        .replace('until=', 'until = '),
      other: 'tag',
    };
    expect(waiversInTags(gatewayId, written)).toEqual({
      waivers: [
        {
          rule: 'radius-single-server',
          target: gatewayId,
          owner: 'anna@example.com',
          reason: 'second NPS is ordered',
          until: '2030-02-01',
        },
      ],
      problems: [],
    });
  });

  it.each([
    ['no owner', { [tag]: 'reason=later; until=2030-02-01' }, 'owner is missing'],
    ['an empty reason', { [tag]: 'owner=anna; reason=; until=2030-02-01' }, 'reason must not be empty'],
    ['no day', { [tag]: 'owner=anna; reason=later' }, 'until is missing'],
    ['a day that is none', { [tag]: 'owner=anna; reason=later; until=soon' }, 'until must be a day'],
    [
      'two that are missing, and a word that is no field',
      { [tag]: 'reason=later; soon' },
      `The tag ${tag}: owner is missing, until is missing.`,
    ],
    [
      'a word that is nearly a field',
      { [tag]: 'ownerx; reason=later; until=2030-02-01' },
      `The tag ${tag}: owner is missing.`,
    ],
    [
      'a day that is none, in one sentence',
      { [tag]: 'owner=a; reason=; until=2030-02-01' },
      `The tag ${tag}: reason must not be empty.`,
    ],
    ['a rule that is none', { 'vpn-radius-waive-everything': good }, 'names no rule'],
  ])('%s waives nothing and is told', (_, tags, words) => {
    const { waivers, problems } = waiversInTags(gatewayId, tags);
    expect(waivers).toEqual([]);
    expect(problems).toMatchObject([{ target: gatewayId, message: expect.stringContaining(words) }]);
  });
});

describe('a waiver counts', () => {
  const [subscription] = gatewayId.split('/resourceGroups/');
  const waivers = waiverList.parse([
    { rule: 'mfa-version', owner: 'a', reason: 'b', until: '2030-01-31' },
    { rule: 'tunnel-sstp', target: subscription, owner: 'a', reason: 'b', until: '2030-01-31' },
    { rule: 'audit-off', target: gatewayId.slice(0, -1), owner: 'a', reason: 'b', until: '2030-01-31' },
  ]);
  const on = (rule: string, day: string) => waiverFor(waivers, rule, gatewayId, `${day}T23:59:59Z`);

  it.each([
    ['everywhere without a target', 'mfa-version', '2030-01-31', { isExpired: false }],
    ['beneath its target', 'tunnel-sstp', '2030-01-01', { isExpired: false }],
    ['not after its last day', 'tunnel-sstp', '2030-02-01', { isExpired: true }],
  ])('%s', (_, rule, day, expected) => {
    expect(on(rule, day)).toMatchObject(expected);
  });

  it('not for another rule, nor for a resource whose name only begins alike', () => {
    expect(on('gateway-failed', '2030-01-01')).toBeUndefined();
    expect(on('audit-off', '2030-01-01')).toBeUndefined();
  });
});

it.each([
  [{ rule: 'nothing', owner: 'a', reason: 'b', until: '2030-01-31' }, 'rule'],
  [{ rule: 'mfa-version', reason: 'b', until: '2030-01-31' }, 'owner'],
  [{ rule: 'mfa-version', owner: 'a', reason: 'b', until: '31.01.2030' }, 'until'],
  [{ rule: 'mfa-version', owner: 'a', reason: 'b', until: '2030-01-31', terget: '/' }, 'terget'],
])('the setting %j is refused', (entry, field) => {
  expect(JSON.stringify(waiverList.safeParse([entry]).error?.issues)).toContain(field);
});

it('of two that have expired the later one is told; a slash at the end of the target does not matter', () => {
  const [one, two] = ['2030-01-31', '2030-02-28'].map((until) => ({
    ...{ rule: 'mfa-version', target: `${gatewayId}//`, owner: 'a', reason: 'b', until },
  })) as [Waiver, Waiver];
  for (const all of [
    [one, two],
    [two, one],
  ])
    expect(waiverFor(all, 'mfa-version', gatewayId, '2030-06-01T00:00:00Z')).toEqual({
      waiver: two,
      isExpired: true,
    });
});

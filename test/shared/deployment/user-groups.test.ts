import { describe, expect, it } from 'vitest';
import { planDigest, planStatements } from '../../../shared/deployment/plan-statements.ts';
import { makePlan } from '../../../shared/deployment/planning.ts';
import { vpnGatewayRequest } from '../../../shared/deployment/request.ts';
import { wishFingerprint } from '../../../shared/deployment/wish-fingerprint.ts';
import { keptRequest } from '../../../shared/deployment/wished.ts';
import { gatewayWish } from '../../../shared/gateway/gateway.ts';
import type { UserGroup } from '../../../shared/gateway/model.ts';
import { defaults, facts, gateway, inPlace, request } from '../hub.ts';

const finance = { name: 'finance', windowsGroup: 'CONTOSO\\VPN Finance', addressPool: ['172.16.12.0/24'] };
const rest = { name: 'rest', default: true };
const withGroups = (...groups: object[]) => request({ pointToSite: { groups } });
const standing = (...groups: UserGroup[]) => {
  const its = gateway();
  const groupPools = groups.flatMap(({ addressPool }) => addressPool);
  return inPlace({ ...its, pointToSite: { ...its.pointToSite!, groups, groupPools } });
};
const group = (name: string, more: Partial<UserGroup> = {}): UserGroup => ({
  name,
  isDefault: false,
  priority: 5,
  members: [{ name, type: 'RadiusAzureGroupId', value: '6ad1bd77' }],
  addressPool: ['172.16.77.0/24'],
  ...more,
});
const everybody = group('everybody', { isDefault: true });

describe('the user groups of a request', () => {
  const wrong = (...groups: object[]) =>
    vpnGatewayRequest
      .safeParse({ ...request(), pointToSite: { groups } })
      .error!.issues.map(({ path, message }) => `${path.slice(1).join('.')} ${message}`);

  it('tell all that is wrong with them at once', () => {
    expect(
      wrong(
        {
          name: '-finance',
          windowsGroup: 'VPN Finance',
          addressPool: ['172.16.12.0/25'],
          attribute: '6ad1be08',
        },
        { name: 'ops', windowsGroup: 'CONTOSO\\Ops"', priority: 1001, color: 'red' },
      ),
    ).toEqual([
      expect.stringMatching(/^groups\.0\.name must have 1 to 64 letters/),
      'groups.0.attribute must be 6ad1bd and two hexadecimal digits, such as 6ad1bd08',
      'groups.0.windowsGroup must be a group as DOMAIN\\name, or its SID (S-1-5-21-…)',
      'groups.0.addressPool.0 is too small: the pool of a user group must be at least /24',
      'groups.1.priority must be 0 to 1000',
      expect.stringMatching(/^groups\.1\.windowsGroup must be a group as DOMAIN\\name/),
      expect.stringMatching(/^groups\.1 Unrecognized key: "color"/),
    ]);
    expect(
      wrong(
        { name: 'a', default: true, attribute: '6AD1BD01', priority: 3 },
        { name: 'A', default: true, attribute: '6ad1bd01', priority: 3 },
      ),
    ).toEqual([
      'groups.1.name A is used by another group too',
      'groups.1.priority 3 is used by another group too',
      'groups.1.attribute 6ad1bd01 is used by another group too',
      'groups.1.default only one group can be the default',
    ]);
  });

  it('other than the default group have a Windows group', () => {
    expect(wrong({ name: 'finance' }, rest)).toEqual([
      'groups.0.windowsGroup is missing: only the default group may be without a Windows group',
    ]);
    expect(wrong(finance, { name: 'rest', default: false })).toHaveLength(1);
  });

  it('have an attribute in whatever case, with blanks around it', () => {
    const [its] = withGroups({ ...finance, attribute: ' 6AD1BD08 ' }).pointToSite.groups!;
    expect(its!.attribute).toBe('6ad1bd08');
  });

  it.each(['CONTOSO\\VPN Finance', 'S-1-5-21-2862227730-4028621430-2473981021-1108'])(
    'may be %s',
    (windowsGroup) => {
      expect(withGroups({ ...finance, windowsGroup }).pointToSite.groups![0]!.windowsGroup).toBe(
        windowsGroup,
      );
    },
  );

  it('are a wish of their own: with others the ticket is another', () => {
    expect(wishFingerprint(withGroups(finance, rest))).not.toBe(wishFingerprint(request()));
    expect(wishFingerprint(withGroups(finance, rest))).toBe(wishFingerprint(withGroups(finance, rest)));
  });
});

describe('the plan', () => {
  const planned = (...args: Parameters<typeof makePlan>) => makePlan(...args);

  it('of a new gateway gives each group a pool of its own, clear of the main one and of each other', () => {
    const { plan, problems, warnings } = planned(
      withGroups(finance, rest, { name: 'ops', windowsGroup: 'CONTOSO\\Ops' }),
      facts(),
      defaults,
    );
    expect(problems).toEqual([]);
    expect(plan!.addressPool).toEqual(['172.16.0.0/24']);
    expect(plan!.groups!.map(({ name, addressPool }) => [name, ...addressPool])).toEqual([
      ['finance', '172.16.12.0/24'],
      ['rest', '172.16.1.0/24'],
      ['ops', '172.16.2.0/24'],
    ]);
    // Those that were chosen may be chosen again, if somebody else claims them first.
    expect(Object.keys(plan!.groupPoolChoices!)).toEqual(['rest', 'ops']);
    expect(warnings.map(({ code }) => code)).toContain('UserGroupsPreview');
    expect(gatewayWish(plan!).pointToSite.groups).toEqual(plan!.groups);
    expect(planStatements(plan!).filter((text) => text.startsWith('User group'))).toEqual([
      'User group: finance (not the default group, priority 10, RadiusAzureGroupId 6ad1bd01, 172.16.12.0/24), for the members of CONTOSO\\VPN Finance',
      'User group: rest (default group, priority 20, RadiusAzureGroupId 6ad1bd02, 172.16.1.0/24), for everybody else',
      'User group: ops (not the default group, priority 30, RadiusAzureGroupId 6ad1bd03, 172.16.2.0/24), for the members of CONTOSO\\Ops',
    ]);
  });

  it('refuses pools that overlap the VNet, the main pool or each other, with the field of each', () => {
    const { problems } = planned(
      request({
        pointToSite: {
          addressPool: ['172.16.12.0/24'],
          groups: [
            { ...finance, addressPool: ['10.0.7.0/24'] },
            { ...rest, addressPool: ['172.16.12.0/23'] },
            { name: 'ops', windowsGroup: 'CONTOSO\\Ops', addressPool: ['172.16.13.0/24'] },
          ],
        },
      }),
      facts(),
      defaults,
    );
    expect(problems.map(({ code, target }) => `${code} ${target}`)).toEqual([
      'AddressPoolOverlapsGroupPool pointToSite.addressPool[0]',
      'AddressPoolOverlapsVirtualNetwork pointToSite.groups[0].addressPool[0]',
      'AddressPoolOverlapsGroupPool pointToSite.groups[2].addressPool[0]',
    ]);
  });

  it('lets two groups have one pool, and asks for a default group', () => {
    const { problems } = planned(
      withGroups(finance, { name: 'pm', windowsGroup: 'CONTOSO\\PM', addressPool: finance.addressPool }),
      facts(),
      defaults,
    );
    expect(problems.map(({ code }) => code)).toEqual(['GroupDefaultMissing']);
  });

  it('keeps the groups of others, whose default is the one of the gateway', () => {
    const { plan, problems, takesAway } = planned(withGroups(finance), standing(everybody), defaults);
    expect([problems, takesAway]).toEqual([[], []]);
    expect(plan!.groups!.map(({ name }) => name)).toEqual(['finance', 'everybody']);
    expect(plan!.steps.find(({ name }) => name === 'pointToSite')).toMatchObject({
      action: 'update',
      changes: ['user group finance is missing'],
    });
    // Groups are no part of a client profile.
    expect(plan!.warnings.map(({ code }) => code)).not.toContain('ClientProfilesOutdated');
  });

  it('does not make another group the default', () => {
    const { problems } = planned(
      withGroups(
        { ...finance, default: true },
        { name: 'everybody', default: false, windowsGroup: 'CONTOSO\\All' },
      ),
      standing(everybody),
      defaults,
    );
    expect(problems.map(({ code, target }) => `${code} ${target}`)).toEqual([
      'GroupDefaultFixed pointToSite.groups[1].default',
    ]);
  });

  it('says what a change and a removal remove from the users of a group', () => {
    const asked = withGroups(finance, { ...rest, name: 'everybody' });
    const held = [group('finance', { addressPool: ['172.16.12.0/24'], members: [], priority: 9 }), everybody];
    const { plan, takesAway } = planned(
      withGroups({ ...rest, name: 'everybody', addressPool: ['172.16.78.0/24'] }),
      { ...standing(...held), asked },
      defaults,
    );
    expect(takesAway.map(({ what, target }) => `${what} ${target}`)).toEqual([
      'userGroup finance',
      'addressPool 172.16.77.0/24',
    ]);
    expect(plan!.askedGroups).toEqual([
      { name: 'everybody', attribute: '6ad1bd77', windowsGroup: undefined },
    ]);
    const without = planned(request(), { ...standing(...held), asked }, defaults).plan!;
    expect(planDigest(without)).not.toBe(planDigest(plan!));
  });

  it('tells of faults in the groups of others, which stop nothing', () => {
    const { problems, warnings } = planned(
      request(),
      standing(group('a', { addressPool: ['172.16.77.0/26'] })),
      defaults,
    );
    expect(problems).toEqual([]);
    expect(warnings.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['GroupDefaultMissing', 'GroupPoolTooSmall']),
    );
  });
});

it('groups that a failed deployment was to remove stay known as the app’s', () => {
  const before = withGroups(finance, rest);
  const named = withGroups(rest);
  const wish = gatewayWish(makePlan(named, facts(), defaults).plan!);
  const names = (brought?: { wish: typeof wish; servers: [] }) =>
    keptRequest(named, before, brought).pointToSite.groups!.map(({ name }) => name);
  expect(names({ wish, servers: [] })).toEqual(['rest']);
  expect(names()).toEqual(['rest', 'finance']);
  const other = withGroups({ ...finance, name: 'ops' }, { ...rest, name: 'REST' });
  expect(keptRequest(other, before, undefined).pointToSite.groups!.map(({ name }) => name)).toEqual([
    'ops',
    'REST',
    'finance',
  ]);
  expect(keptRequest(named, undefined, undefined).pointToSite.groups).toEqual(named.pointToSite.groups);
  expect(keptRequest(named, request(), undefined).pointToSite.groups).toEqual(named.pointToSite.groups);
  expect(keptRequest(request(), before, undefined).pointToSite.groups).toEqual(before.pointToSite.groups);
});

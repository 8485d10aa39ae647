import { describe, expect, it } from 'vitest';
import { findDueGateways, isDue } from '../../../shared/secret/due.ts';
import type { SecretEntry } from '../../../shared/secret/model.ts';
import { gatewayId, network } from '../hub.ts';

const now = new Date('2030-06-01T05:00:00.000Z');
const days = (count: number) => new Date(now.getTime() + count * 86_400_000).toISOString();
const everything: { subscriptionIds: string[]; gatewayIds: string[] } = {
  subscriptionIds: [],
  gatewayIds: [],
};
const spoke = network('virtualNetworkGateways', 'vpngw-spoke');
const elsewhere = gatewayId.replace('11111111-', '99999999-');

describe('a secret is due', () => {
  it.each([
    ['older than it may be', { createdAt: days(-180.1) }, true],
    ['just as old as it may be', { createdAt: days(-180) }, false],
    ['of which Key Vault has told that it expires', { createdAt: days(-10), expiresAt: days(30) }, true],
    ['that has expired', { createdAt: days(-10), expiresAt: days(-1) }, true],
    ['that expires in two months', { createdAt: days(-10), expiresAt: days(60) }, false],
  ])('%s: %j', (_, secret, due) => expect(isDue(secret, now, 180)).toBe(due));
});

const entry = (name: string, age: number, more: Partial<SecretEntry> = {}): SecretEntry => ({
  name,
  createdAt: days(-age),
  enabled: true,
  ...more,
});

describe('the gateways whose secrets are due', () => {
  const deployed = [
    { gatewayId, secrets: [{ name: 'Radius-Hub' }, { name: 'radius-hub-nps-02' }] },
    { gatewayId: spoke, secrets: [{ name: 'radius-spoke' }] },
  ];
  const of = (
    entries: readonly SecretEntry[],
    scope = everything,
    unfinished: Parameters<typeof findDueGateways>[0]['unfinished'] = [],
  ) => findDueGateways({ deployed, unfinished, entries, scope, now, maxAgeDays: 180 });

  it('come with those of their secrets that are due, the oldest first', () => {
    expect(
      of([entry('radius-hub', 200), entry('radius-hub-nps-02', 20), entry('radius-spoke', 300)]),
    ).toEqual([
      { gatewayId: spoke.toLowerCase(), secrets: ['radius-spoke'], createdAt: days(-300) },
      { gatewayId: gatewayId.toLowerCase(), secrets: ['radius-hub'], createdAt: days(-200) },
    ]);
  });

  it('are those of the scope alone', () => {
    const old = [entry('radius-hub', 200), entry('radius-spoke', 300)];
    expect(of(old, { ...everything, gatewayIds: [gatewayId] }).map((one) => one.secrets)).toEqual([
      ['radius-hub'],
    ]);
    const [, , subscriptionId = ''] = gatewayId.split('/');
    expect(of(old, { ...everything, subscriptionIds: [subscriptionId.toUpperCase()] })).toHaveLength(2);
    expect(of(old, { ...everything, subscriptionIds: [elsewhere.split('/')[2]!] })).toEqual([]);
  });

  it('are also those that a secret is tagged with, unless they were deployed with another', () => {
    const tagged = entry('of-others', 200, { gatewayId: elsewhere });
    const left = entry('radius-before', 400, { gatewayId });
    expect(of([tagged, left, { ...tagged, name: 'disabled', enabled: false }])).toEqual([
      { gatewayId: elsewhere.toLowerCase(), secrets: ['of-others'], createdAt: days(-200) },
    ]);
  });

  it('are also those whose rotation did not come to its end, though Key Vault has a young version', () => {
    const unfinished = [{ gatewayId, secrets: ['radius-hub'], at: days(-1) }];
    const young = [entry('radius-hub', 1)];
    expect(of(young)).toEqual([]);
    expect(of(young, everything, unfinished)).toEqual([
      { gatewayId: gatewayId.toLowerCase(), secrets: ['radius-hub'], createdAt: days(-1) },
    ]);
    expect(of(young, { ...everything, gatewayIds: [spoke] }, unfinished)).toEqual([]);
    expect(of([entry('radius-hub', 200)], everything, unfinished)).toHaveLength(1);
  });

  it('are also those of another scope when one gateway and one subscription are named', () => {
    const old = [entry('radius-hub', 200), entry('of-others', 200, { gatewayId: elsewhere })];
    const scope = { subscriptionIds: [elsewhere.split('/')[2]!], gatewayIds: [spoke] };
    expect(of(old, scope).map((one) => one.secrets)).toEqual([['of-others']]);
  });

  it('have one entry each, also when another rotation did not finish, the oldest first and then by id', () => {
    const unfinished = [
      { gatewayId: spoke, secrets: ['radius-spoke'], at: days(-200) },
      { gatewayId: elsewhere, secrets: ['of-others'], at: days(-300) },
    ];
    const old = [
      entry('radius-hub', 190),
      entry('radius-hub-nps-02', 200),
      entry('tagged-twice', 20, { gatewayId: 'not an id' }),
      entry('tagged-again', 250, { gatewayId: 'not an id' }),
    ];
    const told = of(old, everything, unfinished);
    expect(told.map((one) => [one.gatewayId, ...one.secrets, one.createdAt])).toEqual([
      [elsewhere.toLowerCase(), 'of-others', days(-300)],
      ['not an id', 'tagged-again', days(-250)],
      [gatewayId.toLowerCase(), 'radius-hub', 'radius-hub-nps-02', days(-200)],
      [spoke.toLowerCase(), 'radius-spoke', days(-200)],
    ]);
    expect(of(old, { ...everything, subscriptionIds: [elsewhere.split('/')[2]!] }, unfinished)).toHaveLength(
      1,
    );
  });

  it('are none where Key Vault does not have the secret any more', () => expect(of([])).toEqual([]));
});

import { expect, it } from 'vitest';
import type { DesiredState } from '../../../shared/nps/desired-state.ts';
import { type NpsUser, npsTests } from '../../../shared/nps/nps-tests.ts';
import { network, npsId } from '../hub.ts';

const other = npsId.replace('nps-01', 'nps-02');
const user = (name: string, octet: number, more: Partial<NpsUser> = {}): NpsUser => ({
  gatewayId: network('virtualNetworkGateways', name),
  gatewaySubnetPrefix: `10.${octet}.255.0/27`,
  protocols: ['IkeV2'],
  networkPolicy: 'VPN of the staff',
  mfaExtension: 'skip',
  ...more,
});
const testing = (...users: (readonly [host: string, user: NpsUser])[]) =>
  npsTests(
    users.map(([host, one]) => ({ host, user: one })),
    { secretProofKey: 'a2V5' },
  );
/** Which clients are tested together, and with which policy. */
const rounds = (...users: NpsUser[]) =>
  testing(...users.map((one) => [npsId, one] as const)).tests.map(({ desiredState }) => {
    const { networkPolicy, radiusClients } = JSON.parse(desiredState) as DesiredState;
    return `${networkPolicy.name}: ${radiusClients.map(({ name }) => name).join(' ')}`;
  });

it('gateways that ask the same of a server are one test, with their ids and each secret once', () => {
  const { tests, hosts } = testing(
    [npsId, user('one', 1, { secretName: 'radius-a' })],
    [npsId.toUpperCase(), user('two', 2, { secretName: 'radius-a', networkPolicy: 'VPN of the STAFF' })],
    [other, user('one', 1)],
  );
  expect(tests.map(({ desiredState: _, ...test }) => test)).toEqual([
    {
      host: npsId,
      gatewayIds: [user('one', 1).gatewayId, user('two', 2).gatewayId],
      secretNames: ['radius-a'],
    },
    { host: other, gatewayIds: [user('one', 1).gatewayId], secretNames: [] },
  ]);
  const said = { mfaExtension: 'skip', protocols: ['IkeV2'] };
  expect(hosts).toEqual([
    { host: npsId, ...said, gateways: 2, tests: [0] },
    { host: other, ...said, gateways: 1, tests: [1] },
  ]);
});

it.each<[string, NpsUser[], string[]]>([
  [
    'another policy',
    [user('one', 1), user('two', 2, { networkPolicy: 'Another' })],
    ['VPN of the staff: one', 'Another: two'],
  ],
  [
    'other tunnel types',
    [user('one', 1), user('two', 2, { protocols: ['OpenVPN'] })],
    ['VPN of the staff: one', 'VPN of the staff: two'],
  ],
  [
    'the same tunnel types in another order',
    [
      user('one', 1, { protocols: ['IkeV2', 'OpenVPN'] }),
      user('two', 2, { protocols: ['openvpn', 'IKEV2'] }),
    ],
    ['VPN of the staff: one two'],
  ],
  [
    'user groups of its own',
    [user('one', 1, { askedGroups: [] }), user('two', 2, { askedGroups: [] })],
    ['VPN of the staff: one', 'VPN of the staff: two'],
  ],
  [
    'the same name in another case',
    [user('one', 1), user('ONE', 2), user('three', 3)],
    ['VPN of the staff: one three', 'VPN of the staff: ONE'],
  ],
  [
    'the same prefix',
    [user('one', 1), user('two', 1), user('three', 3)],
    ['VPN of the staff: one three', 'VPN of the staff: two'],
  ],
])('gateways of one server with %s', (_, users, expected) => {
  expect(rounds(...users)).toEqual(expected);
});

it.each<[string, Partial<NpsUser>, 'require' | 'skip']>([
  ['all of them skip', {}, 'skip'],
  ['one of them requires', { mfaExtension: 'require' }, 'require'],
])('a server that MFA is asked of when %s', (_, more, expected) => {
  const { tests, hosts } = testing([npsId, user('one', 1)], [npsId, user('two', 2, more)]);
  expect(hosts[0]!.mfaExtension).toBe(expected);
  expect(JSON.parse(tests[0]!.desiredState).mfaExtension).toBe(expected);
});

it('Message-Authenticator is a setting of the whole server: a gateway with PAP counts for the others', () => {
  const { tests } = testing([npsId, user('one', 1)], [npsId, user('two', 2, { protocols: ['OpenVPN'] })]);
  expect(tests.map(({ desiredState }) => JSON.parse(desiredState).blastRadius)).toEqual([
    { limitProxyState: true, requireMessageAuthenticator: false },
    { limitProxyState: true, requireMessageAuthenticator: false },
  ]);
});

it.each<[string, string, number[]]>([
  ['short names: an answer has place for sixty', 'g', [60, 10]],
  ['long names: a command line has an end', 'g'.repeat(60), [52, 18]],
])('seventy gateways with %s', (_, name, expected) => {
  const users = Array.from({ length: 70 }, (__, index) => user(`${name}${index}`, index));
  const { tests, hosts } = testing(...users.map((one) => [npsId, one] as const));
  expect(tests.map(({ gatewayIds }) => gatewayIds.length)).toEqual(expected);
  for (const { desiredState } of tests) expect(desiredState.length).toBeLessThanOrEqual(5500);
  expect(hosts.map((host) => [host.gateways, host.tests])).toEqual([[70, [0, 1]]]);
});

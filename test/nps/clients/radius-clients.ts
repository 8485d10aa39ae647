import { expect, it } from 'vitest';
import { isSecretKey, sealedSecret } from '../../../shared/nps/sealed-secret.ts';
import { publicKey } from '../../../simulator/nps/module/secret-key.ts';
import { freshNpsServer } from '../../../simulator/nps/state.ts';
import { desired, given, oldSecret, secret, writing } from '../desired.ts';
import type { Answer, Command } from '../engine.ts';

const name = 'vpngw-hub';
const keyOfAnotherServer = publicKey(freshNpsServer('NPS-09'));
const wanted = (address: string, more = {}) => desired({ radiusClients: [{ name, address, ...more }] });
const set = (before: string, want = desired()): Command[] => [
  { operation: 'Test', desired: want, secret, given: given.granting + before },
  { operation: 'Set', desired: want, secret },
  { operation: 'Set', desired: want, secret },
];
const change = (field: string, value: string) =>
  given.client(name, '10.0.255.0/27', `$state.radiusClients[-1].${field} = ${value}`);

export const stories = {
  'another vendor': set(change('vendor', "'Microsoft'")),
  'Message-Authenticator asked for': set(change('authAttributeRequired', '$true')),
  'a client that somebody disabled': [
    ...set(change('enabled', '$false')),
    {
      operation: 'Set',
      desired: desired({ approvedChanges: [`client-enabled:${name}`] }),
      secret,
    },
  ],
  'single clients, all disabled, one missing': [
    { operation: 'Set', desired: desired(), secret, given: given.fault('prefix', 'refused') },
    {
      operation: 'Set',
      desired: desired(),
      secret: oldSecret,
      given:
        'foreach ($client in $state.radiusClients) { $client.enabled = $false }; $state.radiusClients = @($state.radiusClients | Select-Object -Skip 1)',
    },
    {
      operation: 'Set',
      desired: desired({ approvedChanges: [`client-enabled:${name}`] }),
      secret: oldSecret,
    },
  ],
  'a disabled client whose address grew where prefixes are refused': [
    ...set(
      `${given.client(name, '10.0.255.4', '$state.radiusClients[-1].enabled = $false')}; ${given.fault('prefix', 'refused')}`,
    ),
  ],
  'a disabled client is wanted': set('', wanted('10.0.255.0/27', { enabled: false })),
  'a client that is to be kept out': set(
    given.client(name, '10.0.255.0/27'),
    wanted('10.0.255.0/27', { enabled: false }),
  ),
  'a subnet that grew': set(given.client(name, '10.0.255.0/28')),
  'a subnet that shrank': set(given.client(name, '10.0.255.0/26')),
  'another device of the name': set(given.client(name, '192.168.7.1')),
  'a host name under the name': set(given.client(name, 'vpn.example.net')),
  'the address under another name': set(given.client('old-gateway', '10.0.255.0/27')),
  'the address under another name, and the name there too': set(
    `${given.client('old-gateway', '10.0.255.0/27')}${given.client(name, '10.0.255.0/28')}`,
  ),
  'narrower clients with another secret': set(
    `${given.client('instance-0', '10.0.255.4')}${given.client('instance-1', '10.0.255.5')}`,
  ),
  'narrower clients with the same secret': set(
    given.client('instance-0', '10.0.255.4', `$state.radiusClients[-1].sharedSecret = '${secret}'`),
  ),
  'other devices': set(
    `${given.client('wifi-ap', '192.168.7.1')}${given.client('vpngw-hub-spare', '192.168.7.2')}`,
  ),
  'an edition that refuses a prefix': [
    ...set(given.fault('prefix', 'refused')),
    { operation: 'Set', desired: desired({ secretProofKey: 'a2V5' }), secret: oldSecret },
    { operation: 'Set', desired: wanted('10.0.255.0/28'), secret: oldSecret },
    { operation: 'Test', desired: desired(), secret: oldSecret },
  ],
  'an edition that ignores a prefix': set(given.fault('prefix', 'ignored')),
  'a client of one address where prefixes are refused': set(
    `${given.client(name, '10.0.255.4')}${given.fault('prefix', 'refused')}`,
  ),
  'a prefix too large for single addresses': set(given.fault('prefix', 'refused'), wanted('10.0.254.0/24')),
  'a single address': set('', wanted('10.0.9.4')),
  'secrets that the cmdlet hides': [
    ...set(`Set-StandInValue $state.faults 'hideSecrets' $true; ${given.client(name, '10.0.255.0/27')}`),
    { operation: 'Test', desired: desired({ secretProofKey: 'a2V5' }), secret },
  ],
  'a secret encrypted for another server': [
    { operation: 'Set', desired: desired(), sealed: sealedSecret(secret, keyOfAnotherServer) },
    { operation: 'Test', desired: desired({ secretKey: true }) },
    { operation: 'Test', desired: desired({ secretKey: true }) },
  ],
  'the same secret in another case': [
    {
      operation: 'Test',
      desired: desired(),
      secret,
      given: `${given.granting}${given.client(name, '10.0.255.0/27', `$state.radiusClients[-1].sharedSecret = '${secret.toUpperCase()}'`)}`,
    },
  ],
  'no secret for a new client': [{ operation: 'Set', desired: desired() }],
} satisfies Record<string, Command[]>;

export function radiusClients(told: () => Record<string, Answer[]>) {
  const step = (story: keyof typeof stories, index: number) => told()[story]?.[index] as Answer;
  const ids = (answer: Answer) => answer.result.findings.map((finding: { id: string }) => finding.id);

  it.each([
    [
      'another vendor',
      'radius-client-options',
      'radiusClient vpngw-hub: vendor Microsoft -> RADIUS Standard',
    ],
    [
      'Message-Authenticator asked for',
      'radius-client-options',
      'radiusClient vpngw-hub: authAttributeRequired true -> false',
    ],
    [
      'a subnet that grew',
      'radius-client-address',
      'radiusClient vpngw-hub: address 10.0.255.0/28 -> 10.0.255.0/27',
    ],
    [
      'a subnet that shrank',
      'radius-client-address',
      'radiusClient vpngw-hub: address 10.0.255.0/26 -> 10.0.255.0/27',
    ],
    ['a single address', 'radius-client-missing', 'radiusClient vpngw-hub: added 10.0.9.4'],
  ] as const)('%s: %s, then set right, then left alone', (story, finding, text) => {
    expect(ids(step(story, 0))).toContain(finding);
    expect(step(story, 0).changes).toContain(text);
    expect(step(story, 1).changes).toContain(text);
    expect(ids(step(story, 1))).toEqual([]);
    expect(step(story, 2).result).toMatchObject({ changed: false, findings: [] });
    expect(step(story, 2).state.radiusClients).toHaveLength(1);
  });

  it('what was added is told by its id, as the gateway’s own, and needs a restart', () => {
    expect(step('a single address', 1).result.changes).toContainEqual({
      id: `client-added:${name}`,
      what: 'radiusClient vpngw-hub: added 10.0.9.4',
      scope: 'own',
      restart: true,
    });
  });

  it('a secret that is encrypted for another server is refused, and the server tells one key of its own', () => {
    const { exitCode, result, state } = step('a secret encrypted for another server', 0);
    expect(exitCode).toBe(1);
    expect(result).toMatchObject({
      error: {
        code: 'SecretKeyUnknown',
        target: 'SharedSecret',
        message: expect.stringContaining('The secret was encrypted for another server'),
      },
      changed: false,
    });
    expect(state.radiusClients).toEqual([]);
    const keys = [1, 2].map(
      (index) => step('a secret encrypted for another server', index).result.state.server.secretKey,
    );
    expect(isSecretKey(keys[0])).toBe(true);
    expect(keys[1]).toBe(keys[0]);
  });

  it('a secret that differs in upper and lower case alone is another secret', () => {
    expect(step('the same secret in another case', 0).changes).toContain(
      'radiusClient vpngw-hub: shared secret replaced',
    );
  });

  it('a client that somebody disabled is enabled with an approval alone, and gets its new secret in any case', () => {
    const story = 'a client that somebody disabled';
    const text = 'radiusClient vpngw-hub: enabled';
    expect(step(story, 0).result.changes).toContainEqual({
      id: `client-enabled:${name}`,
      what: text,
      scope: 'own',
      restart: true,
      asks: true,
    });
    expect(step(story, 1).exitCode).toBe(0);
    expect(step(story, 1).changes).toContain('radiusClient vpngw-hub: shared secret replaced');
    for (const index of [1, 2]) {
      expect(step(story, index).changes).not.toContain(text);
      expect(ids(step(story, index))).toEqual(['radius-client-disabled', 'sign-in-blocked']);
      expect(step(story, index).state.radiusClients).toMatchObject([
        { enabled: false, sharedSecret: secret },
      ]);
    }
    expect(step(story, 2).result.changed).toBe(false);
    expect(step(story, 3).changes).toEqual([text]);
    expect(step(story, 3).state.radiusClients).toMatchObject([{ enabled: true, sharedSecret: secret }]);
    expect(ids(step(story, 3))).toEqual([]);
  });

  it('single clients that somebody disabled stay so, also those that were missing', () => {
    const story = 'single clients, all disabled, one missing';
    const before = step(story, 0).state.radiusClients;
    const done = step(story, 1);
    expect(done.changes.join()).toMatch(/added 1 clients.*shared secret replaced/);
    expect(done.state.radiusClients).toHaveLength(before.length);
    for (const client of done.state.radiusClients)
      expect(client).toMatchObject({ enabled: false, sharedSecret: oldSecret });
    expect(step(story, 2).changes).toEqual([
      `radiusClient vpngw-hub, each of ${before.length} single addresses: enabled`,
    ]);
    for (const client of step(story, 2).state.radiusClients) expect(client.enabled).toBe(true);
  });

  it('a disabled client that becomes clients for single addresses stays disabled', () => {
    const { state } = step('a disabled client whose address grew where prefixes are refused', 1);
    expect(state.radiusClients.length).toBeGreaterThan(20);
    for (const client of state.radiusClients) expect(client.enabled).toBe(false);
  });

  it('a disabled client stays disabled where that is wanted, and nobody gets in', () => {
    expect(ids(step('a disabled client is wanted', 1))).toEqual(['sign-in-blocked']);
    expect(step('a disabled client is wanted', 2).result.changed).toBe(false);
    expect(step('a disabled client is wanted', 1).state.radiusClients[0].enabled).toBe(false);
  });

  it('an enabled client is disabled where that is wanted, and needs no approval', () => {
    const story = 'a client that is to be kept out';
    expect(step(story, 0).result.changes).toContainEqual({
      id: `client-disabled:${name}`,
      what: 'radiusClient vpngw-hub: disabled',
      scope: 'own',
      restart: true,
    });
    expect(ids(step(story, 0))).toContain('radius-client-options');
    expect(step(story, 1).state.radiusClients).toMatchObject([{ enabled: false, sharedSecret: secret }]);
    expect(step(story, 2).result.changed).toBe(false);
  });

  it.each([
    ['another device of the name', '192.168.7.1'],
    ['a host name under the name', 'vpn.example.net'],
    ['the address under another name, and the name there too', 'old-gateway'],
  ] as const)('%s is a conflict: nothing is written', (story, named) => {
    expect(step(story, 0).exitCode).toBe(0);
    expect(ids(step(story, 0))).toContain('radius-client-conflict');
    const { exitCode, result, state } = step(story, 1);
    expect(exitCode).toBe(1);
    expect(result.error).toMatchObject({ code: 'RadiusClientConflict', target: 'radiusClients.vpngw-hub' });
    expect(result.error.message).toContain(named);
    expect(result).toMatchObject({ changed: false, changes: [] });
    expect(state.calls.filter((call: string) => writing.test(call))).toEqual([]);
  });

  it('a client that somebody made by hand for the subnet is adopted: it keeps its name and gets the secret', () => {
    const told = step('the address under another name', 0);
    expect(ids(told)).toEqual(expect.arrayContaining(['radius-client-other-name', 'radius-secret-nps']));
    expect(told.changes).toContain('radiusClient old-gateway: shared secret replaced');
    const { exitCode, result, state } = step('the address under another name', 1);
    expect(exitCode).toBe(0);
    expect(state.radiusClients).toMatchObject([{ name: 'old-gateway', sharedSecret: secret }]);
    expect(result.state.radiusClients).toMatchObject([{ name, heldAs: 'old-gateway' }]);
    expect(ids(step('the address under another name', 1))).toEqual(['radius-client-other-name']);
    expect(step('the address under another name', 2).result.changed).toBe(false);
  });

  it('narrower clients with another secret stand in the way: they are named, and nothing is written', () => {
    const story = 'narrower clients with another secret';
    expect(ids(step(story, 0))).toContain('radius-client-narrower');
    const { exitCode, result, state } = step(story, 1);
    expect(exitCode).toBe(1);
    expect(result.error).toMatchObject({ code: 'RadiusClientNarrower', target: 'radiusClients.vpngw-hub' });
    expect(result.error.message).toContain("'instance-0' (10.0.255.4), 'instance-1' (10.0.255.5)");
    expect(state.calls.filter((call: string) => writing.test(call))).toEqual([]);
  });

  it('narrower clients with the same secret are left alone', () => {
    const story = 'narrower clients with the same secret';
    expect(step(story, 1).exitCode).toBe(0);
    expect(ids(step(story, 1))).toEqual([]);
    expect(step(story, 1).state.radiusClients).toHaveLength(2);
  });

  it('other devices are left alone, and it is said that they get MFA too', () => {
    const { result, state } = step('other devices', 1);
    const [told] = result.findings.filter(({ id }: { id: string }) => id === 'other-clients-get-mfa');
    expect(told).toMatchObject({ severity: 'info' });
    expect(told.message).toContain('2 other RADIUS client(s) use this NPS (wifi-ap, vpngw-hub-spare)');
    expect(state.radiusClients[0]).toMatchObject({ name: 'wifi-ap', sharedSecret: oldSecret });
    expect(result.state.radiusClients.map((client: { name: string }) => client.name)).toEqual([name]);
  });

  it.each(['an edition that refuses a prefix', 'an edition that ignores a prefix'] as const)(
    '%s gets one client per address a gateway can have',
    (story) => {
      const { changes, result, state } = step(story, 1);
      expect(changes).toContain(
        'radiusClient vpngw-hub: added 27 clients for single addresses of 10.0.255.0/27',
      );
      expect(result.findings).toEqual([]);
      const addresses = state.radiusClients.map((client: { address: string }) => client.address);
      expect(addresses).toHaveLength(27);
      expect([addresses[0], addresses[26]]).toEqual(['10.0.255.4', '10.0.255.30']);
      expect(state.radiusClients[0]).toMatchObject({ name: 'vpngw-hub-10.0.255.4', sharedSecret: secret });
      expect(result.state.radiusClients).toMatchObject([
        { name, address: '10.0.255.0/27', singleAddresses: 27 },
      ]);
      expect(step(story, 2).result).toMatchObject({ changed: false, changes: [] });
      expect(step(story, 2).state.service.restarts).toBe(1);
    },
  );

  it('clients of single addresses follow a rotation and a subnet that shrank', () => {
    const rotated = step('an edition that refuses a prefix', 3);
    expect(
      rotated.state.radiusClients.every(
        (client: { sharedSecret: string }) => client.sharedSecret === oldSecret,
      ),
    ).toBe(true);
    expect(rotated.result.state.radiusClients[0].secretProof).toBeTruthy();
    const shrank = step('an edition that refuses a prefix', 4);
    expect(shrank.changes).toEqual([
      'radiusClient vpngw-hub: removed 16 clients for addresses outside 10.0.255.0/28',
    ]);
    expect(shrank.state.radiusClients).toHaveLength(11);
    expect(step('an edition that refuses a prefix', 5).changes).toEqual([
      'radiusClient vpngw-hub: added 16 clients for single addresses of 10.0.255.0/27',
    ]);
  });

  it('a client of one address gives way to clients of all addresses', () => {
    const { result, state } = step('a client of one address where prefixes are refused', 1);
    expect(result.error).toBeUndefined();
    expect(state.radiusClients).toHaveLength(27);
    expect(state.radiusClients.some((client: { name: string }) => client.name === name)).toBe(false);
  });

  it('more than 59 single addresses are refused, and all is as before', () => {
    const { exitCode, result, state } = step('a prefix too large for single addresses', 1);
    expect(exitCode).toBe(1);
    expect(result.error.code).toBe('ApplyFailed');
    expect(result.error.message).toContain('/26 or smaller');
    expect(result.error.message).toContain('put back');
    expect(state.radiusClients).toEqual([]);
  });

  it('a secret the cmdlet hides is read from the export', () => {
    expect(step('secrets that the cmdlet hides', 1).changes).toContain(
      'radiusClient vpngw-hub: shared secret replaced',
    );
    expect(step('secrets that the cmdlet hides', 1).result.findings).toEqual([]);
    expect(step('secrets that the cmdlet hides', 2).result).toMatchObject({ changed: false, findings: [] });
    expect(step('secrets that the cmdlet hides', 3).result.state.radiusClients[0].secretProof).toBeTruthy();
  });

  it('a client is not added without a secret', () => {
    const { exitCode, result, state } = step('no secret for a new client', 0);
    expect(exitCode).toBe(1);
    expect(result.error).toMatchObject({ code: 'SecretInvalid', target: 'SharedSecret' });
    expect(state.radiusClients).toEqual([]);
  });
}

import { expect, it } from 'vitest';
import { desired, policyName, secret } from '../desired.ts';
import type { Answer, Command } from '../engine.ts';

const test = (want: unknown): Command => ({ operation: 'Test', desired: want });
const client = (more: Record<string, unknown>) =>
  desired({ radiusClients: [{ name: 'vpngw-hub', address: '10.0.255.0/27', ...more }] });
const policy = (more: Record<string, unknown>) =>
  desired({ networkPolicy: { name: policyName, authenticationMethods: ['EAP'], ...more } });
const pair = (left: Record<string, string>, right: Record<string, string>) =>
  desired({
    radiusClients: [
      { name: 'a', address: '10.0.1.0/27', ...left },
      { name: 'b', address: '10.0.2.0/27', ...right },
    ],
  });
const withPap = { name: policyName, authenticationMethods: ['EAP', 'PAP'] };

/** [what is wrong, the desired state, the field named, part of the sentence] */
const malformed: [string, unknown, string, string][] = [
  ['no JSON', 'radiusClients: []', 'DesiredState', 'is not a JSON object'],
  ['empty', '', 'DesiredState', 'is not a JSON object'],
  ['a list', '[]', 'DesiredState', 'is not a JSON object'],
  ['no clients', desired({ radiusClients: undefined }), 'radiusClients', 'at least one'],
  ['an empty list of clients', desired({ radiusClients: [] }), 'radiusClients', 'at least one'],
  [
    'a client that is a text',
    desired({ radiusClients: ['vpngw-hub'] }),
    'radiusClients[0]',
    'must be an object',
  ],
  ['a client without a name', client({ name: undefined }), 'radiusClients[0].name', 'not empty'],
  ['a blank name', client({ name: '  ' }), 'radiusClients[0].name', 'not empty'],
  ['a quotation mark in a name', client({ name: 'a" b' }), 'radiusClients[0].name', 'quotation mark'],
  ['a line break in a name', client({ name: 'a\nb' }), 'radiusClients[0].name', 'control character'],
  ['a very long name', client({ name: 'x'.repeat(256) }), 'radiusClients[0].name', 'at most 255'],
  [
    'a host name as address',
    client({ address: 'vpn.example.net' }),
    'radiusClients[0].address',
    'no IPv4 address or prefix',
  ],
  [
    'an address beyond 255',
    client({ address: '10.0.256.0/27' }),
    'radiusClients[0].address',
    'no IPv4 address or prefix',
  ],
  [
    'a prefix beyond 32',
    client({ address: '10.0.255.0/33' }),
    'radiusClients[0].address',
    'no IPv4 address or prefix',
  ],
  ['host bits set', client({ address: '10.0.255.5/27' }), 'radiusClients[0].address', 'write 10.0.255.0/27'],
  ['a number as vendor', client({ vendor: 311 }), 'radiusClients[0].vendor', 'must be a text'],
  ['a text as boolean', client({ enabled: 'true' }), 'radiusClients[0].enabled', 'true or false'],
  ['two of one name', pair({}, { name: 'A' }), 'radiusClients', "two clients have the name 'A'"],
  [
    'two of one address',
    pair({}, { address: '10.0.1.0/27' }),
    'radiusClients',
    "two clients have the address '10.0.1.0/27'",
  ],
  ['no policy', desired({ networkPolicy: undefined }), 'networkPolicy', 'must be an object'],
  ['a policy without a name', policy({ name: undefined }), 'networkPolicy.name', 'not empty'],
  ['a number as grant', policy({ grant: 1 }), 'networkPolicy.grant', 'true or false'],
  [
    'no methods',
    policy({ authenticationMethods: [] }),
    'networkPolicy.authenticationMethods',
    'must be a list',
  ],
  [
    'a method that is a text',
    policy({ authenticationMethods: 'EAP' }),
    'networkPolicy.authenticationMethods',
    'must be a list',
  ],
  [
    'an unknown method',
    policy({ authenticationMethods: ['CHAP'] }),
    'networkPolicy.authenticationMethods',
    "'CHAP' is not one of EAP, PAP",
  ],
  ['no word on MFA', desired({ mfaExtension: undefined }), 'mfaExtension', '"require", "install" or "skip"'],
  [
    'another word on MFA',
    desired({ mfaExtension: 'Require' }),
    'mfaExtension',
    '"require", "install" or "skip"',
  ],
  ['install without an installer', desired({ mfaExtension: 'install' }), 'mfaInstaller', 'is needed'],
  [
    'an installer by http',
    desired({ mfaExtension: 'install', mfaInstaller: { source: 'http://example.net/a.exe' } }),
    'mfaInstaller.source',
    'https',
  ],
  [
    'a short hash',
    desired({ mfaExtension: 'install', mfaInstaller: { source: 'C:\\a.exe', sha256: 'abc' } }),
    'mfaInstaller.sha256',
    '64',
  ],
  [
    'endpoints that are no list',
    desired({ mfaEndpoints: 'login.microsoftonline.com' }),
    'mfaEndpoints',
    'must be a list',
  ],
  [
    'an endpoint that is an address',
    desired({ mfaEndpoints: ['https://login.microsoftonline.com'] }),
    'mfaEndpoints',
    'no host name',
  ],
  [
    'a text as limitProxyState',
    desired({ blastRadius: { limitProxyState: 'on' } }),
    'blastRadius.limitProxyState',
    'true or false',
  ],
  [
    'Message-Authenticator required with PAP',
    desired({ networkPolicy: withPap, blastRadius: { requireMessageAuthenticator: true } }),
    'blastRadius.requireMessageAuthenticator',
    'only be true',
  ],
  ['a key that is no base64', desired({ secretProofKey: '?' }), 'secretProofKey', 'base64'],
];

const secrets: [string, string, string][] = [
  ['129 characters', 'x'.repeat(129), 'has 129 characters, but at most 128 are allowed'],
  ['a character that is not ASCII', 'pässwort', 'not printable ASCII'],
  ['a tab', 'pass\tword', 'not printable ASCII'],
  ['a space at the end', 'password ', 'begins or ends with a space'],
];

const long = 'A very long name of a network policy that somebody once thought was helpful '.repeat(3).trim();
const many = (count: number) =>
  desired({
    radiusClients: Array.from({ length: count }, (_, index) => ({
      name: `gateway-in-the-region-number-${index}`,
      address: `10.${index}.255.0/27`,
    })),
  });
const manyPolicies = `$state.networkPolicies = @(foreach ($number in 1..60) { [pscustomobject]@{ name = "$number ${long}"; enabled = $true; order = $number; conditions = @(); attributes = @(, @('msNPAllowDialin', 'boolean', '0')) } })`;

export const stories: Record<string, Command[]> = {
  ...Object.fromEntries(malformed.map(([title, want]) => [title, [test(want)]])),
  ...Object.fromEntries(
    secrets.map(([title, value]) => [title, [{ operation: 'Set', desired: desired(), secret: value }]]),
  ),
  'an unknown operation': [{ operation: 'Remove', desired: desired() }],
  'an operation in lower case': [{ operation: 'set', desired: desired(), secret }],
  'the smallest': [
    test({
      radiusClients: [{ name: 'g', address: '10.0.0.4' }],
      networkPolicy: { name: policyName, authenticationMethods: ['EAP'] },
      mfaExtension: 'skip',
    }),
  ],
  'the longest secret': [{ operation: 'Set', desired: desired(), secret: '~'.repeat(128) }],
  'a secret of quotes and signs': [
    { operation: 'Set', desired: desired({ secretProofKey: 'a2V5' }), secret: `'"&<>%$\`\\{}|;^!` },
  ],
  'fifteen gateways': [test(many(15))],
  'forty gateways': [
    test(many(40)),
    { operation: 'Set', desired: many(40), secret },
    { operation: 'Get', desired: many(40) },
  ],
  'sixty policies with long names': [{ operation: 'Set', desired: desired(), secret, given: manyPolicies }],
};

export function desiredState(told: () => Record<string, Answer[]>) {
  const step = (story: string, index = 0) => told()[story]?.[index] as Answer;

  it.each(malformed)('%s: names the field and the fix', (title, _want, target, sentence) => {
    const { exitCode, result } = step(title);
    expect(exitCode).toBe(1);
    expect(result.error).toMatchObject({ code: 'DesiredStateInvalid', target });
    expect(result.error.message).toContain(sentence);
    expect(result).toMatchObject({ changed: false, changes: [], findings: [] });
  });

  it('a malformed desired state is found before the server is looked at', () => {
    for (const [title] of malformed) expect(step(title).state.calls).toEqual([]);
  });

  it.each(secrets)('a secret with %s is refused', (title, value, sentence) => {
    const { exitCode, result, state, output } = step(title);
    expect(exitCode).toBe(1);
    expect(result.error).toMatchObject({ code: 'SecretInvalid', target: 'SharedSecret' });
    expect(result.error.message).toContain(sentence);
    expect(output).not.toContain(value);
    expect(state.calls).toEqual([]);
  });

  it('a secret may have 128 characters, of any that can be printed', () => {
    expect(step('the longest secret').state.radiusClients[0].sharedSecret).toBe('~'.repeat(128));
    expect(step('a secret of quotes and signs').state.radiusClients[0].sharedSecret).toBe(
      `'"&<>%$\`\\{}|;^!`,
    );
    expect(step('a secret of quotes and signs').result.findings).toEqual([]);
  });

  it.each(['an unknown operation', 'an operation in lower case'])('%s is refused', (story) => {
    expect(step(story).exitCode).toBe(1);
    expect(step(story).result.error).toMatchObject({ code: 'DesiredStateInvalid', target: 'Operation' });
    expect(step(story).result.error.message).toContain('is not one of Get, Test, Set');
  });

  it('what may be left out may be left out', () => {
    expect(step('the smallest').result.error).toBeUndefined();
    expect(step('the smallest').changes).toContain('radiusClient g: added 10.0.0.4');
    expect(step('the smallest').changes).toContain('blastRadius: limitProxyState enabled');
  });

  it('an answer too long loses findings, the sign-in paths and then changes, and counts them', () => {
    const { output, result, exitCode } = step('fifteen gateways');
    expect(exitCode).toBe(0);
    expect(output.length).toBeLessThanOrEqual(4094);
    expect(output.length).toBeGreaterThan(3600);
    expect(result).toMatchObject({ signInPath: [], signInPathOmitted: 15 });
    expect(result.findings.every((finding: { severity: string }) => finding.severity === 'high')).toBe(true);
    expect(result.findings.length + result.findingsOmitted).toBe(34);
    expect(result.findingsOmitted).toBeGreaterThan(20);
    expect(result.changes.length).toBeGreaterThan(10);
    expect(result.changes.length + (result.changesOmitted ?? 0)).toBe(19);
    expect(result.state.networkPolicy.exists).toBe(true);
  });

  it('an answer whose state alone is too long leaves it out and says so', () => {
    const done = step('forty gateways', 1);
    expect(done.output.length).toBeLessThanOrEqual(4094);
    expect(done.result.changed).toBe(true);
    expect(done.changes.length + (done.result.changesOmitted ?? 0)).toBe(44);
    expect(done.state.radiusClients).toHaveLength(40);
    const read = step('forty gateways', 2);
    expect(read.output.length).toBeLessThanOrEqual(4094);
    expect(read.result).toMatchObject({ changed: false, stateOmitted: true });
    expect(read.result.state).toBeUndefined();
  });

  it('an error too long is cut', () => {
    const { output, result, exitCode } = step('sixty policies with long names');
    expect(exitCode).toBe(1);
    expect(output.length).toBeLessThanOrEqual(4094);
    expect(result.error.code).toBe('PolicyNotFound');
    expect(result.error.message).toMatch(/\.\.\.$/);
    expect(result.error.message.length).toBeGreaterThan(2000);
  });
}

import { expect, it } from 'vitest';
import { desired, given, policyName, secret } from '../desired.ts';
import type { Answer, Command } from '../engine.ts';

const always = `TIMEOFDAY("${[0, 1, 2, 3, 4, 5, 6].map((day) => `${day} 00:00-24:00`).join('; ')}")`;
const other = 'Connections to other access servers';
const both = desired({
  networkPolicy: { name: policyName, grant: true, authenticationMethods: ['EAP', 'PAP'] },
});

/** A server on which users of the gateway get in, with both tunnel types, until a case changes it. */
const ready = [
  given.client('vpngw-hub', '10.0.255.0/27', `$state.radiusClients[-1].sharedSecret = '${secret}'`),
  "$state.networkPolicies[0].attributes[0] = @('msNPAllowDialin', 'boolean', '1')",
  "$state.networkPolicies[0].attributes += , @('msNPAuthenticationType2', 'int', '1')",
  given.mfa('OVERRIDE_NUMBER_MATCHING_WITH_OTP', 'FALSE'),
  '$state.audit = 3',
].join('; ');
const test = (change: string, want = both): Command[] => [
  { operation: 'Test', desired: want, secret, given: `${ready}; ${change}` },
];
const requestPolicy = (name: string, condition: string, provider: number) =>
  `$state.requestPolicies = @([pscustomobject]@{ name = '${name}'; enabled = $true; order = 1; conditions = @('${condition}'); provider = '${provider}'; group = 'Servers of the head office' }) + @($state.requestPolicies)`;
const conditions = (...all: string[]) =>
  `$state.networkPolicies[0].conditions = @(${all.map((one) => `'${one}'`).join(', ')})`;
const vendor = 'MATCH("MS-RAS-Vendor=^311$")';

export const stories: Record<string, Command[]> = {
  'nothing in the way': test(''),
  'listens on 1645 only': test("$state.ports = '1645'"),
  'listens on 1812 of one address': test("$state.ports = '10.0.1.4:1812,1645'"),
  'the service stopped': test("$state.service.status = 'Stopped'"),
  'the firewall closed': test('foreach ($rule in $state.firewall) { $rule.enabled = $false }'),
  'no client for the subnet': test('$state.radiusClients = @()'),
  'a client of one instance only': test("$state.radiusClients[0].address = '10.0.255.4'"),
  'a disabled client': test('$state.radiusClients[0].enabled = $false'),
  'another secret': test("$state.radiusClients[0].sharedSecret = 'another'"),
  'a narrower client with another secret': test(given.client('instance-0', '10.0.255.5')),
  'every request forwarded': test(requestPolicy('To the head office', always, 2)),
  'every request forwarded, and no client yet': test(
    `${requestPolicy('To the head office', always, 2)}; $state.radiusClients = @()`,
  ),
  'requests of the VPN forwarded': test(requestPolicy('VPN elsewhere', 'MATCH("NAS-Port-Type=^5$")', 2)),
  'users of a partner forwarded': test(requestPolicy('Partner', 'MATCH("User-Name=@partner\\.example$")', 2)),
  'requests of switches forwarded': test(
    requestPolicy('Switches', 'MATCH("Client-Friendly-Name=^switch-")', 2),
  ),
  'a request policy that asks nobody': test(requestPolicy('Open', always, 0)),
  'no request policy enabled': test('$state.requestPolicies[0].enabled = $false'),
  'a deny for all VPN in front': test(given.policyBefore('Incident', 'MATCH("NAS-Port-Type=^5$")')),
  'a deny for a group in front': test(given.policyBefore('Guests', 'USERNTGROUPS("S-1-5-21-1-2-3-513")')),
  'a deny at night in front': test(given.policyBefore('Night', 'TIMEOFDAY("1 00:00-06:00")')),
  'a deny for other clients in front': test(
    given.policyBefore('Switches', 'MATCH("Client-Friendly-Name=^switch-")'),
  ),
  'a policy for a group': test(conditions(vendor, 'USERNTGROUPS("S-1-5-21-1-2-3-1104")')),
  'a policy for office hours': test(conditions(vendor, 'TIMEOFDAY("1 08:00-18:00; 2 08:00-18:00")')),
  'a policy that never matches': test(conditions('MATCH("NAS-Port-Type=^19$")')),
  'a policy for the port type of VPN': test(conditions('MATCH("NAS-Port-Type=^(5|15)$")')),
  'no policy enabled': test('foreach ($policy in $state.networkPolicies) { $policy.enabled = $false }'),
  'no PAP in the policy': test(
    "$state.networkPolicies[0].attributes = @($state.networkPolicies[0].attributes | Where-Object { -not ($_[0] -eq 'msNPAuthenticationType2' -and $_[2] -eq '1') })",
  ),
  'dial-in of the accounts ignored': test(
    "$state.networkPolicies[0].attributes += , @('msIgnoreUserDialinProperties', 'boolean', '1')",
  ),
  'not registered in the directory': test('$state.registered = $false'),
  'outside a domain': test('$state.registered = $null'),
  'an extension that is not loaded': test(given.dll('ExtensionDLLs', '')),
  'an extension without a tenant': test(given.withoutMfa('TENANT_ID')),
  'an expired certificate': test(given.certificateLasts(-2)),
  'an extension that asks for codes': test(given.mfa('OVERRIDE_NUMBER_MATCHING_WITH_OTP', 'TRUE')),
  'no extension wanted': test(given.noExtension, { ...both, mfaExtension: 'skip' }),
};

interface Path {
  tunnel: string;
  vendor311?: boolean;
  policy?: string;
  refusedBy?: string;
  why?: string;
  unknown?: string[];
}

export function signInPath(told: () => Record<string, Answer[]>) {
  const result = (story: string) => told()[story]?.[0]?.result;
  const ids = (story: string): string[] => result(story).findings.map(({ id }: { id: string }) => id);
  /** With the vendor 311, which the gateway is assumed to send, and without it. */
  const path = (story: string, tunnel: string, vendor311 = true): Path =>
    result(story).signInPath.find(
      (one: Path) => one.tunnel === tunnel && (one.vendor311 ?? vendor311) === vendor311,
    );

  it('a user gets in by both tunnel types, and what the server cannot tell is named', () => {
    for (const tunnel of ['IkeV2', 'OpenVPN'])
      expect(path('nothing in the way', tunnel)).toEqual({
        client: 'vpngw-hub',
        tunnel,
        vendor311: true,
        policy: policyName,
        unknown: ['dial-in', 'mfa-principal'],
      });
    expect(ids('nothing in the way')).not.toContain('sign-in-blocked');
  });

  it('that requests are forwarded is found whichever gate refuses before', () => {
    const story = 'every request forwarded, and no client yet';
    expect(path(story, 'IkeV2')).toMatchObject({ refusedBy: 'client' });
    expect(ids(story).filter((id) => id === 'request-policy')).toHaveLength(1);
  });

  it('without the vendor 311 the policy behind decides, and denies; that is told and no finding', () => {
    expect(path('nothing in the way', 'IkeV2', false)).toMatchObject({
      policy: other,
      refusedBy: 'network-policy',
      why: expect.stringContaining('reason 65'),
    });
    expect(path('a policy for the port type of VPN', 'IkeV2', false)).not.toHaveProperty('refusedBy');
  });

  it.each([
    ['listens on 1645 only', 'ports', '1645', 'nps-ports'],
    ['the service stopped', 'service', 'does not run', 'nps-service'],
    ['the firewall closed', 'ports', '10.0.255.0/27', 'nps-firewall'],
    [
      'no client for the subnet',
      'client',
      'NPS has no RADIUS client for 10.0.255.0/27 (event 13)',
      'radius-client-missing',
    ],
    ['a client of one instance only', 'client', '10.0.255.4', 'radius-client-address'],
    ['a disabled client', 'client', 'disabled', 'radius-client-disabled'],
    ['another secret', 'client', 'another secret', 'radius-secret-nps'],
    ['a narrower client with another secret', 'client', "'instance-0'", 'radius-client-narrower'],
    ['every request forwarded', 'request-policy', "'Servers of the head office'", 'request-policy'],
    ['requests of the VPN forwarded', 'request-policy', "'VPN elsewhere'", 'request-policy'],
    ['a request policy that asks nobody', 'request-policy', 'without a password', 'request-policy'],
    ['no request policy enabled', 'request-policy', 'reason 49', 'request-policy'],
    ['a deny for all VPN in front', 'network-policy', "'Incident'", 'policy-order'],
    ['a policy that never matches', 'network-policy', `'${other}'`, 'policy-conditions'],
    ['no policy enabled', 'network-policy', 'reason 48', 'policy-disabled'],
    ['an extension without a tenant', 'mfa-registered', 'refuses everybody', 'mfa-registration-needed'],
    ['an expired certificate', 'mfa-certificate', 'expired', 'mfa-certificate'],
  ])('%s: the gate %s refuses', (story, refusedBy, why, finding) => {
    for (const tunnel of ['IkeV2', 'OpenVPN'])
      expect(path(story, tunnel)).toMatchObject({ refusedBy, why: expect.stringContaining(why) });
    expect(ids(story)).toEqual(expect.arrayContaining(['sign-in-blocked', finding]));
  });

  it('one tunnel type may be refused alone', () => {
    expect(path('no PAP in the policy', 'OpenVPN')).toMatchObject({
      refusedBy: 'method',
      why: expect.stringContaining('reason 66'),
    });
    expect(path('no PAP in the policy', 'IkeV2')).not.toHaveProperty('refusedBy');
    expect(ids('no PAP in the policy').filter((id) => id === 'sign-in-blocked')).toHaveLength(1);
  });

  it.each([
    ['listens on 1812 of one address', []],
    ['users of a partner forwarded', ['request-policy']],
    ['requests of switches forwarded', []],
    ['a deny for a group in front', ['network-policy']],
    ['a deny at night in front', ['network-policy']],
    ['a deny for other clients in front', []],
    ['a policy for a group', ['network-policy']],
    ['a policy for office hours', ['network-policy']],
    ['a policy for the port type of VPN', []],
    ['an extension that asks for codes', ['mfa-codes']],
  ])('%s does not stand in the way of everybody; in doubt: %j', (story, unknown) => {
    const told = path(story, 'IkeV2');
    expect(told).not.toHaveProperty('refusedBy');
    expect(told.unknown?.toSorted()).toEqual(['dial-in', 'mfa-principal', ...unknown].toSorted());
    expect(ids(story)).not.toContain('sign-in-blocked');
    expect(ids(story)).not.toContain('policy-order');
  });

  it('the dial-in tab of accounts counts unless the policy ignores it, and needs the directory', () => {
    expect(path('dial-in of the accounts ignored', 'IkeV2').unknown).toEqual(['mfa-principal']);
    for (const story of ['not registered in the directory', 'outside a domain'])
      expect(path(story, 'IkeV2').unknown).toEqual(['directory', 'dial-in', 'mfa-principal']);
  });

  it('without the extension a password alone gets in, which is a finding of its own', () => {
    expect(path('an extension that is not loaded', 'IkeV2').refusedBy).toBe('mfa-loaded');
    expect(ids('an extension that is not loaded')).toContain('mfa-not-loaded');
    expect(ids('an extension that is not loaded')).not.toContain('sign-in-blocked');
    expect(path('no extension wanted', 'IkeV2')).toMatchObject({ policy: policyName, unknown: ['dial-in'] });
  });
}

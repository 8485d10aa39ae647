import { describe, expect, it } from 'vitest';
import { rulesPage } from '../../shared/compliance/report/rules-page.ts';
import { npsCheckOf } from '../../shared/nps/checks/table.ts';
import { sealedSecret } from '../../shared/nps/sealed-secret.ts';
import { virtualClock } from '../../simulator/clock.ts';
import { inMemoryNpsServer } from '../../simulator/nps/module/in-memory.ts';
import { publicKey } from '../../simulator/nps/module/secret-key.ts';
import { defaultPolicyName, freshNpsServer, type NpsServerState } from '../../simulator/nps/state.ts';

/**
 * What administrators of NPS have met and reported in public: each report with its address, and what the product does
 * now. The stories in the folders beside this file, which need an engine, have the same cases on the module itself.
 */
const secret = 'Kf7-mQ2_vR9.xT4+bN6=wL8';
const now = new Date('2030-01-01T00:00:00Z');
const ownName = 'VPN gateway vpngw-hub';
const wifi = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    name: `wifi-${index}`,
    address: `10.8.0.${index + 1}`,
    vendor: 'RADIUS Standard',
    enabled: true,
    authAttributeRequired: false,
    secret: `of-wifi-${index}`,
  }));

interface Finding {
  readonly id: string;
  readonly message: string;
}

async function asked(
  given: Partial<NpsServerState>,
  { operation = 'Test', wish = {}, parameter = Buffer.from(secret).toString('base64') } = {},
) {
  const server = inMemoryNpsServer(freshNpsServer('NPS-01', given), virtualClock(now));
  const desired = {
    radiusClients: [{ name: 'vpngw-hub', address: '10.0.255.0/27' }],
    networkPolicy: { kind: 'auto', name: defaultPolicyName, ownName, authenticationMethods: ['EAP'] },
    mfaExtension: 'require',
    blastRadius: { limitProxyState: true, requireMessageAuthenticator: true },
    ...wish,
  };
  const DesiredState = Buffer.from(JSON.stringify(desired)).toString('base64');
  const before = server.state();
  const { output } = await server.run({
    script: '',
    parameters: { Operation: operation, DesiredState, SharedSecret: parameter },
  });
  const answer = JSON.parse(output);
  const findings = (answer.findings as Finding[]) ?? [];
  return { answer, before, after: server.state(), ids: findings.map(({ id }) => id), findings };
}
const { mfa } = freshNpsServer('x');
const openVpn = {
  networkPolicy: { kind: 'auto', name: defaultPolicyName, ownName, authenticationMethods: ['PAP'] },
  blastRadius: { limitProxyState: true, requireMessageAuthenticator: false },
};

describe('MicrosoftDocs/azure-docs', () => {
  it('#40977, the service principal of the MFA service was disabled: named among what the server cannot tell', async () => {
    const { answer } = await asked({}, { operation: 'Set' });
    expect(answer.signInPath[0].unknown).toContain('mfa-principal');
    expect(answer.signInPath[0]).not.toHaveProperty('refusedBy');
  });

  it('#44479, the setup script deleted certificates: whoever is told to run it is told that first', () => {
    const advising = [...npsCheckOf.values()].filter(({ fix }) => fix.includes('AzureMfaNpsExtnConfigSetup'));
    expect(advising.length).toBeGreaterThan(2);
    for (const { fix } of advising) {
      expect(fix).toContain('It deletes certificates of this tenant from LocalMachine\\My');
      expect(fix).toContain('write down the certificates before');
    }
  });

  it('#24302, no IP_WHITELIST: no finding; one that skips the second factor is one', async () => {
    expect((await asked({ mfa: { ...mfa, ipWhitelist: '' } })).ids).not.toContain('mfa-ip-whitelist');
    expect((await asked({ mfa: { ...mfa, ipWhitelist: ' ' } })).ids).not.toContain('mfa-ip-whitelist');
    expect((await asked({ mfa: { ...mfa, ipWhitelist: '10.0.255.4' } })).ids).toContain('mfa-ip-whitelist');
  });

  // test/simulator/nps/radius/repeats.test.ts plays over UDP that a request which comes again asks the user only once.
  it('#57289, several prompts for one sign-in: the page of rules says why the time cannot be set, and what follows', () => {
    const page = rulesPage();
    expect(page).toContain('A gateway waits 30 seconds for an answer of NPS');
    expect(page).toContain('60 seconds with the MFA extension');
    expect(page).toContain('Several prompts for one sign-in mean that');
  });

  it('#111123, a newer extension asks for codes: changed where nobody else is touched, else a finding with the command', async () => {
    const alone = await asked({}, { operation: 'Set' });
    expect(alone.after.mfa.overrideNumberMatching).toBe('FALSE');
    const shared = await asked({ radiusClients: wifi(80) }, { operation: 'Set' });
    expect(shared.after.mfa.overrideNumberMatching).toBeNull();
    expect(shared.ids).toContain('mfa-text-codes');
    expect(npsCheckOf.get('mfa-text-codes')!.fix).toContain('OVERRIDE_NUMBER_MATCHING_WITH_OTP');
  });

  it('#63367 and #37819, the extension asks every client of the server: never loaded unasked where there are others', async () => {
    const loads = { radiusClients: wifi(80), mfa: { ...mfa, inService: false } };
    const { answer, after, before } = await asked(loads, { operation: 'Set' });
    expect(answer.error).toMatchObject({ code: 'MfaLoadsOnRestart' });
    expect(after).toEqual(before);
    const skips = await asked(loads, { operation: 'Set', wish: { mfaExtension: 'skip' } });
    expect(skips.after).toEqual(skips.before);
    expect((await asked({ radiusClients: wifi(80) })).ids).toContain('other-clients-get-mfa');
  });

  it('#47176, requests of an unknown client are dropped (event 13): found, with the address that is served and the one that asks', async () => {
    const held = { ...wifi(1)[0]!, name: 'vpngw-hub', address: '10.0.255.4', secret };
    const { findings } = await asked({ radiusClients: [held] });
    const { message } = findings.find(({ id }) => id === 'sign-in-blocked')!;
    expect(message).toContain('has the address 10.0.255.4, and requests come from 10.0.255.0/27');
    const none = await asked({});
    expect(none.findings.find(({ id }) => id === 'sign-in-blocked')!.message).toContain('(event 13)');
  });

  it("#52940 and #81295, OpenVPN comes as PAP: allowed in the gateway's own policy alone where others use the server", async () => {
    const { before, after } = await asked({ radiusClients: wifi(3) }, { operation: 'Set', wish: openVpn });
    const policy = (name: string, state = after) => state.networkPolicies.find((one) => one.name === name);
    expect(policy(ownName)).toMatchObject({ grant: true, authenticationMethods: ['PAP'] });
    for (const { name, order: _, ...rest } of before.networkPolicies)
      expect(policy(name)).toMatchObject({ name, ...rest });
    const alone = await asked({}, { operation: 'Set', wish: openVpn });
    expect(alone.after.networkPolicies[0]!.authenticationMethods).toContain('PAP');
  });
});

it('opnsense/core#8255 and pan-ra-proxy#10, Audit mode read as off and then enforced: a third state, which stays', async () => {
  const watching = {
    blastRadius: {
      limitProxyState: false,
      requireMessageAuthenticator: false,
      audit: ['limitProxyState' as const, 'requireMessageAuthenticator' as const],
    },
  };
  const { answer, after, before, ids } = await asked(watching, { operation: 'Set' });
  expect(after.blastRadius).toEqual(before.blastRadius);
  expect(ids.filter((id) => id === 'blast-radius-audit')).toHaveLength(2);
  expect(answer.state.blastRadius.audit).toEqual(watching.blastRadius.audit);
});

it('health-check#46, an expired certificate passed a check: it is a finding, and the gate that refuses', async () => {
  const certificate = { thumbprint: '0F1E2D3C', notAfter: '2029-12-31T00:00:00Z' };
  const { findings } = await asked({ mfa: { ...mfa, certificate } });
  expect(findings.map(({ id }) => id)).toContain('mfa-certificate');
  expect(npsCheckOf.get('mfa-certificate')!.severity).toBe('high');
});

it('sccmclictr#154, event 400 keeps the whole command line: what stands on it is encrypted for the one server', async () => {
  const start = freshNpsServer('NPS-01');
  const parameter = sealedSecret(secret, publicKey(start));
  expect(parameter).not.toContain(Buffer.from(secret).toString('base64').slice(0, 12));
  const { answer, after } = await asked({}, { operation: 'Set', parameter });
  expect(answer.error).toBeUndefined();
  expect(after.radiusClients).toMatchObject([{ secret }]);
});

it('a public script for NPS, position 1 is to be had only when it is free: a place that did not come out so is no success', async () => {
  const first = { ...freshNpsServer('x').networkPolicies[0]!, name: 'Grant by PAP', grant: true, order: 1 };
  const networkPolicies = [
    { ...first, authenticationMethods: ['PAP' as const] },
    ...freshNpsServer('x').networkPolicies.map((policy) => ({ ...policy, order: policy.order + 1 })),
  ];
  const moved = await asked({ networkPolicies }, { operation: 'Set' });
  expect(moved.after.networkPolicies.find(({ name }) => name === defaultPolicyName)!.order).toBe(1);
  const kept = await asked({ networkPolicies, failing: 'network policy' }, { operation: 'Set' });
  expect(kept.answer.error).toMatchObject({ code: 'ApplyFailed' });
  expect(kept.after.networkPolicies).toEqual(kept.before.networkPolicies);
});

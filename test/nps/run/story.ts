import { createHmac } from 'node:crypto';
import { expect, it } from 'vitest';
import { desired, oldSecret, policyName, secret, writing } from '../desired.ts';
import type { Answer } from '../engine.ts';

const proofKey = Buffer.from('a key for proofs, 32 bytes long..');
const proof = (value: string) => createHmac('sha256', proofKey).update(value, 'utf8').digest('base64');
const withProof = desired({ secretProofKey: proofKey.toString('base64') });

export const stories = {
  'a fresh server': [
    { operation: 'Get', desired: withProof },
    { operation: 'Test', desired: withProof },
    { operation: 'Set', desired: withProof, secret },
    { operation: 'Set', desired: withProof, secret },
    { operation: 'Test', desired: withProof, secret },
    { operation: 'Test', desired: withProof, secret: oldSecret },
    { operation: 'Set', desired: withProof, secret: oldSecret },
    { operation: 'Set', desired: withProof },
  ],
  'seven rotations': Array.from({ length: 7 }, (_, index) => ({
    operation: 'Set',
    desired: desired(),
    secret: index % 2 ? secret : oldSecret,
  })),
};

export function story(told: () => Record<string, Answer[]>) {
  const answers = (name: keyof typeof stories) => told()[name] ?? [];
  const step = (index: number, name: keyof typeof stories = 'a fresh server'): Answer => {
    const answer = answers(name)[index];
    if (!answer) throw new Error(`no step ${index}`);
    return answer;
  };

  it('Get tells what is there and judges nothing', () => {
    const { result, exitCode } = step(0);
    expect(exitCode).toBe(0);
    expect(result).toMatchObject({ changed: false, changes: [], findings: [] });
    expect(result.state).toMatchObject({
      server: { name: 'NPS-01', os: 'Windows Server 2022', npasInstalled: true, serviceRunning: true },
      radiusClients: [],
      networkPolicy: { name: policyName, exists: true, enabled: true, grant: false, order: 1 },
      mfa: {
        installed: true,
        version: '1.2.2893.1',
        loaded: true,
        tenantId: '8f0b3e6a-2a3f-4a6c-9a55-6f2d1c0e7b11',
        certificate: { thumbprint: '5B1A7D0C6E2F4938A1B2C3D4E5F60718293A4B5C' },
        requireUserMatch: true,
        overrideNumberMatching: null,
        ipWhitelist: '',
        endpointsReachable: true,
      },
      blastRadius: { limitProxyState: false, requireMessageAuthenticator: false },
      audit: { success: false, failure: false },
      firewallOpen: true,
    });
    expect(result.state.networkPolicy.authenticationMethods).toEqual([
      'EAP',
      'EAP-MSCHAPv2',
      'EAP-TLS',
      'MSCHAPv2',
      'MSCHAPv2-CPW',
      'MSCHAP',
      'MSCHAP-CPW',
    ]);
  });

  it('Test tells what Set would do, and does none of it', () => {
    const { changes, result, exitCode, state } = step(1);
    expect(exitCode).toBe(0);
    expect(result.changed).toBe(false);
    expect(changes).toEqual([
      'audit: success and failure of Network Policy Server recorded',
      'blastRadius: limitProxyState enabled',
      `networkPolicy ${policyName}: access permission set to grant`,
      'radiusClient vpngw-hub: added 10.0.255.0/27',
      'mfaExtension: OVERRIDE_NUMBER_MATCHING_WITH_OTP set to FALSE',
    ]);
    expect(result.findings.map((finding: { id: string }) => finding.id)).toEqual([
      'policy-not-granting',
      'radius-client-missing',
      'mfa-text-codes',
      'sign-in-blocked',
      'audit-off',
      'blast-radius-proxy-state',
    ]);
    for (const finding of result.findings)
      expect(Object.keys(finding)).toEqual(
        ['id', 'severity', 'message', 'fix'].concat('client' in finding ? 'client' : []),
      );
    expect(result.signInPath).toMatchObject([
      {
        client: 'vpngw-hub',
        tunnel: 'IkeV2',
        refusedBy: 'client',
        why: expect.stringContaining('10.0.255.0/27'),
      },
    ]);
    expect(state.calls.filter((call: string) => writing.test(call))).toEqual([]);
  });

  it('Set does what Test told', () => {
    const { changes, result, exitCode, state } = step(2);
    expect(exitCode).toBe(0);
    expect(result.changed).toBe(true);
    expect(changes.toSorted()).toEqual(step(1).changes.toSorted());
    expect(result.findings).toEqual([]);
    expect(state.radiusClients).toEqual([
      {
        name: 'vpngw-hub',
        address: '10.0.255.0/27',
        sharedSecret: secret,
        vendor: 'RADIUS Standard',
        enabled: true,
        authAttributeRequired: false,
      },
    ]);
    const policy = state.networkPolicies.find((each: { name: string }) => each.name === policyName);
    expect(policy.attributes).toContainEqual(['msNPAllowDialin', 'boolean', '1']);
    expect(policy.attributes).toHaveLength(12);
    expect(state.registry['HKLM:\\SOFTWARE\\Microsoft\\AzureMfa'].OVERRIDE_NUMBER_MATCHING_WITH_OTP).toBe(
      'FALSE',
    );
    expect(state.audit).toBe(3);
    expect(state.blastRadius).toEqual({ limitProxyState: true, requireMsgAuth: false });
  });

  it('restarts the service once, at the end, so that the new client takes effect', () => {
    const { state } = step(2);
    expect(state.service.restarts).toBe(1);
    expect(state.running.radiusClients).toEqual(state.radiusClients);
    // Our own note of which clients are gateways is no change of the server.
    const writes = state.calls.filter((call: string) => writing.test(call) && !call.includes('VpnNps'));
    expect(writes.at(-1)).toBe('Restart-Service IAS');
  });

  it('a second Set changes nothing, restarts nothing and keeps no backup', () => {
    const { result, state } = step(3);
    expect(result).toMatchObject({ changed: false, changes: [], findings: [] });
    expect(
      state.calls.slice(step(2).state.calls.length).filter((call: string) => writing.test(call)),
    ).toEqual([]);
    expect(state.service.restarts).toBe(1);
  });

  it('proves which secret NPS holds to who knows it', () => {
    expect(step(2).result.state.radiusClients[0].secretProof).toBe(proof(secret));
    expect(step(6).result.state.radiusClients[0].secretProof).toBe(proof(oldSecret));
    expect(proof(secret)).not.toBe(proof(oldSecret));
  });

  it('Test with the secret tells whether NPS holds it', () => {
    expect(step(4).result).toMatchObject({ changes: [], findings: [] });
    expect(step(5).changes).toEqual(['radiusClient vpngw-hub: shared secret replaced']);
    expect(step(5).result.findings).toMatchObject([
      { id: 'radius-secret-nps', severity: 'high' },
      { id: 'sign-in-blocked', severity: 'high' },
    ]);
  });

  it('a rotation replaces the secret and nothing else', () => {
    const { changes, state } = step(6);
    expect(changes).toEqual(['radiusClient vpngw-hub: shared secret replaced']);
    expect(state.radiusClients).toEqual([{ ...step(2).state.radiusClients[0], sharedSecret: oldSecret }]);
    expect(state.running.radiusClients).toEqual(state.radiusClients);
  });

  it('Set without a secret keeps the one NPS holds', () => {
    expect(step(7).result).toMatchObject({ changed: false, findings: [] });
    expect(step(7).state.radiusClients[0].sharedSecret).toBe(oldSecret);
  });

  it('says one line of ASCII in at most 4,096 bytes, and nothing else', () => {
    expect(answers('a fresh server')).toHaveLength(8);
    for (const answer of answers('a fresh server')) {
      expect(answer.error).toBe('');
      expect(answer.output).toMatch(/^\{[ -~]*\}$/);
      expect(Buffer.byteLength(`${answer.output}\r\n`)).toBeLessThanOrEqual(4096);
    }
  });

  it('never shows the secret, nor gives it to a program', () => {
    for (const answer of answers('a fresh server')) {
      for (const value of [secret, oldSecret]) {
        for (const shown of [value, Buffer.from(value).toString('base64')]) {
          expect(answer.output).not.toContain(shown);
          expect(answer.state.calls.join('\n')).not.toContain(shown);
        }
      }
    }
  });

  it('never has the new secret in a file', () => {
    expect(step(3, 'seven rotations').state.exportedSecrets).toContain(oldSecret);
    expect(step(2).state.exportedSecrets).not.toContain(secret);
    // The first rotation to this secret: earlier exports held only the secret before it.
    expect(step(1, 'seven rotations').state.exportedSecrets).toEqual([oldSecret]);
  });

  it('exports only into a directory which Administrators and SYSTEM alone may open', () => {
    const exports = step(6).state.calls.filter((call: string) => call.startsWith('Export-'));
    expect(exports.length).toBeGreaterThan(5);
    expect([...new Set(exports)]).toEqual([
      'Export-NpsConfiguration to a directory open to: *S-1-5-32-544:(OI)(CI)F *S-1-5-18:(OI)(CI)F',
    ]);
  });

  it('keeps the five newest backups, each as the configuration was before', () => {
    const { backups } = step(6, 'seven rotations');
    expect(backups).toHaveLength(5);
    for (const [index, backup] of backups.entries()) {
      expect(backup).toContain(index % 2 ? oldSecret : secret);
      expect(backup).toContain('<msNPAllowDialin');
    }
    expect(step(0).backups).toHaveLength(2);
  });
}

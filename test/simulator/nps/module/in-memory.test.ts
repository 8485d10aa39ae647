import { describe, expect, it } from 'vitest';
import { virtualClock } from '../../../../simulator/clock.ts';
import { inMemoryNpsServer } from '../../../../simulator/nps/module/in-memory.ts';
import { defaultPolicyName, freshNpsServer } from '../../../../simulator/nps/state.ts';

const base64 = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64');
const secret = 'correct-horse-battery-staple';
const client = {
  name: 'vpngw-hub',
  address: '10.0.255.0/27',
  vendor: 'RADIUS Standard',
  authAttributeRequired: false,
  enabled: true,
};
const desired = {
  radiusClients: [client],
  networkPolicy: { name: defaultPolicyName, grant: true, authenticationMethods: ['EAP'] },
  mfaExtension: 'require',
  blastRadius: { limitProxyState: true, requireMessageAuthenticator: false },
};
const clock = () => virtualClock(new Date('2026-01-01T00:00:00Z'));

describe('an NPS server without a PowerShell engine', () => {
  it('is configured by Set, needs nothing the second time, and then passes Test', async () => {
    const server = inMemoryNpsServer(freshNpsServer('NPS-01'), clock());
    const set = { Operation: 'Set', DesiredState: base64(desired), SharedSecret: base64(secret) };

    const first = await server.run({ script: '', parameters: set });
    expect(first.exitCode).toBe(0);
    expect(JSON.parse(first.output)).toMatchObject({ changed: true, findings: [] });
    expect(server.state().radiusClients).toEqual([{ ...desired.radiusClients[0], secret }]);
    expect(server.state().networkPolicies[0]).toMatchObject({ grant: true, enabled: true });

    const again = await server.run({ script: '', parameters: set });
    expect(JSON.parse(again.output)).toMatchObject({ changed: false, changes: [] });

    const test = await server.run({
      script: '',
      parameters: { Operation: 'Test', DesiredState: base64(desired) },
    });
    expect(JSON.parse(test.output)).toMatchObject({ changed: false, changes: [], findings: [] });
    for (const { output } of [first, again, test]) {
      expect(output).not.toContain(secret);
      expect(Buffer.byteLength(output)).toBeLessThanOrEqual(4096);
    }
  });

  it('is left as it was by a Set that is refused', async () => {
    const start = freshNpsServer('NPS-01');
    start.mfa.loaded = false;
    const server = inMemoryNpsServer(start, clock());

    const { exitCode, output } = await server.run({
      script: '',
      parameters: { Operation: 'Set', DesiredState: base64(desired), SharedSecret: base64(secret) },
    });

    expect(exitCode).toBe(1);
    expect(JSON.parse(output)).toMatchObject({ error: { code: 'MfaExtensionMissing' }, changed: false });
    expect(server.state()).toEqual(start);
  });

  it('tells what fits into 4,096 bytes of ASCII: the least severe findings leave first, and are counted', async () => {
    const start = freshNpsServer('NPS-01', { serviceRunning: false, firewallOpen: false });
    start.audit.success = false;
    start.mfa = {
      ...start.mfa,
      requireUserMatch: false,
      version: '1.0.1.32',
      ipWhitelist: '10.0.0.1;'.repeat(60),
    };
    const name = `Zugriff für ${'Außendienst '.repeat(19)}`;
    for (const policy of start.networkPolicies) policy.name = `${policy.order} ${name}`;
    start.radiusClients = [{ ...client, name: 'wlan', address: '10.9.9.9', secret: 'x' }];
    const server = inMemoryNpsServer(start, clock());
    const wish = { ...desired, networkPolicy: { ...desired.networkPolicy, name } };

    const { output } = await server.run({
      script: '',
      parameters: { Operation: 'Test', DesiredState: base64(wish) },
    });

    expect(output).toMatch(/^[\x20-\x7e]+\n$/);
    expect(Buffer.byteLength(output)).toBeLessThanOrEqual(4096);
    const { findings, findingsOmitted, state } = JSON.parse(output);
    const severities = findings.map(({ severity }: { severity: string }) => severity);
    expect(state.networkPolicy.name).toBe(name);
    expect(severities).not.toContain('info');
    expect(severities.slice(0, 5)).toEqual(Array(5).fill('high'));
    expect(findings.length + findingsOmitted).toBe(11);
  });

  it('takes values of the MFA extension without the spaces around them', async () => {
    const state = freshNpsServer('NPS-01');
    Object.assign(state.mfa, { overrideNumberMatching: ' FALSE ', ipWhitelist: '  ' });
    const { output } = await inMemoryNpsServer(state, clock()).run({
      script: '',
      parameters: { Operation: 'Test', DesiredState: base64(desired) },
    });
    const ids = JSON.parse(output).findings.map(({ id }: { id: string }) => id);
    expect(ids).not.toContain('mfa-text-codes');
    expect(ids).not.toContain('mfa-ip-whitelist');
  });
});

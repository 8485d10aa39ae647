import { describe, expect, it } from 'vitest';
import { virtualClock } from '../../../simulator/clock.ts';
import { inMemoryNpsServer } from '../../../simulator/nps/in-memory.ts';
import { defaultPolicyName, freshNpsServer } from '../../../simulator/nps/state.ts';

const base64 = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64');
const secret = 'correct-horse-battery-staple';
const desired = {
  radiusClients: [
    {
      name: 'vpngw-hub',
      address: '10.0.255.0/27',
      vendor: 'RADIUS Standard',
      authAttributeRequired: false,
      enabled: true,
    },
  ],
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
});

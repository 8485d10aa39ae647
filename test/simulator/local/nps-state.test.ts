import { describe, expect, it } from 'vitest';
import { virtualClock } from '../../../simulator/clock.ts';
import { npsStateOf, secretAsExported } from '../../../simulator/local/nps-state.ts';
import { inMemoryNpsServer } from '../../../simulator/nps/module/in-memory.ts';
import { defaultPolicyName, freshNpsServer, type NpsServerState } from '../../../simulator/nps/state.ts';

const server = { name: 'RAD-1', os: 'Windows Server 2019', npasInstalled: true, serviceRunning: false };

describe('an NPS server of a scenario', () => {
  it("takes members of the simulator's own state, with defaults in their parts", () => {
    const state = npsStateOf('rad-1', {
      firewallOpen: false,
      radiusClients: [{ name: 'one', address: '10.3.0.0/27', secret: 'told' }],
      mfa: { loaded: false },
    });
    expect(state.firewallOpen).toBe(false);
    expect(state.radiusClients).toEqual([
      {
        name: 'one',
        address: '10.3.0.0/27',
        vendor: 'RADIUS Standard',
        enabled: true,
        authAttributeRequired: false,
        secret: 'told',
      },
    ]);
    expect(state.mfa).toEqual({ ...freshNpsServer('RAD-1').mfa, loaded: false });
  });

  it('takes an export, with the whole answer around it or without', () => {
    const exported = {
      server,
      radiusClients: [{ name: 'one', address: '10.3.0.0/27', secretProof: 'abc' }],
      networkPolicy: { name: defaultPolicyName, exists: true, enabled: true, grant: true, order: 1 },
      mfa: { installed: false, loaded: false, endpointsReachable: null },
      audit: { success: false, failure: true },
      firewallOpen: true,
    };
    const state = npsStateOf('rad-1', exported);
    expect(npsStateOf('rad-1', { changed: false, findings: [], state: exported })).toEqual(state);
    expect(state).toMatchObject({
      os: 'Windows Server 2019',
      serviceRunning: false,
      radiusClients: [{ name: 'one', secret: secretAsExported }],
      networkPolicies: [{ name: defaultPolicyName, grant: true }, { grant: false }],
      mfa: { installed: false },
      audit: { success: false },
    });
  });

  it('gives what a server answers to Get the same answer again', async () => {
    const clock = virtualClock(new Date('2027-02-01T06:00:00Z'));
    const before = freshNpsServer('RAD-1', {
      firewallOpen: false,
      radiusClients: [
        {
          name: 'vpngw-hub',
          address: '10.0.255.0/27',
          vendor: 'RADIUS Standard',
          enabled: false,
          authAttributeRequired: true,
          secret: 'never exported',
        },
      ],
      audit: { success: true, failure: false },
    });
    const desired = {
      radiusClients: [{ name: 'vpngw-hub', address: '10.0.255.0/27' }],
      networkPolicy: { name: defaultPolicyName, authenticationMethods: ['EAP'] },
      mfaExtension: 'require',
    };
    const asked = async (state: NpsServerState) => {
      const command = {
        script: '',
        parameters: {
          Operation: 'Get',
          DesiredState: Buffer.from(JSON.stringify(desired)).toString('base64'),
        },
      };
      const { output } = await inMemoryNpsServer(state, clock).run(command);
      return JSON.parse(output) as { state: Record<string, unknown> };
    };
    const answer = await asked(before);
    expect(answer.state).toBeDefined();
    expect(JSON.stringify(answer)).not.toContain('never exported');
    const again = await asked(freshNpsServer('RAD-1', npsStateOf('rad-1', answer)));
    for (const part of ['server', 'radiusClients', 'networkPolicy', 'mfa', 'audit', 'firewallOpen'])
      expect(again.state[part]).toEqual(answer.state[part]);
  });

  it.each([
    [['a list'], /npsStates.rad-1 must be an object/],
    [{ firewall: true }, /npsStates.rad-1 has unknown members: firewall\. Known are: name, os,/],
  ])('refuses %j', (given, sentence) => {
    expect(() => npsStateOf('rad-1', given)).toThrow(sentence);
  });
});

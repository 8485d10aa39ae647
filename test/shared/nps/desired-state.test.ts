import { describe, expect, it } from 'vitest';
import { VpnRadiusError } from '../../../shared/core/errors.ts';
import { planDeployment } from '../../../shared/deployment/planning.ts';
import { npsDesiredState, npsDifferences, npsRunName } from '../../../shared/nps/desired-state.ts';
import { type NpsState, parseNpsResult } from '../../../shared/nps/result.ts';
import { virtualClock } from '../../../simulator/clock.ts';
import { inMemoryNpsServer } from '../../../simulator/nps/in-memory.ts';
import { freshNpsServer } from '../../../simulator/nps/state.ts';
import { defaults, facts, request } from '../hub.ts';

const planFor = (...protocols: string[]) =>
  planDeployment(request({ pointToSite: { protocols } }), facts(), defaults).plan!;
const base64 = (text: string) => Buffer.from(text).toString('base64');

describe('a fresh NPS server', () => {
  it.each([[['IkeV2']], [['OpenVPN']], [['IkeV2', 'OpenVPN']]])(
    'differs from what %s needs, is set, and differs no more',
    async (protocols) => {
      const desired = npsDesiredState(planFor(...protocols));
      const server = inMemoryNpsServer(
        freshNpsServer('NPS-01'),
        virtualClock(new Date('2030-01-01T00:00:00Z')),
      );
      const parameters = {
        DesiredState: base64(JSON.stringify(desired)),
        SharedSecret: base64('a-shared-secret-for-tests'),
      };
      const run = async (Operation: string) => {
        const { output } = await server.run({ script: '', parameters: { ...parameters, Operation } });
        return parseNpsResult(output);
      };

      const before = await run('Get');
      expect('state' in before && npsDifferences(desired, before.state)).toEqual(
        expect.arrayContaining([
          'RADIUS client vpngw-hub is missing',
          expect.stringContaining('denies access'),
          'the MFA extension asks for codes, which VPN clients cannot type',
        ]),
      );
      const after = await run('Set');
      expect(after.changed).toBe(true);
      expect('state' in after && npsDifferences(desired, after.state)).toEqual([]);
    },
  );
});

describe('the desired state', () => {
  it('has GatewaySubnet as the one RADIUS client, named after the gateway', () => {
    expect(npsDesiredState(planFor('IkeV2')).radiusClients).toEqual([
      {
        name: 'vpngw-hub',
        address: '10.0.255.224/27',
        vendor: 'RADIUS Standard',
        authAttributeRequired: false,
        enabled: true,
      },
    ]);
  });

  it.each([
    [['IkeV2'], ['EAP'], true],
    [['OpenVPN'], ['PAP'], false],
    [['OpenVPN', 'IkeV2'], ['EAP', 'PAP'], false],
  ])('of %s allows %s', (protocols, methods, requireMessageAuthenticator) => {
    expect(npsDesiredState(planFor(...protocols))).toMatchObject({
      networkPolicy: { grant: true, authenticationMethods: methods },
      blastRadius: { limitProxyState: true, requireMessageAuthenticator },
    });
  });

  it('takes an installer and a proof key from outside', () => {
    const extras = {
      secretProofKey: 'a2V5',
      mfaInstaller: { source: '\\\\files\\mfa.exe', sha256: '0'.repeat(64) },
    };
    expect(npsDesiredState(planFor('IkeV2'), extras)).toMatchObject(extras);
  });
});

const state: NpsState = {
  server: { name: 'NPS-01', os: 'Windows Server 2022', npasInstalled: true, serviceRunning: true },
  radiusClients: [
    {
      name: 'VPNGW-HUB',
      address: '10.0.255.224/27',
      vendor: 'RADIUS Standard',
      enabled: true,
      authAttributeRequired: false,
    },
  ],
  networkPolicy: {
    name: 'Connections to Microsoft Routing and Remote Access server',
    exists: true,
    enabled: true,
    grant: true,
    order: 1,
    authenticationMethods: ['EAP', 'MSCHAPv2'],
  },
  mfa: { installed: true, loaded: true, overrideNumberMatching: 'FALSE' },
  blastRadius: { limitProxyState: true, requireMessageAuthenticator: true },
  audit: { success: true, failure: true },
  firewallOpen: true,
};

describe('a server as it should be', () => {
  const desired = npsDesiredState(planFor('IkeV2'));
  const [client] = state.radiusClients;

  it('has no differences', () => {
    expect(npsDifferences(desired, state)).toEqual([]);
  });

  it.each<[string, Partial<NpsState>]>([
    ['the service IAS does not run', { server: { ...state.server, serviceRunning: false } }],
    ['the role NPAS is not installed', { server: { ...state.server, npasInstalled: false } }],
    [
      'RADIUS client vpngw-hub has the address 10.0.0.0/27, wanted is 10.0.255.224/27',
      { radiusClients: [{ ...client!, address: '10.0.0.0/27' }] },
    ],
    ['RADIUS client vpngw-hub is disabled', { radiusClients: [{ ...client!, enabled: false }] }],
    [
      'RADIUS client vpngw-hub requires Message-Authenticator',
      { radiusClients: [{ ...client!, authAttributeRequired: true }] },
    ],
    [
      'network policy "Connections to Microsoft Routing and Remote Access server" does not allow EAP',
      { networkPolicy: { ...state.networkPolicy, authenticationMethods: ['PAP'] } },
    ],
    [
      'there is no network policy "Connections to Microsoft Routing and Remote Access server"',
      { networkPolicy: { name: 'x', exists: false } },
    ],
    ['the MFA extension is not installed', { mfa: { installed: false, loaded: false } }],
    ['NPS does not load the MFA extension', { mfa: { ...state.mfa, loaded: false } }],
    ['limitProxyState is off', { blastRadius: { ...state.blastRadius, limitProxyState: false } }],
    [
      'Message-Authenticator is not required',
      { blastRadius: { ...state.blastRadius, requireMessageAuthenticator: false } },
    ],
  ])('is told apart: %s', (sentence, change) => {
    expect(npsDifferences(desired, { ...state, ...change })).toEqual([sentence]);
  });

  it('need not require Message-Authenticator where that could lock out the users of other RADIUS clients', () => {
    const off = { ...state, blastRadius: { limitProxyState: true, requireMessageAuthenticator: false } };
    expect(npsDifferences(desired, { ...off, otherRadiusClients: 2 })).toEqual([]);
    expect(npsDifferences(desired, { ...off, otherRadiusClients: 0 })).toEqual([
      'Message-Authenticator is not required',
    ]);
  });

  it('may require Message-Authenticator although PAP is wanted: that is for a person to decide', () => {
    const policy = { ...state.networkPolicy, authenticationMethods: ['PAP'] };
    expect(npsDifferences(npsDesiredState(planFor('OpenVPN')), { ...state, networkPolicy: policy })).toEqual(
      [],
    );
  });

  it('need not have an MFA extension that is skipped', () => {
    const without = { ...state, mfa: { installed: false, loaded: false } };
    expect(npsDifferences({ ...desired, mfaExtension: 'skip' }, without)).toEqual([]);
  });
});

describe('the output of a run command', () => {
  const line = JSON.stringify({ changed: true, changes: ['one'], findings: [], state });

  it.each([
    ['alone', line],
    ['after warnings, one of them with a brace', `WARNING: x\r\n{not json\r\n${line}\r\n`],
    ['before what is no object', `${line}\n[]\n"done"\n{ cut`],
    ['with an older result above it', `${line.replace('one', 'older')}\n${line}`],
    ['with null for an empty list', line.replace('"findings":[]', '"findings":null')],
  ])('%s', (_, output) => {
    expect(parseNpsResult(output)).toMatchObject({ changed: true, changes: ['one'], findings: [], state });
  });

  it('of an operation that failed says what it had changed', () => {
    const error = { code: 'ApplyFailed', message: 'The policy could not be set.', target: null };
    expect(parseNpsResult(JSON.stringify({ error, changed: true, changes: ['one'] }))).toEqual({
      error,
      changed: true,
      changes: ['one'],
      findings: [],
    });
  });

  const secret = 'hunter2-hunter2';
  it.each([
    ['nothing', ' \r\n', /it is empty/],
    ['no JSON', `Access denied for ${secret}`, /holds no line of JSON/],
    ['the end of a long line', `"${'x'.repeat(4080)}","secret":"${secret}"}`, /cut at 4,096 bytes/],
    [
      'another shape',
      line.replace('"npasInstalled":true', `"npasInstalled":"${secret}"`),
      /state\.server\.npasInstalled/,
    ],
    ['no state', '{"changed":false}', /field state/],
  ])('that is %s cannot be read, and is not quoted', (_, output, why) => {
    let thrown: unknown;
    try {
      parseNpsResult(output);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(VpnRadiusError);
    const { code, message } = thrown as VpnRadiusError;
    expect(code).toBe('NpsOutputUnreadable');
    expect(message).toMatch(why);
    expect(message).not.toContain(secret);
  });
});

it('names the run command of a deployment the same every time, as Azure takes it', () => {
  expect(npsRunName('vpn-hub-1')).toBe(npsRunName('vpn-hub-1'));
  expect(npsRunName('vpn-hub-1')).not.toBe(npsRunName('vpn-hub-2'));
  expect(npsRunName('vpn-hub-1')).toMatch(/^[a-z][a-z0-9-]{1,62}$/);
});

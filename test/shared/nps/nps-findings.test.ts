import { describe, expect, it } from 'vitest';
import { npsRequestFindings } from '../../../shared/nps/checks/request-findings.ts';
import { unknownHost } from '../../../shared/nps/checks/unknown-host.ts';
import { machineAddressFindings } from '../../../shared/nps/machine-addresses.ts';
import { machinesOf, radiusServerFindings } from '../../../shared/nps/radius-servers.ts';
import { npsHost, npsId, request } from '../hub.ts';
import { told } from '../told.ts';

describe('the wishes for NPS', () => {
  it.each<[string, 'require' | 'install' | 'skip', string[], boolean, string[][]]>([
    ['MFA over IKEv2', 'require', ['IkeV2'], false, []],
    ['an installer that is set', 'install', ['IkeV2'], true, []],
    [
      'no installer',
      'install',
      ['IkeV2'],
      false,
      [
        [
          'problem MfaInstallerNotConfigured nps.mfaExtension',
          'The settings name no installer of the NPS extension. Ask for "require" and install the extension by hand, or configure an installer.',
        ],
      ],
    ],
    [
      'no MFA, over OpenVPN',
      'skip',
      ['IkeV2', 'OpenVPN'],
      true,
      [
        [
          'warning MfaNotChecked nps.mfaExtension',
          'The app does not check whether NPS asks for a second factor. Users may be able to connect with only a password.',
        ],
        [
          'warning PapMustBeAllowed pointToSite.protocols',
          'OpenVPN with RADIUS reaches NPS as PAP. The network policy will allow PAP. On its way to NPS, only the shared secret protects the password.',
        ],
      ],
    ],
  ])('%s', (_, mfaExtension, protocols, installer, expected) => {
    expect(told(npsRequestFindings(request({ nps: { mfaExtension } }), protocols, installer))).toEqual(
      expected,
    );
  });
});

describe('the machines of RADIUS servers', () => {
  const [one, other] = [{ address: '10.0.1.4' }, { address: '10.0.1.5' }];
  const known = [
    { address: '10.0.1.4', host: npsId },
    { address: '10.0.1.4', host: '/another' },
  ];
  const unknown = (kind: string) => [
    `${kind} NpsHostUnknown radius.servers`,
    'It is not known which machine the RADIUS server 10.0.1.5 of the gateway is, so the app does not check NPS there. The server stays on the gateway with its present secret. To let the app configure it, name it with its host in radius.servers or in DEFAULT_NPS_SERVERS.',
  ];

  it('are those that the first word on their address names', () => {
    expect(machinesOf([one, other], known)).toEqual({ servers: [{ ...one, host: npsId }], unknown: [other] });
  });

  it.each<[string, { address: string }[], string[][]]>([
    ['each is known', [one], []],
    ['one of two is not', [one, other], [unknown('warning')]],
    ['none is known', [other], [unknown('problem')]],
    [
      'there is none',
      [],
      [
        [
          'problem RadiusServersMissing radius.servers',
          'There is no RADIUS server. Name one in radius.servers, or set DEFAULT_NPS_SERVERS.',
        ],
      ],
    ],
  ])('%s', (_, servers, expected) => {
    expect(told(radiusServerFindings(machinesOf(servers, known), [npsHost()]))).toEqual(expected);
  });

  it('are looked at with the field of each', () => {
    const found = told(radiusServerFindings(machinesOf([one], known), [npsHost({ isRunning: false })]));
    expect(found.map(([what]) => what)).toEqual(['problem NpsHostStopped radius.servers[0].host']);
  });

  it('are not known to the report either', () => {
    expect(unknownHost('10.0.1.5')).toEqual({
      host: '10.0.1.5',
      problem: {
        code: 'NpsHostUnknown',
        message: 'No deployment and no entry of DEFAULT_NPS_SERVERS says which machine 10.0.1.5 is.',
      },
      isDown: false,
    });
  });
});

describe('an address that leads to another machine', () => {
  it.each<[string, string[] | undefined, string[], boolean]>([
    ['one of its own', ['10.0.1.9', '10.0.1.4'], [], false],
    ['one that the owner vouches for', ['10.0.1.9'], ['10.0.1.4'], false],
    ['a machine that tells none', [], [], false],
    ['a machine that was not asked', undefined, [], false],
    ['another', ['10.0.1.9', '10.0.2.9'], ['10.0.1.8'], true],
  ])('%s', (_, own, vouched, isFound) => {
    const server = { address: '10.0.1.4', host: npsId };
    expect(told(machineAddressFindings(server, own, vouched, 'radius.servers[0].address'))).toEqual(
      isFound
        ? [
            [
              'problem RadiusAddressOfAnotherMachine radius.servers[0].address',
              '10.0.1.4 is not an address of nps-01, which has 10.0.1.9, 10.0.2.9. Name the machine that has 10.0.1.4, or the address of nps-01. If the address belongs to a load balancer or address translation, the owner of the app lists the address with the machine (GUARDRAILS, npsMachines).',
            ],
          ]
        : [],
    );
  });
});

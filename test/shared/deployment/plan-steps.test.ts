import { describe, expect, it } from 'vitest';
import type { Facts, Plan } from '../../../shared/deployment/contract.ts';
import { guardrails } from '../../../shared/deployment/guardrails/guardrails.ts';
import { makePlan } from '../../../shared/deployment/planning.ts';
import type { VpnGatewayRequest } from '../../../shared/deployment/request.ts';
import {
  defaults,
  facts,
  gateway,
  gatewayId,
  hubSecret,
  inPlace,
  npsHost,
  npsId,
  request,
  subnet,
} from '../hub.ts';

type Wish = Parameters<typeof request>[0];
const second = npsId.replace('nps-01', 'nps-02');
const rails = guardrails.parse({
  npsMachines: [npsId, second],
  mfaExtension: { skip: ['anywhere'], install: ['anywhere'] },
});
const one = { address: '10.0.1.4', host: npsId };
const two = { radius: { servers: [one, { address: '10.0.1.5', host: second }] } };
const hosts = { npsHosts: [npsHost(), npsHost({ id: second })] };
const asking = (...addresses: string[]) =>
  gateway({
    pointToSite: {
      ...gateway().pointToSite!,
      radiusServers: addresses.map((address) => ({ address, score: 30 })),
    },
  });

function planned(wish: VpnGatewayRequest, found: Facts, settings: object = {}): Plan {
  const { plan, problems } = makePlan(wish, found, { ...defaults, guardrails: rails, ...settings });
  expect(problems).toEqual([]);
  return plan!;
}
const step = (plan: Plan, name: string) => plan.steps.find((it) => it.name === name)!;

describe('a rotation', () => {
  const rotated = (wish: VpnGatewayRequest, found: Facts) => planned(wish, { ...found, isRotation: true });

  it('is a new version on both sides, whatever the secret is and the policy is called', () => {
    const wish = request({ nps: { networkPolicy: 'Staff', mfaExtension: 'skip' } });
    const plan = rotated(wish, inPlace(gateway(), { secrets: [hubSecret({ host: second })] }));
    expect(step(plan, 'radiusSecret')).toEqual({
      name: 'radiusSecret',
      action: 'update',
      target: plan.servers[0]!.secretName,
      changes: ['a new version, unless the newest version is not yet on both sides'],
    });
    expect(step(plan, 'pointToSite').changes).toEqual(['the shared secret of RADIUS server 10.0.1.4 is new']);
    expect(step(plan, 'gateway').action).toBe('keep');
  });

  it('of one server interrupts sign-in, and says so', () => {
    const plan = rotated(request(), inPlace());
    expect(plan.warnings).toContainEqual({
      code: 'RotationInterruptsSignIn',
      message:
        'The gateway has only one RADIUS server, 10.0.1.4. From the moment when NPS has the new secret, nobody can sign in until the gateway has it too, some minutes later. Choose a quiet hour.',
      target: 'virtualNetworkGatewayId',
    });
    expect(plan.estimatedMinutes).toBe(17);
  });

  it('of two servers goes from one to the other, and takes twice as long', () => {
    const plan = rotated(request(two), inPlace(asking('10.0.1.4', '10.0.1.5'), hosts));
    expect(plan.warnings.map(({ code }) => code)).not.toContain('RotationInterruptsSignIn');
    expect(plan.estimatedMinutes).toBe(32);
  });
});

describe('the step of an NPS server', () => {
  const client = 'RADIUS client vpngw-hub is 10.0.255.224/27 with the shared secret';
  const asksForApproval = 'the MFA extension asks for an approval, not for a code';
  const groups = [
    { name: 'finance', windowsGroup: 'CONTOSO\\Finance' },
    { name: 'ops', windowsGroup: 'CONTOSO\\Ops' },
    { name: 'rest', default: true },
  ];
  it.each<[string, Wish, object, string[]]>([
    ['of a usual request', {}, {}, [asksForApproval]],
    [
      'with the installation of the extension',
      { nps: { mfaExtension: 'install' } },
      { hasMfaInstaller: true },
      ['the MFA extension is installed', asksForApproval],
    ],
    ['without a second factor', { nps: { mfaExtension: 'skip' } }, {}, []],
    [
      'with user groups, of which the default group needs no policy',
      { pointToSite: { groups } },
      {},
      ['a network policy for each of the user groups finance, ops sends its attribute', asksForApproval],
    ],
  ])('%s', (_, wish, settings, more) => {
    const { changes } = step(planned(request(wish), facts(), settings), 'nps');
    expect(changes![0]).toBe(client);
    expect(changes![1]).toMatch(/ grants access and allows /);
    expect(changes!.slice(2)).toEqual(more);
  });
});

it('a gateway whose last change was canceled is written again', () => {
  const plan = planned(request(), inPlace(gateway({ provisioningState: 'Canceled' })));
  expect(step(plan, 'gateway')).toMatchObject({ action: 'update', changes: ['its state is Canceled'] });
});

it('what the settings add for NPS goes with the plan', () => {
  const npsExtras = { probeSubnet: '10.0.9.0/28' };
  expect(planned(request(), facts(), { npsExtras }).npsExtras).toEqual(npsExtras);
  expect(planned(request(), facts())).not.toHaveProperty('npsExtras');
});

it('a secret that Key Vault has another version of is told to users only of a server that is configured', () => {
  const told = (...replacedSecrets: string[]) =>
    planned(request({ radius: {} }), {
      ...inPlace(asking('10.0.1.4', '10.0.1.9')),
      asked: request(),
      replacedSecrets,
    }).usersNotice.filter(({ target }) => target.startsWith('10.0.1.'));
  expect(told('10.0.1.4').map(({ target }) => target)).toEqual(['10.0.1.4']);
  expect(told('10.0.1.9')).toEqual([]);
  const both = planned(request(two), {
    ...inPlace(asking('10.0.1.4', '10.0.1.5'), hosts),
    replacedSecrets: ['10.0.1.5'],
  });
  expect(both.usersNotice.map(({ target }) => target)).toContain('10.0.1.5');
});

describe('how long a deployment takes at most', () => {
  const subnetOnly = subnet('GatewaySubnet', '10.0.255.224/27');
  const sstp = gateway({
    provisioningState: 'Failed',
    pointToSite: { ...gateway().pointToSite!, protocols: ['SSTP', 'IkeV2'] },
  });
  const endsSstp = { gatewayId, path: 'without-sstp', protocols: ['IkeV2'], isLastPart: true } as const;
  it.each<[string, Wish, Facts, number]>([
    ['of everything', {}, facts(), 49],
    [
      'of a gateway whose subnet is there',
      {},
      facts({ virtualNetwork: { ...facts().virtualNetwork, subnets: [subnetOnly] } }),
      48,
    ],
    ['of a gateway that is as wished', {}, inPlace(), 12],
    ['of another SKU', { gateway: { sku: 'VpnGw2AZ' } }, inPlace(), 47],
    ['of a second mode, with two more addresses', { gateway: { activeActive: true } }, inPlace(), 48],
    ['of a new secret', {}, inPlace(gateway(), { secrets: [] }), 17],
    ['of another server, which takes two writes', {}, inPlace(asking('10.0.1.9')), 22],
    [
      'of the gateway alone, which failed',
      { radius: {} },
      inPlace(sstp, { asked: request(), migrates: endsSstp }),
      12,
    ],
  ])('%s', (_, wish, found, minutes) => {
    expect(planned(request(wish), found).estimatedMinutes).toBe(minutes);
  });
});

import { describe, expect, it } from 'vitest';
import type { ComplianceFinding } from '../../../shared/compliance/assessment.ts';
import {
  plannedChanges,
  repairCandidates,
  repairRequest,
  requesterOf,
  unsafe,
} from '../../../shared/compliance/repair.ts';
import {
  describeWindow,
  isOpen,
  opensAt,
  opensFor,
  parseRepairWindow,
  repairWindow,
} from '../../../shared/compliance/repair-window.ts';
import { makePlan } from '../../../shared/deployment/planning.ts';
import { wishFingerprint } from '../../../shared/deployment/wish-fingerprint.ts';
import { pointToSiteDifferences } from '../../../shared/gateway/differences.ts';
import { defaults, gatewayId, gateway as hubGateway, inPlace, npsId, request } from '../hub.ts';
import { deployment, gateway, now, pointToSite } from './facts.ts';

describe('the repair window', () => {
  const saturdayNight = '2030-06-01T23:30:00Z';
  it.each([
    ['22:00-05:00', saturdayNight, true],
    [' 22:30-23:30 ', '2030-06-01T22:30:00Z', true],
    ['22:30-23:30', '2030-06-01T22:29:00Z', false],
    ['22:00-05:00', '2030-06-01T22:00:00Z', true],
    ['22:00-05:00', '2030-06-02T04:59:00Z', true],
    ['22:00-05:00', '2030-06-02T05:00:00Z', false],
    ['01:00-03:00', '2030-06-02T02:00:00Z', true],
    ['01:00-03:00', saturdayNight, false],
    ['Sat 22:00-05:00', '2030-06-02T04:00:00Z', true],
    ['Sun 22:00-05:00', '2030-06-02T04:00:00Z', false],
    ['sat,sun 00:00-24:00', '2030-06-02T12:00:00Z', true],
    ['Mon,Tue 00:00-24:00', '2030-06-02T12:00:00Z', false],
  ])('%s at %s: %s', (window, at, open) => {
    expect(isOpen(parseRepairWindow(window), new Date(at))).toBe(open);
  });

  it.each([
    ['22:00-05:00', saturdayNight, saturdayNight],
    ['01:00-03:00', saturdayNight, '2030-06-02T01:00:00Z'],
    ['Sat 22:00-05:00', '2030-06-02T05:00:00Z', '2030-06-08T22:00:00Z'],
    ['Sun 01:00-05:00', '2030-06-02T05:00:00Z', '2030-06-09T01:00:00Z'],
  ])('%s opens after %s at %s', (window, at, opening) => {
    expect(opensAt(parseRepairWindow(window)!, new Date(at))).toEqual(new Date(opening));
  });

  const openFor = (at: string, minutes: number, ...texts: string[]) =>
    opensFor(
      texts.map((text) => parseRepairWindow(text)!),
      new Date(at),
      minutes,
    );
  it.each([
    ['they are open', 120, '2030-06-02T02:00:00Z', '2030-06-02T02:00:00Z'],
    ['they close too soon', 120, '2030-06-02T02:01:00Z', '2030-06-03T02:00:00Z'],
    ['one is closed', 60, '2030-06-02T01:00:00Z', '2030-06-02T02:00:00Z'],
  ])('two windows are open for so long: %s', (_, minutes, at, expected) => {
    expect(openFor(at, minutes, '00:00-04:01', '02:00-06:00')).toEqual(new Date(expected));
  });
  it('two windows are open first where the second of them opens', () => {
    const first = openFor('2030-06-01T12:00:00Z', 60, '22:00-06:00', 'Sun 00:00-23:59');
    expect(first).toEqual(new Date('2030-06-02T00:00:00Z'));
  });
  it('two windows that never meet are never open', () => {
    expect(openFor(saturdayNight, 10, '00:00-01:00', '02:00-03:00')).toBeUndefined();
  });

  it.each(['', '22-05', '25:00-05:00', '22:00-22:00', 'Someday 22:00-05:00', '22:00-24:30'])(
    '"%s" is none',
    (text) => {
      expect(parseRepairWindow(text)).toBeUndefined();
    },
  );

  it('without one, any time will do; with one, people are told it', () => {
    expect(isOpen(undefined, new Date(saturdayNight))).toBe(true);
    expect(describeWindow(parseRepairWindow('Sat,Sun 01:00-05:30')!)).toBe('Sun, Sat 01:00 to 05:30 UTC');
    expect(describeWindow(parseRepairWindow('22:00-05:00')!)).toBe('22:00 to 05:00 UTC');
  });

  it('in the settings is read as people write it, and refused with an example', () => {
    expect(repairWindow.parse('\tSat 22:00-05:00 ')).toEqual({ days: [6], from: 22 * 60, to: 5 * 60 });
    expect(repairWindow.safeParse('nights').error!.issues.map(({ message }) => message)).toEqual([
      'must be hours in UTC, such as 22:00-05:00 or Sat,Sun 01:00-05:00',
    ]);
  });
});

const finding = (rule: string, target: string, more: Partial<ComplianceFinding> = {}): ComplianceFinding => ({
  id: `${rule}-${target.length}`,
  rule,
  severity: 'high',
  status: 'open',
  target,
  evidence: ['.'],
  firstSeenAt: now,
  checkedAt: now,
  ...more,
});

const checked = (id: string, deployed = true) => ({
  id,
  name: 'vpngw',
  location: 'westeurope',
  sku: 'VpnGw1AZ',
  status: 'nonCompliant' as const,
  findings: 1,
  passed: [],
  deployed,
  npsServers: [npsId],
  checkedAt: now,
});

describe('what is repaired', () => {
  const other = `${gatewayId}-2`;

  it('safe findings alone, those of a server with the first gateway that uses it', () => {
    const findings = [
      finding('audit-off', npsId),
      finding('radius-missing', other),
      finding('gateway-subnet-nsg', gatewayId),
    ];
    expect(repairCandidates([checked(gatewayId), checked(other)], findings)).toEqual([
      { gatewayId, findings: [findings[0]!.id], obstacles: [] },
      { gatewayId: other, findings: [findings[1]!.id], obstacles: [] },
    ]);
  });

  it('nothing of gateways that this app has not deployed, nothing that is waived or not confirmed', () => {
    const audit = finding('audit-off', npsId);
    expect(repairCandidates([checked(gatewayId, false)], [audit])).toEqual([]);
    for (const status of ['waived', 'unconfirmed'] as const)
      expect(repairCandidates([checked(gatewayId)], [{ ...audit, status }])).toEqual([]);
  });

  it.each([
    'blast-radius-proxy-state',
    'radius-secret-gateway',
    'mfa-not-loaded',
    'mfa-user-match',
    'gateway-failed',
    // What may be somebody's decision to keep users out.
    'policy-not-granting',
    'policy-disabled',
    'policy-order',
    'radius-client-disabled',
  ])('not beside %s, for provisioning would change or fail by that too', (rule) => {
    const target = rule.startsWith('radius') || rule.startsWith('gateway') ? gatewayId : npsId;
    const [candidate] = repairCandidates(
      [checked(gatewayId)],
      [finding('audit-off', npsId), finding(rule, target)],
    );
    expect(candidate!.obstacles).toHaveLength(1);
  });
});

describe('the request of a repair', () => {
  it('keeps pool, tunnel types and SKU as they are, and asks for the servers of the deployment', () => {
    const changed = gateway({
      sku: 'VpnGw2AZ',
      pointToSite: pointToSite({ addressPool: ['172.20.0.0/24'], radiusServers: [] }),
    });
    const repair = repairRequest(deployment, changed, 'run');
    expect(repair).toMatchObject({
      gateway: { name: 'vpngw-hub' },
      pointToSite: { addressPool: 'auto' },
      radius: deployment.radius,
      approval: { required: false },
    });
    expect(repair.ticket).toEqual({
      system: 'webhook',
      id: 'compliance-run',
      requestedBy: 'compliance check',
    });
    expect(repairRequest(deployment, changed, 'r'.repeat(200)).ticket.id).toHaveLength(128);
    expect(repair.gateway.sku).toBeUndefined();
    expect(repair.ticket.callbackUrl).toBeUndefined();
    expect(wishFingerprint(repair)).not.toBe(wishFingerprint(deployment));
  });

  it.each([
    ['what NPS gets', { name: 'nps', action: 'update', changes: ['anything'] }, undefined],
    ['nothing', { name: 'gateway', action: 'keep' }, undefined],
    [
      'servers',
      { name: 'pointToSite', action: 'update', changes: ['a server is missing'], givesBack: true },
      undefined,
    ],
    [
      'a pool',
      { name: 'pointToSite', action: 'update', changes: ['address pool 10.0.0.0/8 is missing'] },
      'address pool',
    ],
    [
      'certificates',
      { name: 'pointToSite', action: 'update', changes: ['authentication type Certificate is not wanted'] },
      'Certificate',
    ],
    ['a secret', { name: 'radiusSecret', action: 'create' }, 'radiusSecret'],
    ['a SKU', { name: 'gateway', action: 'update', changes: ['SKU is VpnGw1AZ'] }, 'SKU'],
    ['an address', { name: 'publicIp', action: 'create' }, 'publicIp'],
  ] as const)('is safe or not: %s', (_, step, reason) => {
    const told = unsafe({ steps: [{ target: '/', ...step }], takesAway: [] });
    if (reason) expect(told).toContain(reason);
    else expect(told).toBeUndefined();
  });

  const held = pointToSite({ radiusServers: [{ address: '10.0.1.4', score: 30 }] });
  const lists = (one: Partial<typeof held>) => [pointToSite({ ...held, ...one }), held] as const;
  it.each([
    ['a server that is missing', ...lists({ radiusServers: [] }), true],
    ['its score', ...lists({ radiusServers: [{ address: '10.0.1.4', score: 1 }] }), true],
    [
      'RADIUS that is missing',
      { ...held, authenticationTypes: ['Certificate'] },
      { ...held, authenticationTypes: ['Certificate', 'Radius'] },
      true,
    ],
    ['a pool', ...lists({ addressPool: [] }), false],
    ['a protocol', ...lists({ protocols: ['OpenVPN'] }), false],
    ['a server and a protocol', ...lists({ radiusServers: [], protocols: ['OpenVPN'] }), false],
    [
      'a server in the place of another',
      ...lists({ radiusServers: [{ address: '10.0.1.5', score: 30 }] }),
      false,
    ],
  ])('only gives back, or not: %s', (_, current, wish, givesBack) => {
    const differences = pointToSiteDifferences(current, wish);
    expect(differences).not.toEqual([]);
    expect(differences.every((one) => one.givesBack === true)).toBe(givesBack);
  });

  it('looks at every step of the plan, not only at those before the first that is safe', () => {
    const steps = [
      { name: 'gatewaySubnet', action: 'keep', target: '/' },
      { name: 'nps', action: 'update', target: '/', changes: ['anything'] },
      { name: 'pointToSite', action: 'update', target: '/', changes: ['a server'], givesBack: true },
      { name: 'gateway', action: 'update', target: '/', changes: ['SKU is VpnGw1AZ'] },
    ] as const;
    expect(unsafe({ steps, takesAway: [] })).toContain('SKU is VpnGw1AZ');
    expect(unsafe({ steps: steps.slice(0, 3), takesAway: [] })).toBeUndefined();
  });

  it.each([
    ['a server that is missing is given back', {}, true],
    ['a server and another pool are not', { addressPool: ['172.20.0.0/24'] }, undefined],
    ['a server and another secret are not', {}, undefined, ['10.0.1.4']],
  ])('in a plan: %s', (_, asked, givesBack, replacedSecrets: string[] = []) => {
    const { pointToSite: before } = hubGateway();
    const standing = hubGateway({ pointToSite: { ...before!, radiusServers: [] } });
    const { plan } = makePlan(
      request({ pointToSite: asked }),
      inPlace(standing, { replacedSecrets }),
      defaults,
    );
    const step = plan!.steps.find(({ name }) => name === 'pointToSite')!;
    expect(step.changes).toContain('RADIUS server 10.0.1.4 is missing');
    expect(step.givesBack).toBe(givesBack);
  });

  it('is told with all that it would change', () => {
    const step = { name: 'gateway', action: 'update', target: '/' } as const;
    expect(unsafe({ steps: [{ ...step, changes: ['a', 'b'] }], takesAway: [] })).toBe(
      'gateway would be updated: a; b',
    );
    expect(unsafe({ steps: [step], takesAway: [] })).toBe('gateway would be updated');
  });

  it('never removes, also what it could put back', () => {
    const steps = [
      {
        name: 'pointToSite',
        action: 'update',
        target: '/',
        givesBack: true,
      },
    ] as const;
    const message = 'Who signs in through it cannot connect any more.';
    expect(unsafe({ steps, takesAway: [{ what: 'radiusServer', target: '10.0.66.66', message }] })).toContain(
      '10.0.66.66',
    );
  });
});

it('a repair asks again for the user groups that are gone, and for nothing else of point-to-site', () => {
  const groups = [
    { name: 'finance', windowsGroup: 'CONTOSO\\Finance' },
    { name: 'rest', default: true },
  ];
  const asked = request({ pointToSite: { protocols: ['OpenVPN'], addressPool: ['172.20.0.0/24'], groups } });
  const its = repairRequest(asked, hubGateway(), 'run').pointToSite;
  expect(its).toMatchObject({ addressPool: 'auto', groups: [{ name: 'finance' }, { name: 'rest' }] });
  expect(its).not.toHaveProperty('protocols');
  expect(repairRequest(request(), hubGateway(), 'run').pointToSite).toEqual({ addressPool: 'auto' });
  const { pointToSite: _, ...bare } = hubGateway();
  expect(repairRequest(asked, bare, 'run').pointToSite).toEqual(asked.pointToSite);
});

it('what a repair would change is what its plan changes', () => {
  expect(
    plannedChanges([
      { name: 'gateway', action: 'keep', target: '/', changes: ['stays'] },
      { name: 'nps', action: 'update', target: '/', changes: ['client added', 'policy set to grant'] },
      { name: 'publicIp', action: 'create', target: '/' },
    ]),
  ).toEqual(['client added', 'policy set to grant']);
});

it('whoever was signed in and started the run has asked for its repairs; else the app itself has', () => {
  const ada = { id: '6f1e2d3c-0000-4000-8000-00000000abcd', name: 'ada@contoso.com' };
  expect(requesterOf({ trigger: 'request', startedBy: ada })).toEqual(ada);
  expect(requesterOf({ trigger: 'request', startedBy: { name: 'function key' } })).toBeUndefined();
  expect(
    requesterOf({ trigger: 'deployment', startedBy: { name: 'deployment', id: 'vpn-1' } }),
  ).toBeUndefined();
  const asker = (name?: string) => repairRequest(request(), hubGateway(), 'run', name).ticket.requestedBy;
  expect([asker(ada.name), asker()]).toEqual([ada.name, 'compliance check']);
});

import { describe, expect, it } from 'vitest';
import {
  type Assessment,
  assessGateway,
  assessNpsServer,
  assessRecords,
  passedBy,
  type Status,
} from '../../../shared/compliance/assessment.ts';
import { forNps } from '../../../shared/compliance/facts.ts';
import type { Waiver } from '../../../shared/compliance/waivers/waivers.ts';
import { shortHash } from '../../../shared/core/resource-id.ts';
import { gatewayId, npsId } from '../hub.ts';
import { gateway, gatewayFacts, now, npsFacts, npsState, virtualNetwork } from './facts.ts';

const found = (...ids: string[]) =>
  npsFacts(npsState(), {
    answers: [
      {
        host: npsId,
        state: npsState(),
        findings: ids.map((id) => ({ id, message: `${id}.` })),
        findingsOmitted: 0,
      },
    ],
  });
const waiver = (more: Partial<Waiver> = {}): Waiver => ({
  rule: 'audit-off',
  target: npsId,
  owner: 'anna',
  reason: 'later',
  until: '2030-06-30',
  ...more,
});
const audit = {
  id: `audit-off-${shortHash(npsId)}`,
  rule: 'audit-off',
  severity: 'medium',
  status: 'open',
  target: npsId,
  evidence: ['audit-off.'],
  firstSeenAt: now,
  checkedAt: now,
};

describe('an NPS server', () => {
  it('complies with what was checked, and only that has passed', () => {
    const its = assessNpsServer(found(), []);
    expect(its).toMatchObject({ status: 'compliant', findings: [], unchecked: [] });
    expect(passedBy(its)).toContain('audit-off');
    expect(its.outcomes['require-message-authenticator-on']).toBe('notApplicable');
    expect(passedBy(its)).not.toContain('require-message-authenticator-on');
  });

  it('has one line for all rules that could not be checked for the same reason', () => {
    const state = npsState({ server: { npasInstalled: false }, mfa: { installed: false } });
    const { status, unchecked, outcomes } = assessNpsServer(npsFacts(state), []);
    const unknown = Object.keys(outcomes).filter((rule) => outcomes[rule] === 'unknown');
    expect(unknown.length).toBeGreaterThan(3);
    expect([status, unchecked]).toEqual([
      'unknown',
      [{ target: npsId, reason: 'The role NPAS is not installed.', rules: unknown, checkedAt: now }],
    ]);
  });

  it.each<[string, string[], Status]>([
    ['a finding', ['audit-off'], 'nonCompliant'],
    ['what is only worth knowing', ['other-clients-get-mfa'], 'compliant'],
    ['both', ['other-clients-get-mfa', 'audit-off'], 'nonCompliant'],
  ])('with %s', (_, ids, expected) => expect(assessNpsServer(found(...ids), []).status).toBe(expected));

  it('names the migration that fixes a finding, where there is one', () => {
    expect(assessNpsServer(found('audit-off'), []).findings).toStrictEqual([audit]);
    expect(assessNpsServer(found('policy-missing'), []).findings).toMatchObject([
      { migration: 'own-policy' },
    ]);
  });
});

/** The findings that are more than worth knowing. */
const worse = ({ findings }: Assessment) => findings.filter(({ severity }) => severity !== 'info');

describe('a waiver', () => {
  it('is told with its finding, which does not count', () => {
    const its = assessNpsServer(found('audit-off'), [waiver()]);
    expect(its.status).toBe('compliant');
    expect(its.outcomes['audit-off']).toBe('waived');
    const { owner, reason, until } = waiver();
    expect(its.findings).toStrictEqual([{ ...audit, status: 'waived', waiver: { owner, reason, until } }]);
  });

  it('that is a record has its id and who decided', () => {
    const { findings } = assessNpsServer(found('audit-off'), [waiver({ id: 'waiver-1', by: 'berta' })]);
    expect(findings[0]!.waiver).toMatchObject({ id: 'waiver-1', by: 'berta' });
  });

  it.each([
    [{}, 'anna'],
    [{ by: 'berta' }, 'berta for anna'],
  ])('that has expired is a finding beside the one that it was about: %j', (more, who) => {
    const its = assessNpsServer(found('audit-off'), [waiver({ until: '2030-05-31', ...more })]);
    expect(its.status).toBe('nonCompliant');
    expect(its.findings).toMatchObject([
      audit,
      {
        id: `waiver-expired-audit-off-${shortHash(npsId)}`,
        rule: 'waiver-expired',
        evidence: [`The waiver of audit-off by ${who} ("later") ended on 2030-05-31.`],
      },
    ]);
  });

  it('in a tag of the gateway or its VNet counts for the gateway, and so does one of the settings', () => {
    const sstp = gateway({ pointToSite: { ...gateway().pointToSite!, protocols: ['SSTP', 'IkeV2'] } });
    const statusOf = (...[facts, waivers]: [Parameters<typeof gatewayFacts>[0], Waiver[]]) =>
      assessGateway(gatewayFacts(facts), waivers, []).findings.find(({ rule }) => rule === 'tunnel-sstp')!
        .status;
    const tags = { 'vpn-radius-waive-tunnel-sstp': 'owner=anna; reason=later; until=2030-06-30' };
    expect(statusOf({ gateway: sstp }, [])).toBe('open');
    expect(statusOf({ gateway: { ...sstp, tags } }, [])).toBe('waived');
    expect(statusOf({ gateway: sstp, virtualNetwork: virtualNetwork({}, { tags }) }, [])).toBe('waived');
    expect(statusOf({ gateway: sstp }, [waiver({ rule: 'tunnel-sstp', target: '/' })])).toBe('waived');
    expect(statusOf({ gateway: sstp, virtualNetwork: undefined }, [])).toBe('open');
  });

  it('in a tag of the gateway or its VNet that is not valid is a finding', () => {
    const tags = { 'vpn-radius-waive-nothing': 'x' };
    for (const facts of [
      gatewayFacts({ gateway: gateway({ tags }) }),
      gatewayFacts({ virtualNetwork: virtualNetwork({}, { tags }) }),
    ])
      expect(worse(assessGateway(facts, [], []))).toMatchObject([
        {
          id: `waiver-invalid-${shortHash(gatewayId)}`,
          evidence: ['The tag vpn-radius-waive-nothing names no rule.'],
        },
      ]);
    expect(worse(assessGateway(gatewayFacts(), [], []))).toEqual([]);
  });
});

it.each<[Status[], Status]>([
  [[], 'compliant'],
  [['compliant', 'unknown'], 'unknown'],
  [['unknown', 'nonCompliant', 'compliant'], 'nonCompliant'],
])('a gateway is no better than its NPS servers: %j', (servers, expected) => {
  expect(assessGateway(gatewayFacts(), [], servers).status).toBe(expected);
});

it('records that were changed are a finding of their VNet', () => {
  const problems = [{ code: 'RecordChanged', message: 'It was changed.' }];
  const { findings, outcomes, status } = assessRecords({ problems }, '/vnet', [], now);
  expect(status).toBe('unknown');
  expect(findings).toMatchObject([{ target: '/vnet', evidence: ['RecordChanged: It was changed.'] }]);
  expect(outcomes).toEqual({ 'record-changed': 'violated' });
});

it('the checks of NPS know of the gateway which client it is and whether it asks', () => {
  const its = { gateway: gateway(), virtualNetwork: virtualNetwork() };
  expect(forNps(its)).toEqual({ usesRadius: true, gatewaySubnetPrefix: '10.0.255.0/27' });
  expect(forNps({ ...its, virtualNetwork: undefined })).toEqual({ usesRadius: true });
  const { pointToSite: _, ...bare } = gateway();
  expect(forNps({ gateway: bare, virtualNetwork: { ...virtualNetwork(), subnets: [] } })).toEqual({
    usesRadius: false,
  });
});

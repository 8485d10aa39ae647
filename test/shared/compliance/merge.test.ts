import { describe, expect, it } from 'vitest';
import { type ComplianceFinding, noTally, type Unchecked } from '../../../shared/compliance/assessment.ts';
import {
  addAssessment,
  addResults,
  mergedReport,
  noResults,
  type Results,
} from '../../../shared/compliance/merge.ts';
import type { CheckedSubscription, Scope } from '../../../shared/compliance/report/report.ts';
import { gatewayId, npsId } from '../hub.ts';
import { now } from './facts.ts';

const subscriptionId = gatewayId.split('/')[2]!;
const elsewhere = 'aaaaaaaa-2222-4333-8444-555555555555';
const there = gatewayId.replace(subscriptionId, elsewhere);
const everything: Scope = { subscriptionIds: [], gatewayIds: [] };

const finding = (rule: string, target = gatewayId, more: Partial<ComplianceFinding> = {}) => ({
  ...{ id: `${rule}-${target}`, rule, severity: 'high' as const, status: 'open' as const, target },
  ...{ evidence: ['It is so.'], firstSeenAt: now, checkedAt: now },
  ...more,
});
const checked = (id: string) => ({
  ...{ id, name: 'gw', location: 'westeurope', sku: 'VpnGw1AZ', status: 'nonCompliant' as const },
  ...{ findings: 1, passed: ['tunnel-sstp'], deployed: false, npsServers: [], checkedAt: now },
});
const subscription = (id: string, more: Partial<CheckedSubscription> = {}): CheckedSubscription => ({
  ...{ id, status: 'read', gateways: 0, checkedAt: now },
  ...more,
});
const unread = (target: string, ...rules: string[]): Unchecked => ({
  ...{ target, reason: 'No access.', checkedAt: now },
  ...(rules.length > 0 && { rules }),
});

/** The report of a run after one that found `before`. */
function merged(its: Partial<Results>, before: Partial<Results> = {}, scope = everything) {
  const run = (which: Scope) => ({
    ...{ id: 'run', trigger: 'timer' as const, startedBy: { name: 'schedule' }, scope: which },
    ...{ remediate: false, startedAt: now, endedAt: now, versions: { app: '1', npsModule: 'x' } },
  });
  const previous = mergedReport(run(everything), { ...noResults(), ...before }, undefined, []);
  return mergedReport(run(scope), { ...noResults(), ...its }, previous, []);
}
const states = ({ findings }: ReturnType<typeof merged>) =>
  findings.map(({ rule, status }) => `${status} ${rule}`).sort();

describe('a finding of the report before', () => {
  const both = { findings: [finding('tunnel-sstp'), finding('gateway-failed')] };

  it.each<[string, Unchecked[], string[]]>([
    ['is resolved where its resource was read', [], []],
    ['stays for the rule that could not be checked', [unread(gatewayId, 'tunnel-sstp')], ['tunnel-sstp']],
    [
      'stays for each rule that could not be checked, whatever the case of the id',
      [unread(gatewayId.toUpperCase(), 'tunnel-sstp'), unread(gatewayId, 'gateway-failed')],
      ['gateway-failed', 'tunnel-sstp'],
    ],
    [
      'stays where the whole resource could not be read',
      [unread(gatewayId.toUpperCase(), 'tunnel-sstp'), unread(gatewayId)],
      ['gateway-failed', 'tunnel-sstp'],
    ],
    [
      'stays where it could not be read, and one rule had a reason of its own',
      [unread(gatewayId), unread(gatewayId, 'tunnel-sstp')],
      ['gateway-failed', 'tunnel-sstp'],
    ],
  ])('%s', (_, unchecked, kept) => {
    const report = merged({ gateways: [checked(gatewayId)], unchecked }, both);
    expect(states(report)).toEqual(kept.map((rule) => `unconfirmed ${rule}`));
    expect(report.changes.resolved).toHaveLength(2 - kept.length);
  });

  it.each<[string, Scope, string[]]>([
    [
      'its subscription in the scope',
      { subscriptionIds: [subscriptionId.toUpperCase()], gatewayIds: [] },
      ['open tunnel-sstp'],
    ],
    [
      'its gateway in the scope',
      { subscriptionIds: [], gatewayIds: [gatewayId.toUpperCase()] },
      ['open audit-off', 'open tunnel-sstp'],
    ],
    [
      'another subscription in the scope',
      { subscriptionIds: [elsewhere.toUpperCase()], gatewayIds: [] },
      ['open audit-off', 'open gateway-failed'],
    ],
  ])('is looked for with %s', (_, scope, expected) => {
    const findings = [finding('gateway-failed'), finding('tunnel-sstp', there), finding('audit-off', npsId)];
    expect(states(merged({}, { findings }, scope))).toEqual(expected);
  });

  it('of a rule that the app does not have any more is resolved, in the scope or not, read or not', () => {
    const before = { findings: [finding('rule-of-yesterday'), finding('tunnel-sstp')] };
    const scope = { subscriptionIds: [elsewhere], gatewayIds: [] };
    for (const report of [merged({}, before, scope), merged({ unchecked: [unread(gatewayId)] }, before)]) {
      expect(report.findings.map(({ rule }) => rule)).toEqual(['tunnel-sstp']);
      expect(report.changes.resolved).toMatchObject([{ rule: 'rule-of-yesterday' }]);
    }
  });

  it('of an NPS server is looked for where the server was asked', () => {
    const server = { ...checked(npsId.toUpperCase()), gateways: 1 };
    const scope = { subscriptionIds: [], gatewayIds: [gatewayId] };
    expect(
      states(merged({ npsServers: [server] }, { findings: [finding('audit-off', npsId)] }, scope)),
    ).toEqual([]);
  });

  it('keeps its ticket, and since when it is known', () => {
    const before = finding('tunnel-sstp', gatewayId, { ticket: 'INC1', firstSeenAt: '2030-01-01' });
    expect(merged({ findings: [finding('tunnel-sstp')] }, { findings: [before] }).findings).toEqual([before]);
    expect(merged({ findings: [finding('tunnel-sstp')] }, both).findings[0]).not.toHaveProperty('ticket');
  });
});

describe('what the report before says of a resource', () => {
  it('stays outside of the scope, with what could not be checked', () => {
    const scope = { subscriptionIds: [elsewhere], gatewayIds: [] };
    const before = {
      gateways: [checked(gatewayId), checked(there)],
      unchecked: [unread(gatewayId, 'tunnel-sstp'), unread(there)],
    };
    const report = merged({}, before, scope);
    expect(report.gateways).toEqual([checked(gatewayId)]);
    expect(report.unchecked).toEqual([unread(gatewayId, 'tunnel-sstp')]);
  });

  it('is replaced, whatever the case of the id', () => {
    const report = merged(
      { gateways: [checked(gatewayId.toUpperCase())] },
      { gateways: [checked(gatewayId)] },
    );
    expect(report.gateways.map(({ id }) => id)).toEqual([gatewayId.toUpperCase()]);
  });

  it('is told once, also where a server that could not be asked is listed as such', () => {
    const asked = { ...checked(npsId.toUpperCase()), gateways: 1, status: 'unknown' as const };
    const report = merged(
      { npsServers: [asked], unchecked: [unread(npsId)] },
      { npsServers: [{ ...checked(npsId), gateways: 1 }] },
    );
    expect(report.npsServers).toEqual([asked]);
  });

  it('says no more that it has passed where it could not be read', () => {
    const report = merged({ unchecked: [unread(gatewayId)] }, { gateways: [checked(gatewayId)] });
    expect(report.gateways).toEqual([{ ...checked(gatewayId), status: 'unknown', passed: [] }]);
  });
});

describe('the order', () => {
  const ids = ['/b', '/A', '/C'];
  it('of resources is that of their ids, without case', () => {
    const report = merged(
      { gateways: ids.slice(0, 2).map(checked) },
      { gateways: [checked('/C')] },
      {
        subscriptionIds: [elsewhere],
        gatewayIds: [],
      },
    );
    expect(report.gateways.map(({ id }) => id)).toEqual(['/A', '/b', '/C']);
  });

  it('of findings is severity, rule, target', () => {
    const mixed = [
      finding('audit-off', '/b', { severity: 'low' }),
      finding('tunnel-sstp', '/b'),
      finding('audit-off', '/a', { severity: 'info' }),
      finding('tunnel-sstp', '/a'),
      finding('gateway-failed', '/c'),
      finding('zz', '/a', { severity: 'medium' }),
      finding('gateway-failed', '/a'),
    ];
    for (const findings of [mixed, [...mixed].reverse()])
      expect(merged({ findings }).findings.map(({ rule, target }) => `${rule} ${target}`)).toEqual([
        'gateway-failed /a',
        'gateway-failed /c',
        'tunnel-sstp /a',
        'tunnel-sstp /b',
        'zz /a',
        'audit-off /b',
        'audit-off /a',
      ]);
  });

  it('of subscriptions is that of their ids; each has the number of its gateways', () => {
    const report = merged(
      {
        subscriptions: [subscription(elsewhere), subscription(subscriptionId, { status: 'partly' })],
        gateways: [checked(there), checked(`${there}-2`)],
      },
      { subscriptions: [subscription(subscriptionId)] },
    );
    expect(report.subscriptions).toEqual([
      subscription(subscriptionId),
      subscription(elsewhere, { gateways: 2 }),
    ]);
  });

  it('of subscriptions does not depend on who was read first', () => {
    const three = ['2', '3', '1'].map((id) => subscription(id));
    for (const all of [three, [...three].reverse()])
      expect(merged({ subscriptions: all }).subscriptions.map(({ id }) => id)).toEqual(['1', '2', '3']);
  });

  it('a subscription that was read again is as it is now', () => {
    const later = subscription(subscriptionId, { status: 'unread', checkedAt: '2030-06-02' });
    const before = { subscriptions: [subscription(subscriptionId)] };
    expect(merged({ subscriptions: [later] }, before).subscriptions).toEqual([later]);
  });
});

it('the rules have their texts, the migration where there is one, and what they said', () => {
  const { rules, records } = merged({ tallies: { 'tunnel-sstp': { ...noTally(), violated: 3 } } });
  expect(rules.find(({ id }) => id === 'tunnel-sstp')).toMatchObject({
    migration: 'without-sstp',
    tally: { ...noTally(), violated: 3 },
  });
  const audit = rules.find(({ id }) => id === 'audit-off');
  expect(audit).toMatchObject({ about: 'NPS server', tally: noTally() });
  expect(audit).not.toHaveProperty('migration');
  expect(records).toBeUndefined();
  const its = { virtualNetworks: 1, documents: 2, read: 3 };
  expect(merged({ records: its }).records).toEqual(its);
});

it('the parts of a run are added up', () => {
  const part = noResults();
  const outcomes = { 'tunnel-sstp': 'violated', 'audit-off': 'compliant' } as const;
  for (const id of ['/a', '/b'])
    addAssessment(part, {
      ...{ status: 'unknown', outcomes },
      ...{ findings: [finding('tunnel-sstp', id)], unchecked: [unread(id)] },
    });
  part.gateways.push(checked('/a'));
  part.npsServers.push({ ...checked('/n'), gateways: 1 });
  part.subscriptions.push(subscription(elsewhere));
  part.records = { virtualNetworks: 1, documents: 2, read: 3 };
  const sum = noResults();
  addResults(sum, noResults());
  expect(sum).toEqual(noResults());
  addResults(sum, part);
  expect(sum).toEqual(part);
  addResults(sum, part);
  expect(sum.findings).toEqual([...part.findings, ...part.findings]);
  expect(sum.records).toEqual({ virtualNetworks: 2, documents: 4, read: 6 });
  expect(sum.tallies).toEqual({
    'tunnel-sstp': { ...noTally(), violated: 4 },
    'audit-off': { ...noTally(), compliant: 4 },
  });
});

describe('a finding that was waived', () => {
  const yesterday = '2029-12-31T05:00:00.000Z';
  const waiver = { owner: 'anna', reason: 'planned', until: '2029-12-31' };
  const waived = finding('tunnel-sstp', gatewayId, { status: 'waived', waiver, checkedAt: yesterday });
  const open = finding('tunnel-sstp');
  const since = (before: ComplianceFinding, its = [open]) =>
    merged({ findings: its }, { findings: [before] }).findings[0];

  it('says when it was waived last, however long it has been open again since', () => {
    expect(since(waived)).toMatchObject({ status: 'open', lastWaivedAt: yesterday });
    const openAgain = { ...open, lastWaivedAt: yesterday };
    expect(since(openAgain)).toMatchObject({ lastWaivedAt: yesterday });
    expect(since(open)).not.toHaveProperty('lastWaivedAt');
  });

  it('says so too where a check between could not read it', () => {
    const { findings } = merged({ unchecked: [unread(gatewayId)] }, { findings: [waived] });
    expect(findings).toMatchObject([{ status: 'unconfirmed' }]);
    expect(since(findings[0]!)).toMatchObject({ status: 'open', lastWaivedAt: yesterday });
  });
});

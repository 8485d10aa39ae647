import { describe, expect, it } from 'vitest';
import { noTally } from '../../../../shared/compliance/assessment.ts';
import { ticketWork } from '../../../../shared/compliance/finding-tickets.ts';
import { mergedReport, noResults, type Results } from '../../../../shared/compliance/merge.ts';
import * as csvForm from '../../../../shared/compliance/report/csv.ts';
import * as htmlForm from '../../../../shared/compliance/report/html.ts';
import type { ComplianceReport } from '../../../../shared/compliance/report/report.ts';
import { sharedPools } from '../../../../shared/compliance/shared-pools.ts';
import { npsTests } from '../../../../shared/nps/nps-tests.ts';
import { gatewayId, npsId } from '../../hub.ts';
import { now, policy } from '../facts.ts';

const reportCsv = (...given: Parameters<typeof csvForm.reportCsv>) =>
  [...csvForm.reportCsv(...given)].join('');
const reportHtml = (...given: Parameters<typeof htmlForm.reportHtml>) =>
  [...htmlForm.reportHtml(...given)].join('');

const digest = 'ab'.repeat(32);
const everything = { subscriptionIds: [], gatewayIds: [] };
const run = {
  id: '20300601T050000Z-all',
  trigger: 'timer',
  startedBy: { name: 'schedule' },
  scope: everything,
  remediate: false,
  startedAt: now,
  endedAt: now,
  versions: { app: '1.2.3', npsModule: 'sha256:abc' },
} as const;
const other = `${gatewayId}-2`;

function finding(rule: string, target: string, severity: 'high' | 'low' = 'high') {
  return {
    id: `${rule}-${target}`,
    rule,
    severity,
    status: 'open' as const,
    target,
    evidence: ['It is so.'],
    firstSeenAt: now,
    checkedAt: now,
  };
}

const checked = (id: string) => ({
  id,
  name: id.split('/').at(-1)!,
  location: 'westeurope',
  sku: 'VpnGw1AZ',
  status: 'nonCompliant' as const,
  findings: 1,
  passed: ['gateway-not-route-based'],
  deployed: false,
  npsServers: [],
  checkedAt: now,
});

const results = (more: Partial<Results>): Results => ({ ...noResults(), ...more });
const first = mergedReport(
  run,
  results({
    gateways: [checked(gatewayId), checked(other)],
    findings: [finding('tunnel-sstp', gatewayId), finding('gateway-failed', other)],
  }),
  undefined,
  [],
);

describe('a report after the one before', () => {
  const next = (more: Partial<Results>, scope: ComplianceReport['scope'] = everything) =>
    mergedReport(
      { ...run, id: '20300602T050000Z-all', scope, endedAt: '2030-06-02T05:00:00.000Z' },
      results(more),
      first,
      [],
    );
  const states = ({ findings }: ComplianceReport) =>
    findings.map(({ id, status }) => `${status} ${id}`).sort();

  it('keeps since when a finding is known, and tells what is new and what is gone', () => {
    const again = { ...finding('tunnel-sstp', gatewayId), firstSeenAt: '2030-06-02T05:00:00.000Z' };
    const report = next({ gateways: [checked(gatewayId)], findings: [again, finding('audit-off', npsId)] });
    expect(report.findings.find(({ rule }) => rule === 'tunnel-sstp')!.firstSeenAt).toBe(now);
    expect(report.changes).toMatchObject({
      new: [`audit-off-${npsId}`],
      resolved: [{ rule: 'gateway-failed', target: other }],
    });
    // The run looked for it and did not find it: it is gone.
    expect(report.gateways.map(({ id }) => id)).toEqual([gatewayId]);
  });

  it('takes nothing for resolved that it could not read', () => {
    const hidden = {
      target: `/subscriptions/${gatewayId.split('/')[2]}`,
      reason: 'No access.',
      checkedAt: now,
    };
    const report = next({ unchecked: [hidden] });
    expect(states(report)).toEqual([
      `unconfirmed gateway-failed-${other}`,
      `unconfirmed tunnel-sstp-${gatewayId}`,
    ]);
    expect(report.gateways.map(({ status }) => status)).toEqual(['unknown', 'unknown']);
    expect(report.changes.resolved).toEqual([]);
    expect(report.summary.findings.high).toBe(0);
  });

  it('nor what a single rule could not look at', () => {
    const blind = { target: gatewayId, reason: 'Off.', rules: ['tunnel-sstp'], checkedAt: now };
    const report = next({ gateways: [checked(gatewayId), checked(other)], unchecked: [blind] });
    expect(states(report)).toEqual([`unconfirmed tunnel-sstp-${gatewayId}`]);
    expect(report.changes.resolved).toMatchObject([{ rule: 'gateway-failed' }]);
  });

  it('leaves alone what was not in its scope', () => {
    const report = next({ gateways: [checked(gatewayId)] }, { subscriptionIds: [], gatewayIds: [gatewayId] });
    expect(states(report)).toEqual([`open gateway-failed-${other}`]);
    expect(report.gateways).toHaveLength(2);
  });
});

describe('tickets', () => {
  it('for high findings that nobody repairs or waives, a limited number at a time', () => {
    const many = Array.from({ length: 30 }, (_, index) => finding('tunnel-sstp', `${gatewayId}-${index}`));
    const quiet = [
      finding('address-pool-shared', gatewayId, 'low'),
      { ...finding('gateway-failed', other), status: 'waived' as const },
      { ...finding('policy-not-granting', npsId), repair: { status: 'planned' as const, detail: '' } },
    ];
    const work = ticketWork([...many, ...quiet], {});
    expect([work.open.length, work.postponed, work.close]).toEqual([25, 5, []]);
    expect(work.open[0]!.ticket).toMatchObject({
      title: 'The gateway still allows SSTP: vpngw-hub-0',
      text: expect.stringContaining('It is so.'),
    });
  });

  it('closed when the finding is gone, kept while it cannot be confirmed', () => {
    const [one, two] = [finding('tunnel-sstp', gatewayId), finding('gateway-failed', other)];
    const ledger = Object.fromEntries(
      ticketWork([one, two], {}).open.map(({ finding: id, ticket }) => [id, { number: 'INC1', ticket }]),
    );
    expect(ticketWork([{ ...one, status: 'unconfirmed' }, two], ledger)).toMatchObject({
      open: [],
      close: [],
    });
    expect(ticketWork([two], ledger).close).toMatchObject([{ finding: one.id, number: 'INC1' }]);
  });
});

describe('the forms', () => {
  const report: ComplianceReport = {
    ...first,
    findings: [
      {
        ...finding('tunnel-sstp', gatewayId),
        evidence: ['</script><img src=x onerror=alert(1)>', '"quoted", and more'],
      },
      { ...finding('gateway-failed', '=cmd()'), evidence: ['=1+1'] },
    ],
  };

  it('CSV: quoted where it must be, and no formula', () => {
    const lines = reportCsv(report, digest).split('\r\n');
    expect(lines[0]).toMatch(/^\uFEFFseverity,status,rule,title,target,evidence/);
    expect(lines[1]).toContain('"</script><img src=x onerror=alert(1)> ""quoted"", and more"');
    expect(lines[2]).toContain("'=cmd(),'=1+1,");
  });

  it.each([' =1', '\n=1', '\r\n\t=1', '\u00a0=1', '\u200b=1', '＝1', ' ＠sum', '\uFEFF-1', '+1', '\t1'])(
    'CSV: %j cannot become a formula',
    (evidence) => {
      const findings = [{ ...finding('tunnel-sstp', gatewayId), evidence: [evidence] }];
      const csv = reportCsv({ ...report, findings }, digest);
      expect(csv).toContain(`'${evidence}`);
    },
  );

  it('CSV: a semicolon begins no cell where it separates them', () => {
    const evidence = ['x;=cmd()'];
    const findings = [{ ...finding('tunnel-sstp', gatewayId), evidence }];
    const csv = reportCsv({ ...report, findings }, digest);
    expect(csv).toContain('"x;=cmd()"');
  });

  it('HTML: tickets that were not opened are named with the reason, which cannot become markup', () => {
    const reason = 'No ticket could be opened. <img src=x>';
    const html = reportHtml({ ...report, ticketProblems: [{ finding: 'f-1', reason }] }, digest);
    expect(html).toContain('<code>finding f-1</code>: No ticket could be opened. &lt;img src=x>');
    expect(reportHtml(report, digest)).not.toContain('Tickets that were not opened');
  });

  it('HTML: evidence cannot become markup, and nothing is loaded from anywhere', () => {
    const html = reportHtml(report, digest);
    expect(html.match(/<\/script>/g)).toHaveLength(2);
    expect(html).not.toContain('<img');
    expect(html).toContain("default-src 'none'");
  });
});

describe('what an auditor looks for', () => {
  const hidden = `/subscriptions/${gatewayId.split('/')[2]}`;
  const subscription = { id: hidden.split('/')[2]!, status: 'read', gateways: 0, checkedAt: now } as const;
  const report = mergedReport(
    { ...run, trigger: 'request', startedBy: { name: 'anna@contoso.com', id: 'oid-1' } },
    results({
      subscriptions: [subscription],
      gateways: [checked(gatewayId), checked(other)],
      npsServers: [
        {
          id: npsId,
          name: 'nps-01',
          status: 'compliant',
          findings: 0,
          passed: ['nps-service'],
          gateways: 2,
          checkedAt: now,
        },
      ],
      findings: Array.from({ length: 250 }, (_, index) => finding('tunnel-sstp', `${gatewayId}-${index}`)),
      unchecked: [{ target: other, reason: 'No access.', rules: ['public-ip-basic'], checkedAt: now }],
      tallies: { 'gateway-not-route-based': { ...noTally(), compliant: 2 } },
    }),
    undefined,
    [],
  );
  const text = (form: string) => form.replaceAll('""', '"');
  const forms: readonly [string, string][] = [
    ['CSV', text(reportCsv(report, digest))],
    ['HTML', reportHtml(report, digest)],
  ];

  it.each(forms)(
    '%s: inventory, rules that passed, versions, who and when, the SHA-256 of the JSON',
    (_, form) => {
      for (const one of [gatewayId, other, npsId, hidden, 'VpnGw1AZ', 'nps-service', 'No access.'])
        expect(form).toContain(one);
      for (const one of ['anna@contoso.com oid-1', 'check on request', now, '1.2.3', 'sha256:abc', digest])
        expect(form).toContain(one);
      // Also rules that were checked against nothing.
      for (const { id } of report.rules) expect(form).toContain(id);
    },
  );

  it('counts the gateways of each subscription, and what each rule said', () => {
    expect(report.subscriptions).toEqual([{ ...subscription, gateways: 2 }]);
    expect(report.rules.find(({ id }) => id === 'gateway-not-route-based')!.tally.compliant).toBe(2);
    const csv = reportCsv(report, digest);
    expect(csv.split('\r\n').filter((line) => line.includes(',finding,'))).toHaveLength(250);
  });

  it('a check of one gateway takes nothing back that was said of its subscription', () => {
    const scope = { subscriptionIds: [], gatewayIds: [gatewayId] };
    const partly = { ...subscription, status: 'partly', checkedAt: '2030-06-02T05:00:00.000Z' } as const;
    const next = mergedReport({ ...run, scope }, results({ subscriptions: [partly] }), report, []);
    expect(next.subscriptions).toMatchObject([{ status: 'read', checkedAt: now }]);
    const alone = mergedReport({ ...run, scope }, results({ subscriptions: [partly] }), undefined, []);
    expect(alone.subscriptions).toMatchObject([{ status: 'partly', gateways: 0 }]);
  });
});

describe('shared pools', () => {
  const pools = [
    { by: 'a', prefixes: ['172.16.0.0/24'] },
    { by: 'b', prefixes: ['172.16.0.128/25', '172.16.9.0/24'] },
    { by: 'c', prefixes: ['172.16.0.0/16'] },
    { by: 'd', prefixes: ['10.1.0.0/24'] },
  ];
  const shared = sharedPools(pools);
  it.each([
    ['a', 2, ['b', 'c']],
    ['b', 3, ['a', 'c']],
    ['c', 3, ['a', 'b']],
    ['d', 0, []],
  ])('of %s: %d', (by, count, first) => {
    const found = shared(by, pools.find((one) => one.by === by)!.prefixes);
    expect([found.count, [...found.first].sort()]).toEqual([count, first]);
  });
});

it('an NPS server is asked once, and again for what one answer or one command line cannot hold and for names that meet', () => {
  const user = (index: number, name = `gw-${index}`) => ({
    host: index % 2 ? npsId : npsId.toUpperCase(),
    user: {
      gatewayId: `${gatewayId.replace('vpngw-hub', name)}`,
      gatewaySubnetPrefix: `10.${index}.0.0/27`,
      protocols: index === 3 ? ['OpenVPN'] : ['IkeV2'],
      networkPolicy: policy,
      mfaExtension: index === 0 ? ('skip' as const) : ('require' as const),
    },
  });
  const few = npsTests([user(0), user(1), user(2, 'gw-1'), user(3)], { secretProofKey: 'key' });
  expect(few.tests.map(({ gatewayIds }) => gatewayIds.length)).toEqual([2, 1, 1]);
  const all = { mfaExtension: 'require', protocols: ['IkeV2', 'OpenVPN'] };
  expect(few.hosts).toMatchObject([
    { gateways: 3, tests: [0, 1], ...all },
    { gateways: 1, tests: [2], ...all },
  ]);
  expect(JSON.parse(few.tests[0]!.desiredState)).toMatchObject({
    radiusClients: [
      { name: 'gw-0', address: '10.0.0.0/27' },
      { name: 'gw-1', address: '10.1.0.0/27' },
    ],
    brief: true,
    networkPolicy: { authenticationMethods: ['EAP'] },
    blastRadius: { requireMessageAuthenticator: false },
    secretProofKey: 'key',
  });
  // Nobody asks whether users of an IKEv2 gateway could sign in with OpenVPN.
  expect(JSON.parse(few.tests[2]!.desiredState)).toMatchObject({
    radiusClients: [{ name: 'gw-3' }],
    networkPolicy: { authenticationMethods: ['PAP'] },
    blastRadius: { requireMessageAuthenticator: false },
  });
  // The policies of user groups are named for one gateway.
  const { user: of, ...on } = user(1);
  const askedGroups = [{ name: 'finance', attribute: '6ad1bd01', windowsGroup: 'CONTOSO\\Finance' }];
  const withGroups = npsTests([user(5), { ...on, user: { ...of, askedGroups } }, user(7)], {
    secretProofKey: 'key',
  });
  expect(withGroups.tests.map(({ gatewayIds }) => gatewayIds.length)).toEqual([2, 1]);
  expect(withGroups.tests.map((test) => JSON.parse(test.desiredState).groupPolicies?.prefix)).toEqual([
    undefined,
    'VPN gateway gw-1 group ',
  ]);
  const many = (name: (index: number) => string) =>
    npsTests(
      Array.from({ length: 125 }, (_, index) => user(index, name(index))),
      { secretProofKey: 'key' },
    );
  expect(many((index) => `gw-${index}`).tests.map(({ gatewayIds }) => gatewayIds.length)).toEqual([
    60, 60, 4, 1,
  ]);
  const long = many((index) => `${'x'.repeat(76)}-${index}`);
  expect(long.tests.map(({ gatewayIds }) => gatewayIds.length)).toEqual([43, 43, 38, 1]);
  // 8,191 characters are a command line of cmd.exe.
  for (const { desiredState } of long.tests)
    expect(Buffer.from(desiredState).toString('base64').length).toBeLessThan(7500);
});

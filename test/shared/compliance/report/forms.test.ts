import { expect, it } from 'vitest';
import { noTally } from '../../../../shared/compliance/assessment.ts';
import { ruleOf } from '../../../../shared/compliance/catalogue.ts';
import { mergedReport, noResults } from '../../../../shared/compliance/merge.ts';
import { reportCsv } from '../../../../shared/compliance/report/csv.ts';
import { reportHtml } from '../../../../shared/compliance/report/html.ts';
import { now } from '../facts.ts';

const audit = ruleOf.get('audit-off')!;
const checked = { checkedAt: now, findings: 1, status: 'unknown' as const };
const report = mergedReport(
  {
    ...{ id: 'run-1', trigger: 'deployment', startedBy: { name: 'deployment', id: 'vpn-1' } },
    ...{ scope: { subscriptionIds: ['s-1'], gatewayIds: ['/gw'] }, remediate: true },
    ...{ startedAt: now, endedAt: now, versions: { app: '1.2.3', npsModule: 'sha256:ab' } },
  },
  {
    ...noResults(),
    subscriptions: [{ id: 's-1', status: 'read', gateways: 0, checkedAt: now }],
    gateways: [
      {
        ...{ id: '/gw', name: 'gw', location: 'westeurope', sku: 'VpnGw1AZ', deployed: true },
        ...{ ...checked, passed: ['a', 'b'], npsServers: [] },
      },
    ],
    npsServers: [{ ...checked, id: '/nps', name: 'nps', passed: ['c'], gateways: 1 }],
    records: { virtualNetworks: 1, documents: 2, read: 3 },
    findings: [
      {
        ...{ id: 'f-1', rule: 'audit-off', severity: 'medium', status: 'waived', target: '/nps' },
        ...{ evidence: ['One.', 'Two.'], firstSeenAt: now, checkedAt: now, ticket: 'INC1' },
        waiver: { owner: 'anna', reason: 'later', until: '2030-07-01', by: 'berta' },
        repair: { status: 'refused', detail: 'no' },
      },
    ],
    unchecked: [
      { target: '/gw', reason: 'No access.', checkedAt: now },
      { target: '/nps', reason: 'It is off.', rules: ['a', 'b'], checkedAt: now },
      { target: '/nps-2', reason: 'It is off.', checkedAt: now },
    ],
    tallies: { 'audit-off': { ...noTally(), waived: 1 } },
  },
  undefined,
  [],
);

/** A line of the form: the cells that are not empty. */
const told = (cells: Readonly<Record<string, string>>) =>
  [
    ...['severity', 'status', 'rule', 'title', 'target', 'evidence', 'fix', 'firstSeenAt', 'checkedAt'],
    ...['waiverOwner', 'waiverReason', 'waiverUntil', 'ticket', 'repair', 'about', 'id', 'waivedBy'],
  ]
    .map((column) => cells[column] ?? '')
    .map((text) => (/[",;]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text))
    .join(',');

it('CSV has a line for each finding, each thing that was not checked, each resource, rule and fact of the run', () => {
  const lines = [...reportCsv(report, 'digest')].join('').split('\r\n');
  const { title, fix, severity } = audit;
  const waiver = { waiverOwner: 'anna', waiverReason: 'later', waiverUntil: '2030-07-01', waivedBy: 'berta' };
  const unchecked = {
    status: 'unknown',
    title: 'Could not be checked',
    checkedAt: now,
    about: 'not checked',
  };
  const inventory = { status: 'unknown', checkedAt: now };
  const finding = { id: 'f-1', rule: 'audit-off', target: '/nps', evidence: 'One. Two.', ticket: 'INC1' };
  expect(lines.slice(1, 8)).toEqual(
    [
      {
        ...{ ...finding, severity, title, fix, ...waiver, firstSeenAt: now, checkedAt: now },
        ...{ status: 'waived', repair: 'refused: no', about: 'finding' },
      },
      { ...unchecked, rule: 'all rules', target: '/gw', evidence: 'No access.' },
      { ...unchecked, rule: 'a b', target: '/nps', evidence: 'It is off.' },
      { ...unchecked, rule: 'all rules', target: '/nps-2', evidence: 'It is off.' },
      {
        ...{ status: 'read', checkedAt: now },
        ...{ target: '/subscriptions/s-1', about: 'subscription', evidence: '0 gateways' },
      },
      {
        ...{ ...inventory, title: 'gw', target: '/gw', about: 'gateway' },
        evidence: 'VpnGw1AZ in westeurope. Passed 2: a b',
      },
      {
        ...{ ...inventory, title: 'nps', target: '/nps', about: 'NPS server' },
        evidence: '1 gateways. Passed 1: c',
      },
    ].map(told),
  );
  const tally = 'compliant 0, violated 0, waived 1, unknown 0, notApplicable 0';
  expect(lines).toContain(
    told({ severity, rule: 'audit-off', title, fix, evidence: tally, about: 'rule of a NPS server' }),
  );
  const run = { checkedAt: now, about: 'run', id: 'run-1' };
  expect(lines.slice(-12)).toEqual([
    ...[
      ['Run', 'run-1'],
      ['Kind', 'check after a deployment'],
      ['Started by', 'deployment vpn-1'],
      ['Started', now],
      ['Ended', now],
      ['Scope', '/subscriptions/s-1, /gw'],
      [
        'Records of deployments',
        '2 of 1 virtual networks. The content of 3 was checked: the newest of each, and a part of the older ones, which is another part each day',
      ],
      ['Repairs', 'safe repairs were asked for'],
      ['App', '1.2.3'],
      ['NPS module', 'sha256:ab'],
      ['SHA-256 of the JSON form', 'digest'],
    ].map(([name, evidence]) => told({ ...run, title: name!, evidence: evidence! })),
    '',
  ]);
});

it('HTML holds the same as data, with each rule and each reason once', () => {
  const html = [...reportHtml(report, 'digest')].join('');
  const data = /<script type="application\/json" id="data">([\s\S]*?)<\/script>/.exec(html)![1]!;
  const { id, title, why, fix, source } = audit;
  expect(JSON.parse(data)).toEqual({
    rules: [{ id, title, why, fix, source }],
    rows: [
      [
        ...[0, 'medium', 'waived', '/nps', ['One.', 'Two.'], '2030-06-01'],
        ...['Waived by berta for anna until 2030-07-01: later', 'INC1', 'Not repaired automatically: no'],
      ],
    ],
    unchecked: [
      ['It is off.', ['/nps', '/nps-2']],
      ['No access.', ['/gw']],
    ],
    inventory: [
      ['subscription', '/subscriptions/s-1', 'read', '0 gateways · 2030-06-01 05:00'],
      ['gateway', '/gw', 'unknown', 'VpnGw1AZ, westeurope · 2030-06-01 05:00 · passes 2 rules: a, b'],
      ['NPS server', '/nps', 'unknown', '1 gateways · 2030-06-01 05:00 · passes 1 rule: c'],
    ],
  });
  for (const one of [
    '<title>VPN compliance, 2030-06-01</title>',
    'UTC · only a part of the gateways; the others as they were checked last · run <code>run-1</code>',
    '<h2>Could not be checked</h2>',
    '<p class="note">1 waived · 0 not confirmed</p>',
    '<span><b>1</b> new</span><span><b>0</b> resolved</span>',
    '<h2>Gateways</h2><p class="big">1</p>',
    '<h2>NPS servers</h2><p class="big">1</p>',
    '<i class="good" style="width:0%"></i><i class="bad" style="width:0%"></i><i class="dim" style="width:100%"></i>',
    '<span><b>0</b> compliant</span><span><b>0</b> not</span><span><b>1</b> unknown</span>',
    '<code>audit-off</code></td><td>NPS server</td><td>0</td><td>0</td><td>1</td><td>0</td><td>0</td></tr>',
    '<dt>Scope</dt><dd><code>/subscriptions/s-1, /gw</code></dd>',
    '<option value="open">open</option><option value="waived">waived</option>',
    'data-severity="medium"><b>0</b> medium</button>',
  ])
    expect(html).toContain(one);
});

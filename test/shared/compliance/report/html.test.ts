import { describe, expect, it } from 'vitest';
import type { ComplianceFinding } from '../../../../shared/compliance/assessment.ts';
import { mergedReport, noResults } from '../../../../shared/compliance/merge.ts';
import { reportHtml } from '../../../../shared/compliance/report/html.ts';
import type { ComplianceReport } from '../../../../shared/compliance/report/report.ts';
import { runFacts } from '../../../../shared/compliance/report/run-facts.ts';
import { gatewayId } from '../../hub.ts';
import { now } from '../facts.ts';

const checked = (id: string, status: 'compliant' | 'nonCompliant' | 'unknown', passed: string[] = []) => ({
  ...{ id, name: id, location: 'westeurope', sku: 'VpnGw1AZ', status, findings: 0, passed },
  ...{ deployed: false, npsServers: [], checkedAt: now },
});
const quiet = mergedReport(
  {
    ...{ id: 'run-1', trigger: 'timer', startedBy: { name: 'schedule' }, remediate: false },
    ...{ scope: { subscriptionIds: [], gatewayIds: [] }, startedAt: now, endedAt: now },
    versions: { app: '1.2.3', npsModule: 'sha256:ab' },
  },
  {
    ...noResults(),
    gateways: [checked('/a', 'compliant'), checked('/b', 'nonCompliant'), checked('/c', 'unknown')],
  },
  undefined,
  [],
);
const finding: ComplianceFinding = {
  ...{ id: 'f-1', rule: 'tunnel-sstp', severity: 'high', status: 'open', target: gatewayId },
  ...{ evidence: ['It is so.'], firstSeenAt: now, checkedAt: now },
};
const page = (more: Partial<ComplianceReport> = {}) =>
  [...reportHtml({ ...quiet, ...more }, 'digest')].join('');
const dataOf = (html: string) => JSON.parse(/id="data">([\s\S]*?)<\/script>/.exec(html)![1]!);
const rowOf = (more: Partial<ComplianceFinding>) =>
  dataOf(page({ findings: [{ ...finding, ...more }] })).rows[0] as string[];

describe('the page of a report over everything', () => {
  it('says nothing of what it has not: a part, what could not be checked, tickets', () => {
    const html = page();
    expect(html).toContain('UTC · run <code>run-1</code>');
    expect(html).not.toContain('Could not be checked');
    expect(html).toContain('</section>\n\n\n<section>\n<h2>Findings</h2>');
  });

  it('shows how many resources comply, also as shares, and of none that it is none', () => {
    const html = page();
    expect(html).toContain(
      '<i class="good" style="width:33.3%"></i><i class="bad" style="width:33.3%"></i><i class="dim" style="width:33.3%"></i>',
    );
    expect(html).toContain(
      '<h2>NPS servers</h2><p class="big">0</p>\n<div class="meter" aria-hidden="true"><i class="good" style="width:0%"></i>',
    );
  });

  it('has a button for each severity, and each status to choose from', () => {
    const html = page();
    expect(html).toContain('</button><button type="button" class="chip medium"');
    expect(html).toContain('<option value="unconfirmed">unconfirmed</option></select>');
  });

  it('has a row for each rule, and a line for each fact of the run', () => {
    const html = page();
    expect(html).toMatch(/<\/tr>\n<tr><td><span class="tag /);
    for (const [name, value] of runFacts(quiet))
      expect(html).toContain(`<dt>${name}</dt><dd><code>${value}</code></dd>`);
    expect(html).toContain('</dd><dt>');
  });

  it('says of a resource that passed nothing just that', () => {
    const html = page();
    expect(dataOf(html).inventory[0][3]).toBe('VpnGw1AZ, westeurope · 2030-06-01 05:00 · passes 0 rules');
    expect(dataOf(page({ gateways: [checked('/a', 'compliant', ['x'])] })).inventory[0][3]).toContain(
      'passes 1 rule: x',
    );
  });
});

describe('a finding on the page', () => {
  it('has a waiver, a ticket and a repair only where there is one', () => {
    expect(rowOf({}).slice(6)).toEqual(['', '', '']);
    expect(rowOf({ ticket: 'INC1', repair: { status: 'planned', detail: 'OpenVPN only' } }).slice(7)).toEqual(
      ['INC1', 'Repair planned: OpenVPN only'],
    );
    expect(rowOf({ repair: { status: 'refused', detail: 'it removes SSTP' } })[8]).toBe(
      'Not repaired automatically: it removes SSTP',
    );
  });

  it('keeps every letter of its evidence, whatever that is', () => {
    const evidence = ['<b>"&\'</script>'];
    expect(rowOf({ evidence })[4]).toEqual(evidence);
  });
});

it.each([
  [{ finding: 'f-1', ticket: 'INC1', reason: 'No.' }, '<li><code>ticket INC1, finding f-1</code>: No.</li>'],
  [{ ticket: 'INC1', reason: 'No.' }, '<li><code>ticket INC1</code>: No.</li>'],
  [{ finding: 'f-1', reason: 'No.' }, '<li><code>finding f-1</code>: No.</li>'],
  [{ reason: 'A & "B" <C>' }, '<li>A &amp; &quot;B&quot; &lt;C></li>'],
])('a ticket that was not opened or closed is told with what is known of it: %j', (problem, item) => {
  expect(page({ ticketProblems: [problem] })).toContain(`<ul>${item}</ul>`);
});

it('two tickets that were not opened stand side by side', () => {
  const problems = ['One.', 'Two.'].map((reason) => ({ reason }));
  expect(page({ ticketProblems: problems })).toContain('<ul><li>One.</li><li>Two.</li></ul>');
});

it('what could not be checked is said to be unknown', () => {
  const html = page({ unchecked: [{ target: '/a', reason: 'No access.', checkedAt: now }] });
  expect(html).toContain('<strong>unknown</strong>, not compliant');
  expect(dataOf(html).unchecked).toEqual([['No access.', ['/a']]]);
});

it('the facts of a run over everything, which nobody signed in for', () => {
  const facts = Object.fromEntries(runFacts(quiet));
  expect(facts).toMatchObject({
    Kind: 'scheduled check',
    'Started by': 'schedule',
    Scope: 'everything',
    Repairs: 'no repairs were asked for',
  });
  const one = Object.fromEntries(runFacts({ ...quiet, scope: { subscriptionIds: [], gatewayIds: ['/gw'] } }));
  expect(one).toMatchObject({
    Scope: '/gw',
    'Records of deployments': 'not checked: this run was only about some gateways',
  });
});

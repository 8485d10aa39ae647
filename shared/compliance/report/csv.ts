import { fixSentence } from '../../core/check.ts';
import type { ComplianceFinding, Unchecked } from '../assessment.ts';
import { ruleOf } from '../catalogue.ts';
import type { ComplianceReport } from './report.ts';
import { runFacts } from './run-facts.ts';

const columns = [
  'severity',
  'status',
  'rule',
  'title',
  'target',
  'evidence',
  'fix',
  'firstSeenAt',
  'checkedAt',
  'waiverOwner',
  'waiverReason',
  'waiverUntil',
  'ticket',
  'repair',
  'about',
  'id',
  'waivedBy',
] as const;

type Column = (typeof columns)[number];
type Cells = Readonly<Partial<Record<Column, string | undefined>>>;

/**
 * First the findings and what could not be checked (status `unknown`), one line each. Then the inventory, the rules
 * with their outcomes, and the run with the SHA-256 of its JSON form. The column `about` says which kind a line is. RFC
 * 4180, with the byte order mark that Excel needs.
 */
export function* reportCsv(report: ComplianceReport, sha256: string): Generator<string> {
  yield `\uFEFF${columns.join(',')}\r\n`;
  for (const cells of csvLines(report, sha256))
    yield `${columns.map((column) => field(cells[column] ?? '')).join(',')}\r\n`;
}

function* csvLines(report: ComplianceReport, sha256: string): Generator<Cells> {
  for (const finding of report.findings) yield findingCells(finding);
  for (const one of report.unchecked) yield uncheckedCells(one);
  yield* inventoryCells(report);
  yield* report.rules.map(ruleCells);
  yield* runCells(report, sha256);
}

function findingCells({ id, evidence, waiver, repair, ...finding }: ComplianceFinding): Cells {
  const text = ruleOf.get(finding.rule);
  const { title } = text ?? {};
  const fix = text && fixSentence(text);
  const { severity, status, rule, target, firstSeenAt, checkedAt, ticket } = finding;
  return {
    ...{ severity, status, rule, title, target, evidence: evidence.join(' '), fix, firstSeenAt, checkedAt },
    waiverOwner: waiver?.owner,
    waiverReason: waiver?.reason,
    waiverUntil: waiver?.until,
    waivedBy: waiver?.by,
    ticket,
    repair: repair && `${repair.status}: ${repair.detail}`,
    about: 'finding',
    id,
  };
}

function uncheckedCells({ target, reason, rules, checkedAt }: Unchecked): Cells {
  const rule = rules?.join(' ') ?? 'all rules';
  const [status, title] = ['unknown', 'Could not be checked'];
  return { status, rule, title, target, evidence: reason, checkedAt, about: 'not checked' };
}

function* inventoryCells({ subscriptions, gateways, npsServers }: ComplianceReport): Generator<Cells> {
  const passed = (rules: readonly string[]) => `Passed ${rules.length}: ${rules.join(' ')}`;
  for (const { id, status, gateways: count, checkedAt } of subscriptions)
    yield {
      ...{ status, target: `/subscriptions/${id}`, checkedAt, about: 'subscription' },
      evidence: `${count} gateways`,
    };
  for (const { id, name, status, checkedAt, ...gateway } of gateways)
    yield {
      ...{ status, title: name, target: id, checkedAt, about: 'gateway' },
      evidence: `${gateway.sku} in ${gateway.location}. ${passed(gateway.passed)}`,
    };
  for (const { id, name, status, checkedAt, ...server } of npsServers)
    yield {
      ...{ status, title: name, target: id, checkedAt, about: 'NPS server' },
      evidence: `${server.gateways} gateways. ${passed(server.passed)}`,
    };
}

function ruleCells(rule: ComplianceReport['rules'][number]): Cells {
  const { id, severity, title, about, tally } = rule;
  const fix = fixSentence(rule);
  const evidence = Object.entries(tally).map(([outcome, count]) => `${outcome} ${count}`);
  return { severity, rule: id, title, fix, evidence: evidence.join(', '), about: `rule of a ${about}` };
}

function runCells(report: ComplianceReport, sha256: string): readonly Cells[] {
  const { id, endedAt } = report;
  const told = [...runFacts(report), ['SHA-256 of the JSON form', sha256] as const];
  return told.map(([title, evidence]) => ({ title, evidence, checkedAt: endedAt, about: 'run', id }));
}

/**
 * A text that a spreadsheet would run as a formula gets an apostrophe in front (OWASP, "CSV Injection"). Spreadsheets
 * ignore spaces, line breaks and invisible characters before a formula, and East Asian editions also accept the
 * full-width signs.
 */
const formula = /^[\s\p{C}]*[=+\-@＝＋－＠]|^[\t\r\n]/u;

function field(text: string): string {
  const safe = formula.test(text) ? `'${text}` : text;
  // Where the decimal separator is a comma, a semicolon would begin a new cell.
  return /[",;\t\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

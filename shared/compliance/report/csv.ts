import { ruleOf } from '../catalogue.ts';
import type { ComplianceReport } from './report.ts';

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
] as const;

/** Findings, then what could not be checked (status `unknown`), one line each: RFC 4180, with the byte order mark that Excel needs. */
export function reportCsv({ findings, unchecked }: Pick<ComplianceReport, 'findings' | 'unchecked'>): string {
  const lines = [columns.join(',')];
  for (const finding of findings) {
    const { severity, status, rule, target, evidence, firstSeenAt, checkedAt, waiver, ticket, repair } =
      finding;
    const { title = '', fix = '' } = ruleOf.get(rule) ?? {};
    lines.push(
      line([
        severity,
        status,
        rule,
        title,
        target,
        evidence.join(' '),
        fix,
        firstSeenAt,
        checkedAt,
        waiver?.owner,
        waiver?.reason,
        waiver?.until,
        ticket,
        repair && `${repair.status}: ${repair.detail}`,
      ]),
    );
  }
  for (const { target, reason, rules, checkedAt } of unchecked) {
    const about = rules?.join(' ') ?? 'all rules';
    lines.push(line(['', 'unknown', about, 'Could not be checked', target, reason, '', '', checkedAt]));
  }
  return `\uFEFF${lines.join('\r\n')}\r\n`;
}

function line(values: readonly (string | undefined)[]): string {
  return columns.map((_, index) => field(values[index] ?? '')).join(',');
}

/**
 * What a spreadsheet would run as a formula gets an apostrophe before it (OWASP, "CSV Injection"). Spreadsheets look past
 * spaces, breaks and characters without a shape, and East Asian editions take the full-width signs too.
 */
const formula = /^[\s\p{C}]*[=+\-@＝＋－＠]|^[\t\r\n]/u;

function field(text: string): string {
  const safe = formula.test(text) ? `'${text}` : text;
  // Where the decimal separator is a comma, a semicolon would begin a new cell.
  return /[",;\t\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

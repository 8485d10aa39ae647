import { npsChecks } from './table.ts';

const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;

/** `nps/private/run/findings.generated.ps1`: the part of each check that the PowerShell module needs. */
export function findingsFile(): string {
  const rows = npsChecks.map(
    ({ id, severity, title, fix, blocks }) =>
      `    ${quoted(id)} = @{ severity = ${quoted(severity)}; title = ${quoted(title)}; fix = ${quoted(fix)}; blocks = ${blocks ? quoted(blocks) : '$null'} }`,
  );
  return [
    '# Made from shared/nps/checks/ by "npm run documents"; a test compares the two.',
    '$VpnNpsChecks = @{',
    ...rows,
    '}',
    '',
  ].join('\n');
}

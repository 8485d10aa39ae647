import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { findingsFile } from '../../../../shared/nps/checks/powershell.ts';

const generated = new URL('../../../../nps/private/run/findings.generated.ps1', import.meta.url);

it('the module has the table of checks as it is now: npm run documents', () => {
  expect(readFileSync(generated, 'utf8').replaceAll('\r\n', '\n')).toBe(findingsFile());
});

import '../entry.mjs';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

// `npm run build` first: the table of the PowerShell module is made from the built checks.
const { findingsFile } = await import('../../dist/shared/nps/checks/powershell.js');
writeFileSync(
  fileURLToPath(new URL('../../nps/private/run/findings.generated.ps1', import.meta.url)),
  findingsFile(),
);

import '../entry.mjs';
import '../stop-signals.mjs';
import { basename, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findBicep, openBicep } from './bicep.mjs';
import { problemsIn } from './infra-problems.mjs';

/**
 * Checks the Bicep files of a folder with the compiler, and against what Azure and azd are known to refuse.
 *
 *   node scripts/infra/check-infra.mjs [folder]     the folder is infra when none is given
 */
const folder = resolve(process.argv[2] ?? fileURLToPath(new URL('../../infra', import.meta.url)));
const cli = findBicep();
if (!cli) {
  console.log(
    'check:infra SKIPPED: there is no Bicep CLI. Install it (az bicep install puts it into ~/.azure/bin), put it on PATH or name it in BICEP.',
  );
  process.exit(0);
}

// Parameter files may read what azd sets.
const compiler = openBicep(cli, { AZURE_ENV_NAME: 'checked', AZURE_LOCATION: 'westeurope', ...process.env });
const { problems, templates, parameters, types } = await problemsIn(folder, compiler);
compiler.close();
if (problems.length > 0) {
  console.error(problems.join('\n'));
  console.error(
    `check:infra FAILED: ${problems.length} problem${problems.length > 1 ? 's' : ''} in ${basename(folder)}`,
  );
  process.exit(1);
}
for (const type of types) console.log(`checked ${type}`);
console.log(
  `check:infra passed: ${templates} templates, ${parameters} parameter files, ${types.length} resource types`,
);

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Lints every Bicep file, compiles what is deployed and every parameter file, and lists the resource types that the
 * compiler held against Azure's own. Any warning fails; "no types available" (BCP081) is one.
 *
 *   node scripts/check-infra.mjs [folder]     infra unless given
 */
const root = fileURLToPath(new URL('..', import.meta.url));
const folder = resolve(process.argv[2] ?? `${root}infra`);

/** The Bicep CLI: on PATH, named by `BICEP`, or among the tools that may stand beside this checkout. */
function findBicep() {
  const candidates = ['bicep', process.env.BICEP, `${root}../shared/tools/bicep/bicep`];
  return candidates.find((one) => one && spawnSync(one, ['--version'], { stdio: 'ignore' }).status === 0);
}

/** Parameter files may read what azd sets. */
const env = { AZURE_ENV_NAME: 'checked', AZURE_LOCATION: 'westeurope', ...process.env };

/** Runs the compiler in the folder; returns the warnings and errors that it tells. */
function bicep(...args) {
  const { status, stderr } = spawnSync(cli, args, { cwd: folder, env, encoding: 'utf8' });
  const lines = stderr.split('\n').filter((line) => line.trim() !== '');
  const problems = lines.filter((line) => / : (Warning|Error) /.test(line));
  return status === 0 || problems.length > 0 ? problems : [`bicep ${args[0]} failed: ${lines.join(' ')}`];
}

/** The types of all resources of a compiled template, those of its modules included. */
function* typesIn(template) {
  for (const resource of Object.values(template.resources ?? {})) {
    if (resource.type === 'Microsoft.Resources/deployments') yield* typesIn(resource.properties.template);
    else yield `${resource.type}@${resource.apiVersion}`;
  }
}

const cli = findBicep();
if (!cli) {
  console.log(
    'check:infra SKIPPED: there is no Bicep CLI. Install it (az bicep install puts it into ~/.azure/bin), put it on PATH or name it in BICEP.',
  );
  process.exit(0);
}

const out = mkdtempSync(`${tmpdir()}/check-infra-`);
process.on('exit', () => rmSync(out, { recursive: true, force: true }));
const [templates, parameters] = ['templates', 'parameters'].map((name) => `${out}/${name}`);
for (const one of [templates, parameters]) mkdirSync(one);

const problems = [
  ...new Set([
    ...bicep('lint', '--pattern', '**/*.bicep'),
    ...bicep('build', '--pattern', '*.bicep', '--outdir', templates),
    ...bicep('build-params', '--pattern', '*.bicepparam', '--outdir', parameters),
  ]),
];
if (problems.length > 0) {
  console.error(problems.join('\n'));
  console.error(
    `check:infra FAILED: ${problems.length} problem${problems.length > 1 ? 's' : ''} in ${basename(folder)}`,
  );
  process.exit(1);
}

const types = readdirSync(templates).flatMap((file) => [
  ...typesIn(JSON.parse(readFileSync(`${templates}/${file}`, 'utf8'))),
]);
for (const type of [...new Set(types)].sort()) console.log(`checked ${type}`);
console.log(
  `check:infra passed: ${readdirSync(templates).length} templates, ${readdirSync(parameters).length} parameter files, ${new Set(types).size} resource types`,
);

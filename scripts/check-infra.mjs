import './stop-signals.mjs';
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { azdMistakes } from './azd-rules.mjs';
import { mistakesIn, sharedNames } from './infra-rules.mjs';

/**
 * Lints every Bicep file, compiles what is deployed and every parameter file, and lists the resource types that the
 * compiler held against Azure's own. Any warning fails; "no types available" (BCP081) is one. What each parameter file would
 * deploy is then held against the mistakes of infra-rules.mjs, and azure.yaml with its hooks against those of azd-rules.mjs.
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

/** Parameter files may read what azd sets. With the longest name that there may be, every name made of it has to fit. */
const env = {
  AZURE_ENV_NAME: 'checked-checked-checked-check1',
  AZURE_LOCATION: 'westeurope',
  ...process.env,
};
const subscription = '11111111-1111-1111-1111-111111111111';

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

/** What a parameter file would deploy, predicted without Azure, in a copy since the compiler writes beside the file. */
function predicted(file, scope, more = {}) {
  const args = [
    'snapshot',
    `${copy}/${file}`,
    '--mode',
    'overwrite',
    '--subscription-id',
    subscription,
    ...scope,
  ];
  const { status, stderr } = spawnSync(cli, args, { env: { ...env, ...more }, encoding: 'utf8' });
  if (status !== 0) return { problem: `${file}: ${stderr.trim()}`, resources: [] };
  const text = readFileSync(`${copy}/${file.replace('.bicepparam', '.snapshot.json')}`, 'utf8');
  return { resources: JSON.parse(text).predictedResources };
}

/** The event subscriptions of an installation whose function app has this name. */
function subscriptionsOf(app) {
  const given = { functionAppName: app, subscriptionTopicName: 'topic', vaultTopicName: 'vault-topic' };
  const lines = Object.entries({ ...given, storageAccountName: 'storage' }).map(
    ([name, value]) => `param ${name} = '${value}'`,
  );
  writeFileSync(`${copy}/${app}.bicepparam`, ["using 'event-subscriptions.bicep'", ...lines].join('\n'));
  return predicted(`${app}.bicepparam`, ['--resource-group', 'rg-checked']);
}

/** What azd reads and runs, held against the mistakes of azd-rules.mjs. */
function ofAzd() {
  const text = (file) => (existsSync(file) ? readFileSync(file, 'utf8') : undefined);
  const yaml = text(`${folder}/../azure.yaml`);
  if (yaml === undefined) return [];
  return azdMistakes({
    yaml,
    ignored: text(`${folder}/../.funcignore`),
    hook: text(`${folder}/subscribe-events.mjs`),
    az: text(`${folder}/../scripts/az.mjs`),
    hasRolesElsewhere: existsSync(`${folder}/modules/resource-group-access.bicep`),
  });
}

/** A name that a vault cannot hold has to be refused. */
function environmentNames() {
  const name = 'vpn--prod';
  const { problem } = predicted('main.bicepparam', ['--location', 'westeurope'], { AZURE_ENV_NAME: name });
  return problem?.includes('environmentName')
    ? []
    : [`environment-name: '${name}' is taken, and a vault cannot hold it`];
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

const copy = `${out}/${basename(folder)}`;
cpSync(folder, copy, { recursive: true });
if (existsSync(`${folder}/../host.json`)) cpSync(`${folder}/../host.json`, `${out}/host.json`);

const compiled = [
  ...new Set([
    ...bicep('lint', '--pattern', '**/*.bicep'),
    ...bicep('build', '--pattern', '*.bicep', '--outdir', templates),
    ...bicep('build-params', '--pattern', '*.bicepparam', '--outdir', parameters),
  ]),
];
const files = readdirSync(folder);
const deployments = compiled.length > 0 ? [] : files.filter((file) => file.endsWith('.bicepparam'));
const mistakes = deployments.flatMap((file) => {
  const { problem, resources } = predicted(file, ['--location', 'westeurope']);
  return problem ? [problem] : mistakesIn(resources).map((mistake) => `${file}: ${mistake}`);
});
if (compiled.length === 0 && files.includes('event-subscriptions.bicep')) {
  const [one, other] = ['func-one', 'func-other'].map(subscriptionsOf);
  mistakes.push(
    ...[one, other].flatMap(({ problem }) => problem ?? []),
    ...sharedNames(one.resources, other.resources),
  );
}
if (deployments.includes('main.bicepparam')) mistakes.push(...environmentNames());
const problems = [...compiled, ...mistakes, ...ofAzd()];
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

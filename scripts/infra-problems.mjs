import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename } from 'node:path';
import { azdIgnores } from './azd-ignore.mjs';
import { mistakesIn, sharedNames } from './infra-rules.mjs';

const subscriptionId = '11111111-1111-1111-1111-111111111111';

/**
 * What is wrong in a folder of Bicep files. Every file is compiled and linted, with or without anything that refers to it, and
 * every parameter file; any warning is a problem; "no types available" (BCP081) is one. What each parameter file would deploy
 * is then held against the mistakes of infra-rules.mjs, and .funcignore against what azd makes of it. `types` are the resource
 * types that the compiler held against Azure's own.
 */
export async function problemsIn(folder, compiler) {
  const files = readdirSync(folder, { recursive: true }).map(String).sort();
  const templates = files.filter((file) => file.endsWith('.bicep'));
  const parameters = files.filter((file) => file.endsWith('.bicepparam'));
  const compiled = new Set();
  const types = new Set();
  for (const file of templates) {
    const { template, problems } = await compiler.compile(`${folder}/${file}`);
    for (const problem of problems) compiled.add(problem);
    for (const type of template ? typesIn(template) : []) types.add(type);
  }
  for (const file of parameters)
    for (const problem of await compiler.problemsOf(`${folder}/${file}`)) compiled.add(problem);

  const mistakes = [];
  for (const file of compiled.size > 0 ? [] : parameters) {
    const scope = { subscriptionId, location: 'westeurope' };
    const found = await compiler
      .predict(`${folder}/${file}`, scope)
      .then(mistakesIn, ({ message }) => [message]);
    mistakes.push(...found.map((mistake) => `${file}: ${mistake}`));
  }
  if (compiled.size === 0 && templates.includes('event-subscriptions.bicep'))
    mistakes.push(...(await namesOfTwo(folder, compiler)));
  const deployed = templates.filter((file) => !/[\\/]/.test(file));
  return {
    problems: [...compiled, ...mistakes, ...packing(folder), ...cleaningUp(folder)],
    templates: deployed.length,
    parameters: parameters.length,
    types: [...types].sort(),
  };
}

/** The types of all resources of a compiled template, those of its modules included. */
function* typesIn(template) {
  for (const resource of Object.values(template.resources ?? {})) {
    if (resource.type === 'Microsoft.Resources/deployments') yield* typesIn(resource.properties.template);
    else yield `${resource.type}@${resource.apiVersion}`;
  }
}

/** The names of event subscriptions that two installations in one subscription would take from each other. */
async function namesOfTwo(folder, compiler) {
  const copy = mkdtempSync(`${tmpdir()}/check-infra-`);
  const remove = () => rmSync(copy, { recursive: true, force: true });
  process.once('exit', remove);
  try {
    cpSync(folder, `${copy}/${basename(folder)}`, { recursive: true });
    const subscriptionsOf = (app) => {
      const given = { functionAppName: app, subscriptionTopicName: 'topic', vaultTopicName: 'vault-topic' };
      const lines = Object.entries({ ...given, storageAccountName: 'storage' }).map(
        ([name, value]) => `param ${name} = '${value}'`,
      );
      const file = `${copy}/${basename(folder)}/${app}.bicepparam`;
      writeFileSync(file, ["using 'event-subscriptions.bicep'", ...lines].join('\n'));
      return compiler.predict(file, { subscriptionId, resourceGroup: 'rg-checked' });
    };
    return sharedNames(await subscriptionsOf('func-one'), await subscriptionsOf('func-other'));
  } finally {
    process.off('exit', remove);
    remove();
  }
}

/** What azd would delete that is not its own, and which of its versions know better. */
function cleaningUp(folder) {
  const yaml = `${folder}/../azure.yaml`;
  if (!existsSync(yaml) || !existsSync(`${folder}/modules/resource-group-access.bicep`)) return [];
  return /^requiredVersions:\n {2}azd: '>= 1\.(?:24\.[1-9]|2[5-9]|[3-9]\d)/m.test(readFileSync(yaml, 'utf8'))
    ? []
    : [
        'azd-version: azure.yaml must ask for azd 1.24.1 or later; an earlier one deletes by "azd down" the groups in which a role was only assigned (azure-dev#2916)',
      ];
}

/** `remoteBuild: false` of azure.yaml against .funcignore, as azd compares them. */
function packing(folder) {
  const [yaml, ignored] = ['azure.yaml', '.funcignore'].map((file) => `${folder}/../${file}`);
  if (!existsSync(yaml) || !existsSync(ignored)) return [];
  const isLocal = /^\s+remoteBuild: false$/m.test(readFileSync(yaml, 'utf8'));
  return isLocal && azdIgnores(readFileSync(ignored, 'utf8'))('node_modules', true)
    ? [
        "funcignore: azd refuses 'remoteBuild: false' when .funcignore ignores the folder node_modules; write node_modules/*",
      ]
    : [];
}

import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename } from 'node:path';
import { azdMistakes } from './azd-rules.mjs';
import { deafToTags, mistakesIn, namesInBoth } from './infra-rules.mjs';
import { workflowMistakes } from './workflow-rules.mjs';

const subscriptionId = '11111111-1111-1111-1111-111111111111';

/**
 * What is wrong in a folder of Bicep files. Every file is compiled and linted, also when nothing refers to it, and so
 * is every parameter file. Any warning is a problem; "no types available" (BCP081) is one too. Then what each parameter
 * file would deploy is checked against the mistakes of infra-rules.mjs, azure.yaml with its hooks against those of
 * azd-rules.mjs, and the workflows against those of workflow-rules.mjs. `types` are the resource types that the compiler checked against Azure's own.
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
  if (compiled.size === 0) mistakes.push(...(await ofFurtherParameters(folder, templates, compiler)));
  const deployed = templates.filter((file) => !/[\\/]/.test(file));
  return {
    problems: [...compiled, ...mistakes, ...ofAzd(folder), ...ofWorkflows(folder)],
    templates: deployed.length,
    parameters: parameters.length,
    types: [...types].sort(),
  };
}

/** The types of all resources of a compiled template and its modules. */
function* typesIn(template) {
  for (const resource of Object.values(template.resources ?? {})) {
    if (resource.type === 'Microsoft.Resources/deployments') yield* typesIn(resource.properties.template);
    else yield `${resource.type}@${resource.apiVersion}`;
  }
}

/** What only parameters of our own show. They have to be beside their template, so they are written in a copy. */
async function ofFurtherParameters(folder, templates, compiler) {
  const copy = mkdtempSync(`${tmpdir()}/check-infra-`);
  const remove = () => rmSync(copy, { recursive: true, force: true });
  process.once('exit', remove);
  try {
    cpSync(folder, `${copy}/${basename(folder)}`, { recursive: true });
    if (existsSync(`${folder}/../host.json`)) cpSync(`${folder}/../host.json`, `${copy}/host.json`);
    const predict = (template, given, scope) => {
      const lines = Object.entries(given).map(([name, value]) => `param ${name} = '${value}'`);
      const file = `${copy}/${basename(folder)}/further.bicepparam`;
      writeFileSync(file, [`using '${template}'`, ...lines].join('\n'));
      return compiler.predict(file, { subscriptionId, ...scope });
    };
    return [
      ...(templates.includes('event-subscriptions.bicep') ? await eventsOfTwo(predict) : []),
      ...(templates.includes('main.bicep') ? await environmentNames(predict) : []),
    ];
  } finally {
    process.off('exit', remove);
    remove();
  }
}

/** What the event subscriptions of one installation miss, and what two in one subscription take from each other. */
async function eventsOfTwo(predict) {
  const given = {
    subscriptionTopicName: 'topic',
    vaultTopicName: 'vault-topic',
    storageAccountName: 'storage',
  };
  const subscriptionsOf = (functionAppName) =>
    predict('event-subscriptions.bicep', { functionAppName, ...given }, { resourceGroup: 'rg-checked' });
  const one = await subscriptionsOf('func-one');
  return [...deafToTags(one), ...namesInBoth(one, await subscriptionsOf('func-other'))];
}

/**
 * A name that a vault or a storage account cannot hold has to be refused. With the longest name that is accepted, all
 * names have to fit.
 */
async function environmentNames(predict) {
  const location = 'westeurope';
  const mistakes = [];
  for (const environmentName of ['vpn--prod', 'vpn-', '1vpn', 'vpn_prod']) {
    const said = await predict('main.bicep', { environmentName, location }, { location }).then(
      () => '',
      ({ message }) => message,
    );
    if (!said.includes('environmentName'))
      mistakes.push(
        `environment-name: '${environmentName}' is accepted, but a vault or a storage account cannot have this name`,
      );
  }
  const longest = { environmentName: `${'long-name-'.repeat(2)}long-name9`, location };
  return [...mistakes, ...mistakesIn(await predict('main.bicep', longest, { location }))];
}

/** What azd reads and runs, checked against the mistakes of azd-rules.mjs. */
function ofAzd(folder) {
  const text = (file) => (existsSync(file) ? readFileSync(file, 'utf8') : undefined);
  const yaml = text(`${folder}/../azure.yaml`);
  if (yaml === undefined) return [];
  return azdMistakes({
    yaml,
    ignored: text(`${folder}/../.funcignore`),
    hook: text(`${folder}/subscribe-events.mjs`),
    az: text(`${folder}/../scripts/az.mjs`),
    hasRolesElsewhere: existsSync(`${folder}/modules/access/resource-group-access.bicep`),
  });
}

/** The workflows, checked against the mistakes of workflow-rules.mjs. */
function ofWorkflows(folder) {
  const workflows = `${folder}/../.github/workflows`;
  return (existsSync(workflows) ? readdirSync(workflows) : []).flatMap((name) =>
    workflowMistakes(name, readFileSync(`${workflows}/${name}`, 'utf8')),
  );
}

import { spawnSync } from 'node:child_process';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

/**
 * Subscribes the functions to their events, once the code is there. Needs the Azure CLI, signed in. Repeating it changes nothing.
 *
 *   node infra/subscribe-events.mjs                           after azd deploy: what azd's environment says
 *   node infra/subscribe-events.mjs --deployment vpn-radius   what that deployment of main.bicep put out
 */
const { values: options } = parseArgs({
  options: {
    deployment: { type: 'string' },
    /** Seconds between two looks at the functions, and after how many of them to give up. */
    every: { type: 'string', default: '15' },
    looks: { type: 'string', default: '40' },
  },
});
const needed = ['vnetCreated', 'gatewayWritten', 'secretNearExpiry'];
const template = fileURLToPath(new URL('event-subscriptions.bicep', import.meta.url));

function az(...args) {
  const { status, stdout, stderr, error } = spawnSync('az', [...args, '--output', 'json'], {
    encoding: 'utf8',
    // On Windows az is a .cmd, which only a shell runs.
    shell: process.platform === 'win32',
  });
  if (error) throw new Error(`The Azure CLI (az) cannot be run: ${error.message}`);
  if (status !== 0) throw new Error(`az ${args.slice(0, 3).join(' ')} failed:\n${stderr}`);
  return JSON.parse(stdout || 'null');
}

function outputs() {
  if (!options.deployment) return process.env;
  const told = az('deployment', 'sub', 'show', '--name', options.deployment, '--query', 'properties.outputs');
  return Object.fromEntries(
    Object.entries(told ?? {}).map(([name, { value }]) => [name.toUpperCase(), value]),
  );
}

/** Right after a deployment of code it takes a while until Azure knows the functions. */
async function untilFunctionsAreThere(group, app) {
  let missing = needed;
  for (let look = 1; ; look++) {
    const found = az('functionapp', 'function', 'list', '--resource-group', group, '--name', app);
    const names = found.map(({ name }) => name.split('/').at(-1));
    missing = needed.filter((name) => !names.includes(name));
    if (missing.length === 0) return;
    if (look >= Number(options.looks)) break;
    console.log(`Waiting for ${missing.join(', ')} in ${app} …`);
    await setTimeout(Number(options.every) * 1000);
  }
  throw new Error(
    `${app} has no function ${missing.join(', ')}. Deploy the code first; when it is deployed, the app could not start: its log says why.`,
  );
}

try {
  const given = outputs();
  const names = [
    'AZURE_RESOURCE_GROUP',
    'AZURE_FUNCTION_APP_NAME',
    'SUBSCRIPTION_TOPIC_NAME',
    'SUBSCRIPTION_TOPIC_RESOURCE_GROUP',
    'VAULT_TOPIC_NAME',
    'STORAGE_ACCOUNT_NAME',
  ];
  const unset = names.filter((name) => !given[name]);
  if (unset.length > 0)
    throw new Error(
      `${unset.join(', ')} ${unset.length > 1 ? 'are' : 'is'} not set. Run it by azd, or with --deployment and the name of the deployment of main.bicep.`,
    );
  const [group, app, subscriptionTopic, subscriptionTopicGroup, vaultTopic, storage] = names.map(
    (name) => given[name],
  );
  await untilFunctionsAreThere(group, app);
  az(
    ...[
      'deployment',
      'group',
      'create',
      '--name',
      'vpn-radius-event-subscriptions',
      '--resource-group',
      group,
    ],
    ...['--template-file', template, '--parameters'],
    `functionAppName=${app}`,
    `subscriptionTopicName=${subscriptionTopic}`,
    `subscriptionTopicResourceGroup=${subscriptionTopicGroup}`,
    `vaultTopicName=${vaultTopic}`,
    `storageAccountName=${storage}`,
  );
  console.log(`${needed.join(', ')} of ${app} are subscribed to their events.`);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

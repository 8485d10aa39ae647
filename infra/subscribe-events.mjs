import '../scripts/entry.mjs';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { az } from '../scripts/az.mjs';

/**
 * Subscribes the functions to their events, after the code was deployed. Needs the Azure CLI, signed in. Repeating it
 * changes nothing.
 *
 *   node infra/subscribe-events.mjs                           after azd deploy: reads azd's environment
 *   node infra/subscribe-events.mjs --deployment vpn-radius   reads the outputs of that deployment of main.bicep
 */
const { values: options } = parseArgs({
  options: {
    deployment: { type: 'string' },
    /** azd and az may be signed in to different accounts. */
    subscription: { type: 'string', default: process.env.AZURE_SUBSCRIPTION_ID },
    /** Seconds between two reads or attempts, and the number of reads of the functions before it gives up. */
    every: { type: 'string', default: '15' },
    looks: { type: 'string', default: '40' },
  },
});
const needed = ['vnetCreated', 'gatewayWritten', 'gatewayDeleted', 'secretNearExpiry'];
const template = fileURLToPath(new URL('event-subscriptions.bicep', import.meta.url));

const scope = options.subscription ? ['--subscription', options.subscription] : [];
/**
 * What Event Grid answers while a new function, a new role assignment or another write is not yet known everywhere in
 * Azure.
 */
const passing =
  /Destination endpoint not found|PrincipalNotFound|RoleDefinitionDoesNotExist|does not (have|exist)|not authorized|forbidden|AnotherOperationInProgress|Conflict|InternalServerError|Timeout/i;
const mostAttempts = 8;

function outputs() {
  if (!options.deployment) return process.env;
  const told = az(
    ...['deployment', 'sub', 'show', '--name', options.deployment, '--query', 'properties.outputs'],
    ...scope,
  );
  return Object.fromEntries(
    Object.entries(told ?? {}).map(([name, { value }]) => [name.toUpperCase(), value]),
  );
}

/** After a deployment of code, Azure needs a while until it knows the functions. */
async function untilFunctionsAreThere(group, app) {
  let missing = needed;
  for (let look = 1; ; look++) {
    const found = az('functionapp', 'function', 'list', '--resource-group', group, '--name', app, ...scope);
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

/** The first time, Event Grid may not yet see what was made a moment ago. So it is tried again, and this is said. */
async function subscribed(group, parameters) {
  const name = 'vpn-radius-event-subscriptions';
  for (let attempt = 1; ; attempt++) {
    try {
      return az(
        ...['deployment', 'group', 'create', '--name', name, '--resource-group', group],
        ...['--template-file', template, '--parameters', ...parameters],
        ...scope,
      );
    } catch (error) {
      if (attempt === mostAttempts || !passing.test(error.message)) throw error;
      console.log(
        `Attempt ${attempt} of ${mostAttempts} was refused, which passes after a first deployment:`,
      );
      console.log(error.message);
      await setTimeout(Number(options.every) * 1000);
    }
  }
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
  await subscribed(group, [
    `functionAppName=${app}`,
    `subscriptionTopicName=${subscriptionTopic}`,
    `subscriptionTopicResourceGroup=${subscriptionTopicGroup}`,
    `vaultTopicName=${vaultTopic}`,
    `storageAccountName=${storage}`,
  ]);
  console.log(`${needed.join(', ')} of ${app} are subscribed to their events.`);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

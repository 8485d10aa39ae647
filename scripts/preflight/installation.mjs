import { az } from '../az.mjs';
import { uniqueString } from './unique-string.mjs';

/**
 * What will be installed: the parameters of a .bicepparam file as the Bicep CLI reads it. They override what the
 * environment gives, as in azd. The command line overrides both.
 */
export function installationOf(options, env, account) {
  const file = options.parameters ? fromFile(options.parameters) : {};
  const given = (option, parameter, variable) =>
    options[option] || file[parameter] || (options.parameters ? undefined : env[variable]);
  const name = given('name', 'environmentName', 'AZURE_ENV_NAME');
  const location = given('location', 'location', 'AZURE_LOCATION');
  if (!name || !location)
    throw new Error(
      'Name the installation: give --name and --location, or --parameters and a .bicepparam file. azd sets them for you.',
    );
  const subscriptionId = account.id.toLowerCase();
  const backend = given('backend', 'durableBackend', 'DURABLE_BACKEND') || 'azureStorage';
  return {
    name,
    location: location.toLowerCase().replaceAll(' ', ''),
    subscriptionId,
    subscriptionIds: (file.subscriptionIds ?? [subscriptionId]).map((id) => id.toLowerCase()),
    backend,
    topicId: given('topic', 'subscriptionTopicId', 'SUBSCRIPTION_TOPIC_ID') || '',
    compareRole: given('compareRole', 'compareRole', 'COMPARE_ROLE') || 'exact',
    roleId: file.roleDefinitionId || '',
    hasOwnNetwork: !file.functionSubnetId,
    switches: {
      natGateway: file.natGateway === true && !file.functionSubnetId,
      privateEndpoints: file.privateEndpoints === true,
      createPrivateDnsZones: file.createPrivateDnsZones !== false,
      durableTaskScheduler: backend === 'durableTaskScheduler',
      npsLab: Boolean(file.npsLab),
    },
    ...namesOf(subscriptionId, name, location, file.resourceGroupName),
  };
}

function fromFile(file) {
  const read = compiled(file);
  const { parameters } = read.parametersJson ? JSON.parse(read.parametersJson) : read;
  return Object.fromEntries(Object.entries(parameters).map(([name, { value }]) => [name, value]));
}

/** A CLI before 2.47.0 does not know these files (Microsoft Learn, "Create parameters files for Bicep deployment"). */
function compiled(file) {
  try {
    return az('bicep', 'build-params', '--file', file, '--stdout');
  } catch (error) {
    if (!error.message.includes("'build-params' is misspelled or not recognized")) throw error;
    throw new Error(
      `This Azure CLI is too old to read ${file}: it must be 2.47.0 or later. Update it (az upgrade), or give --name and --location in place of --parameters.`,
    );
  }
}

/** The names that main.bicep makes, made in the same way. A test compares them with the compiler's names. */
export function namesOf(subscriptionId, name, location, resourceGroup = `rg-${name}`) {
  const token = uniqueString(`/subscriptions/${subscriptionId}`, name, location);
  const short = name.replaceAll('-', '').toLowerCase().slice(0, 8);
  return {
    resourceGroup,
    storageAccount: `st${short}${token}`,
    vault: `kv-${short}-${token.slice(0, 11)}`,
    app: `func-${name}-${token}`,
    topic: `evgt-${name}-subscription-${token}`,
  };
}

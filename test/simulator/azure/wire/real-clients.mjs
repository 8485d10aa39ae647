// A program that knows nothing of the simulator: it takes endpoints from its environment, as the app does.
import { NetworkManagementClient } from '@azure/arm-network';
import { ClientSecretCredential, DefaultAzureCredential } from '@azure/identity';
import { SecretClient } from '@azure/keyvault-secrets';

const {
  SUBSCRIPTION_ID,
  AZURE_RESOURCE_MANAGER_ENDPOINT: endpoint,
  KEY_VAULT_URL,
  AZURE_AUTHORITY_HOST,
} = process.env;
const credential = new DefaultAzureCredential();
const network = new NetworkManagementClient(credential, SUBSCRIPTION_ID, {
  endpoint,
  credentialScopes: `${endpoint}/.default`,
});
const secrets = new SecretClient(KEY_VAULT_URL, credential);

const subnet = await network.subnets.beginCreateOrUpdateAndWait(
  'rg-hub',
  'hub',
  'GatewaySubnet',
  { addressPrefix: '10.0.255.0/27' },
  { updateIntervalInMs: 50 },
);
const nic = await network.networkInterfaces.get('rg-hub', 'nps-01-nic');
const secret = await secrets.setSecret('radius-hub', 'over the wire');
const read = await secrets.getSecret('radius-hub');
const application = new ClientSecretCredential(
  process.env.TENANT_ID,
  process.env.APP_ID,
  process.env.APP_SECRET,
  {
    authorityHost: AZURE_AUTHORITY_HOST,
    disableInstanceDiscovery: true,
  },
);
const token = await application.getToken(`${endpoint}/.default`);

console.log(
  JSON.stringify({
    subnet: subnet.provisioningState,
    address: nic.ipConfigurations[0].privateIPAddress,
    version: secret.properties.version,
    value: read.value,
    tokenParts: token.token.split('.').length,
  }),
);

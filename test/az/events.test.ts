import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { subscriptionId } from '../../simulator/azure/default-world.ts';
import { json, type WireRequest } from '../../simulator/azure/wire/messages.ts';
import { bicep, compiled, needsBicep } from '../infra/bicep.ts';
import { cliVersion, needsCli, signedInCli } from './azure-cli.ts';

const group = 'rg-vpn';
const outputs = {
  AZURE_RESOURCE_GROUP: group,
  AZURE_FUNCTION_APP_NAME: 'func-vpn',
  SUBSCRIPTION_TOPIC_NAME: 'evgt-subscription',
  SUBSCRIPTION_TOPIC_RESOURCE_GROUP: 'rg-events',
  VAULT_TOPIC_NAME: 'evgt-vault',
  STORAGE_ACCOUNT_NAME: 'stvpn',
};
const names = ['vnetCreated', 'gatewayWritten', 'gatewayDeleted', 'secretNearExpiry'];
/** Recorded by azd users: what Event Grid answers while it does not yet see a new function. */
const notYet = {
  code: 'DeploymentFailed',
  message:
    'At least one resource deployment operation failed. Please list deployment operations for details.',
  details: [
    { code: 'Endpoint validation', message: 'Destination endpoint not found. Resource details: func-vpn' },
  ],
};

describe.skipIf(!cliVersion || !bicep)(`Subscribing by the Azure CLI itself${needsCli}${needsBicep}`, () => {
  let cli: Awaited<ReturnType<typeof signedInCli>>;
  let looks: (readonly string[])[];
  let refusals: object[];
  let written: { readonly url: string; readonly properties: Deployment }[];
  beforeAll(async () => {
    cli = await signedInCli();
    cli.answerFirst(answer);
  });
  afterAll(() => cli?.close());
  beforeEach(() => {
    looks = [names];
    refusals = [];
    written = [];
  });

  /** Resource Manager's deployments, and the functions of an app: Azure answers them by their own providers. */
  function answer({ method, url, body }: WireRequest) {
    const { pathname } = new URL(url);
    if (/\/Microsoft\.Web\/sites\/func-vpn\/functions$/i.test(pathname)) {
      const found = looks.length > 1 ? looks.shift()! : looks[0]!;
      return json(200, {
        value: found.map((name) => ({ id: `${pathname}/${name}`, name: `func-vpn/${name}` })),
      });
    }
    if (!/\/Microsoft\.Resources\/deployments\//i.test(pathname)) return undefined;
    const id = pathname.replace(/\/validate$/, '');
    if (method === 'GET' && /^\/subscriptions\/[^/]+\/providers/i.test(pathname))
      // Resource Manager changes the case of outputs in this way (Azure/bicep issues: "azurE_…").
      return json(200, {
        id,
        name: 'vpn-radius',
        properties: {
          provisioningState: 'Succeeded',
          outputs: Object.fromEntries(
            Object.entries(outputs).map(([name, value]) => [lowered(name), { type: 'String', value }]),
          ),
        },
      });
    // The CLI sends the template without quotes around its name, which Resource Manager reads.
    const { properties } = JSON.parse((body || '{}').replace(/(?<=, )template(?=:\{)/, '"template"')) as {
      properties: Deployment;
    };
    if (method === 'PUT') {
      written.push({ url: pathname, properties });
      const error = refusals.shift();
      if (error) return json(400, { error });
    }
    return json(200, { id, name: 'events', properties: { ...properties, provisioningState: 'Succeeded' } });
  }

  const subscribe = (args: readonly string[] = [], env: Readonly<Record<string, string>> = {}) =>
    cli.node('infra/subscribe-events.mjs', ['--every', '0', ...args], env);

  it('reads the outputs of a deployment, waits for the functions, and deploys the compiled template', async () => {
    looks = [names.slice(0, 2), names];
    const { status, stdout, stderr } = await subscribe(['--deployment', 'vpn-radius']);
    expect(stderr).toBe('');
    expect(stdout).toContain('Waiting for gatewayDeleted, secretNearExpiry in func-vpn');
    expect(status).toBe(0);
    expect(written).toHaveLength(1);
    const [{ url, properties }] = written as [(typeof written)[number]];
    expect(url).toMatch(new RegExp(`^/subscriptions/${subscriptionId}/resourcegroups/${group}/`, 'i'));
    expect(properties.parameters).toEqual({
      functionAppName: { value: 'func-vpn' },
      subscriptionTopicName: { value: 'evgt-subscription' },
      subscriptionTopicResourceGroup: { value: 'rg-events' },
      vaultTopicName: { value: 'evgt-vault' },
      storageAccountName: { value: 'stvpn' },
    });
    expect(properties.mode).toMatch(/^incremental$/i);
    const own = await compiled('event-subscriptions.bicep');
    expect(properties.template.resources).toEqual(own.resources);
  });

  it('sees in what the CLI says that one refusal passes, and that another does not', async () => {
    refusals = [notYet, { code: 'InvalidTemplate', message: 'The template parameter is not valid.' }];
    const { status, stdout, stderr } = await subscribe([], outputs);
    expect(stdout).toContain('Attempt 1 of 8 was refused');
    expect(stdout).toContain('Destination endpoint not found');
    expect(stdout).not.toContain('Attempt 2');
    expect(stderr).toContain('InvalidTemplate');
    expect(status).toBe(1);
  });
});

interface Deployment {
  readonly mode: string;
  readonly parameters: object;
  readonly template: { readonly resources: object };
}

/** `AZURE_RESOURCE_GROUP` becomes `azurE_RESOURCE_GROUP`. */
function lowered(name: string): string {
  const [first] = name.split('_') as [string];
  return `${first.slice(0, -1).toLowerCase()}${first.slice(-1)}${name.slice(first.length)}`;
}

import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { commandLine } from '../../scripts/az.mjs';
import { namesOf } from '../../scripts/preflight/installation.mjs';
import { type Azure, createAzure } from '../../simulator/azure/azure.ts';
import { subscriptionId } from '../../simulator/azure/default-world.ts';
import { type HttpsServer, serveHttps } from '../../simulator/azure/wire/https-server.ts';
import { virtualClock } from '../../simulator/clock.ts';
import { bicep, needsBicep } from '../infra/bicep.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(`${tmpdir()}/preflight-`);
let azure: Azure;
let server: HttpsServer;
beforeAll(async () => {
  server = await serveHttps({ handle: (request) => azure.handle(request) });
  // The Azure CLI, as far as the script asks it: who is signed in, the address of the cloud, a token, and the Bicep
  // CLI.
  writeFileSync(
    `${folder}/az`,
    `#!/bin/sh
[ "$AZ_SIGNED_OUT" ] && { echo "Please run 'az login' to setup account." >&2; exit 1; }
case "$1 $2" in
  "account show") echo '{"id":"${subscriptionId}","name":"Simulated","user":{"name":"installer@contoso.com","type":"user"}}' ;;
  "cloud show") echo '{"name":"Simulated","endpoints":{"resourceManager":"${server.origin}"}}' ;;
  "account get-access-token") printf '{"accessToken":"%s"}' "$AZ_TOKEN" ;;
  "bicep build-params") exec "$BICEP" build-params "$4" --stdout ;;
  *) echo "az $* is not imitated" >&2; exit 2 ;;
esac
`,
    { mode: 0o755 },
  );
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  azure = createAzure({ clock: virtualClock(new Date('2026-11-29T08:00:00Z')) });
});

interface Finding {
  readonly level: 'stops' | 'warning' | 'unknown' | 'well';
  readonly text: string;
  readonly command?: string;
}

async function preflight(args: readonly string[] = [], env: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, [`${root}scripts/preflight.mjs`, ...args], {
    env: {
      PATH: `${folder}:${process.env.PATH}`,
      HOME: process.env.HOME,
      NODE_EXTRA_CA_CERTS: server.caFile,
      AZURE_ENV_NAME: 'vpn-small',
      AZURE_LOCATION: 'westeurope',
      COMPARE_ROLE: 'gatewayActions',
      AZ_TOKEN: azure.token('https://management.azure.com/').token,
      ...(bicep && { BICEP: bicep }),
      ...env,
    },
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (data) => {
    stdout += data;
  });
  child.stderr.on('data', (data) => {
    stderr += data;
  });
  const status = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { status, stdout, stderr };
}
async function findings(args: readonly string[] = [], env: Readonly<Record<string, string>> = {}) {
  const { status, stdout, stderr } = await preflight(['--json', ...args], env);
  expect(stderr).toBe('');
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Finding);
  return { status, found: lines.slice(0, -1) };
}
const names = namesOf(subscriptionId, 'vpn-small', 'westeurope');

describe.skipIf(process.platform === 'win32')('npm run preflight', () => {
  it('finds nothing in the way where there is nothing, and writes nothing', async () => {
    const { status, stdout } = await preflight();
    expect(stdout).toContain('0 would stop the installation, 0 could not be checked, 0 warnings');
    expect(stdout).toContain('Not looked at:');
    expect(stdout).toContain('Running cost: about 4.70 US dollars a month');
    expect(stdout).toMatch(/each VPN gateway afterwards: 15 to 48 \(recorded/);
    expect(status).toBe(0);
    const wrote = azure.requests.filter(
      ({ method, url }) => method !== 'GET' && !/checkNameAvailability/i.test(url),
    );
    expect(wrote).toEqual([]);
  });

  it('names each thing in the way, with the command that fixes it', async () => {
    const { installation } = azure.settings;
    installation.unregistered = ['Microsoft.App', 'Microsoft.EventGrid'];
    installation.flexRegions = ['northeurope'];
    installation.schedulerRegions = ['northeurope'];
    installation.takenNames = [names.app, names.storageAccount];
    installation.deletedVaults = [names.vault];
    installation.usages = {
      network: { VirtualNetworks: [1000, 1000], StandardSkuPublicIpAddresses: [999, 1000] },
      storage: { StorageAccounts: [250, 250] },
    };
    azure.seed([
      {
        id: `/subscriptions/${subscriptionId}/resourceGroups/rg-platform/providers/Microsoft.EventGrid/systemTopics/evgt-platform`,
        name: 'evgt-platform',
        type: 'Microsoft.EventGrid/systemTopics',
        location: 'global',
        properties: {
          topicType: 'Microsoft.Resources.Subscriptions',
          source: `/subscriptions/${subscriptionId}`,
        },
      },
    ]);
    const { status, found } = await findings([], {
      COMPARE_ROLE: 'exact',
      DURABLE_BACKEND: 'durableTaskScheduler',
    });
    const told = (level: string) =>
      found.filter((one) => one.level === level).map(({ text, command }) => `${text} | ${command}`);
    expect(status).toBe(1);
    const stops = told('stops');
    for (const [text, command] of [
      [
        'Microsoft.App is not registered',
        `az provider register --namespace Microsoft.App --subscription ${subscriptionId} --wait`,
      ],
      [
        'listRadiusSecrets/action, so it refuses a role with this action',
        'azd env set COMPARE_ROLE gatewayActions',
      ],
      [
        'westeurope has no Flex Consumption. Regions that have it: North Europe',
        'az functionapp list-flexconsumption-locations',
      ],
      [
        'westeurope has no Durable Task Scheduler. Regions that have it: North Europe',
        'azd env set DURABLE_BACKEND azureStorage',
      ],
      [
        'has a system topic already, and Azure allows one',
        'azd env set SUBSCRIPTION_TOPIC_ID /subscriptions/',
      ],
      [`The name ${names.storageAccount} is taken`, 'az storage account check-name'],
      [`The name ${names.app} is taken`, `nslookup ${names.app}`],
      [
        `The vault ${names.vault} of an earlier installation is deleted, but Azure still keeps it`,
        `az group create --name rg-vpn-small --location westeurope && az keyvault recover --name ${names.vault}`,
      ],
      ['VirtualNetworks in westeurope: 1000 of 1000 are used', 'az network list-usages'],
      ['StorageAccounts in westeurope: 250 of 250 are used', 'az storage account show-usage'],
    ] as const)
      expect(stops).toContainEqual(
        expect.stringMatching(new RegExp(`${literal(text)}.* \\| .*${literal(command)}`)),
      );
    expect(stops).toHaveLength(10);
    expect(told('warning')).toEqual([
      expect.stringContaining('Microsoft.EventGrid is not registered'),
      expect.stringContaining('StandardSkuPublicIpAddresses in westeurope: 999 of 1000 are used'),
    ]);
    expect(told('unknown')).toEqual([]);
  });

  it('says which rights are missing to make and assign roles, and asks for the least', async () => {
    azure.settings.rbac = {
      roleActions: ['*'],
      notActions: ['Microsoft.Authorization/*/write'],
      dataActions: [],
    };
    const { status, found } = await findings();
    const stops = found.filter(({ level }) => level === 'stops');
    expect(stops).toHaveLength(1);
    expect(stops[0]!.text).toContain(
      'you lack Microsoft.Authorization/roleAssignments/write, Microsoft.Authorization/roleDefinitions/write',
    );
    expect(stops[0]!.command).toBe(
      `az role assignment create --assignee installer@contoso.com --role "User Access Administrator" --scope /subscriptions/${subscriptionId}`,
    );
    expect(status).toBe(1);
  });

  it('names what it could not look at, with the command to look by hand', async () => {
    azure.settings.rbac = {
      roleActions: ['*'],
      notActions: ['Microsoft.EventGrid/systemTopics/read', 'Microsoft.Network/locations/usages/read'],
      dataActions: [],
    };
    const { status, found } = await findings();
    const unknown = found.filter(({ level }) => level === 'unknown');
    expect(unknown.map(({ text }) => text)).toEqual([
      expect.stringMatching(/quotas of Microsoft.Network in westeurope: 403 AuthorizationFailed/),
      expect.stringMatching(/the subscription's system topic: 403 AuthorizationFailed/),
    ]);
    for (const { command } of unknown)
      expect(command).toMatch(/^az (network list-usages|eventgrid system-topic list)/);
    expect(status).toBe(0);
  });

  it('takes a topic that has an identity, asks for one where it is missing, and finds one that is not there', async () => {
    const id = `/subscriptions/${subscriptionId}/resourceGroups/rg-platform/providers/Microsoft.EventGrid/systemTopics/evgt`;
    const topic = (identity: object) => ({
      id,
      name: 'evgt',
      type: 'Microsoft.EventGrid/systemTopics',
      location: 'global',
      properties: { topicType: 'microsoft.resources.subscriptions' },
      ...identity,
    });
    const missing = await findings([], { SUBSCRIPTION_TOPIC_ID: id });
    expect(missing.found[0]!.text).toBe(`There is no system topic ${id}.`);
    azure.seed([topic({})]);
    const without = await findings([], { SUBSCRIPTION_TOPIC_ID: id });
    expect(without.found[0]!.command).toBe(
      'az eventgrid system-topic update --name evgt --resource-group rg-platform --identity systemassigned',
    );
    azure.seed([topic({ identity: { type: 'SystemAssigned' } })]);
    expect((await findings([], { SUBSCRIPTION_TOPIC_ID: id })).status).toBe(0);
  });

  it('says that nobody is signed in, and what is missing to know the installation', async () => {
    const signedOut = await preflight([], { AZ_SIGNED_OUT: 'yes' });
    expect(signedOut).toMatchObject({ status: 2, stderr: expect.stringContaining('az login') });
    const unnamed = await preflight([], { AZURE_ENV_NAME: '' });
    expect(unnamed).toMatchObject({ status: 2, stderr: expect.stringContaining('--name and --location') });
    const noAz = await preflight([], { PATH: '/nonexistent' });
    expect(noAz).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('The Azure CLI (az) cannot be run'),
    });
  });

  it.skipIf(!bicep)(`reads a parameter file as the Bicep CLI does${needsBicep}`, async () => {
    const { found } = await findings(['--parameters', `${root}infra/enterprise.bicepparam`]);
    const texts = found.map(({ text }) => text);
    expect(texts).toContainEqual(expect.stringContaining('westeurope has the Durable Task Scheduler'));
    // The second subscription of subscriptionIds is not a simulated one.
    expect(texts).toContainEqual(
      expect.stringContaining('your rights in 22222222-2222-2222-2222-222222222222'),
    );
    expect(texts).toContainEqual(expect.stringContaining('There is no system topic'));
  });
});

const literal = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

it.each(['small', 'enterprise', 'main'])('the names of %s are those that the Bicep compiler made', (file) => {
  const resources = JSON.parse(readFileSync(`${root}test/golden/deployments/${file}.json`, 'utf8')) as {
    type: string;
    name: string;
  }[];
  const nameOf = (type: string) => resources.find((one) => one.type === type)?.name;
  const name = { small: 'vpn-small', enterprise: 'vpn-prod', main: 'vpn-azd' }[file]!;
  const made = namesOf('11111111-1111-1111-1111-111111111111', name, 'westeurope');
  expect(made).toMatchObject({
    storageAccount: nameOf('Microsoft.Storage/storageAccounts'),
    vault: nameOf('Microsoft.KeyVault/vaults'),
    app: nameOf('Microsoft.Web/sites'),
    resourceGroup: nameOf('Microsoft.Resources/resourceGroups'),
  });
});

it('looks at every provider that the templates use', () => {
  const source = readFileSync(`${root}scripts/preflight/looks.mjs`, 'utf8');
  const used = ['small', 'enterprise'].flatMap((file) =>
    (
      JSON.parse(readFileSync(`${root}test/golden/deployments/${file}.json`, 'utf8')) as { type: string }[]
    ).map(({ type }) => type.split('/')[0]!.replace('Microsoft.', '')),
  );
  // These two are always registered.
  for (const name of new Set(used.filter((one) => !['Resources', 'Authorization'].includes(one))))
    expect(source).toContain(`'${name}'`);
});

it('on Windows, az gets each argument in quotes', () => {
  expect(commandLine(['az', 'deployment', '--template-file', 'C:\\My Files\\a.bicep'])).toEqual([
    '/d',
    '/s',
    '/c',
    '""az" "deployment" "--template-file" "C:\\My Files\\a.bicep""',
  ]);
});

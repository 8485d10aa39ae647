import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, describe, expect, it } from 'vitest';
import { problemsIn } from '../../scripts/infra/infra-problems.mjs';
import { bicep, compiler, needsBicep, root } from './bicep.ts';

const folder = mkdtempSync(`${tmpdir()}/check-infra-test-`);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function check(script: string, args: readonly string[] = [], env: NodeJS.ProcessEnv = process.env) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], {
    encoding: 'utf8',
    env,
  });
  return { status, said: stdout + stderr };
}

describe('npm run check:infra', () => {
  it('says that it skipped, and does not fail, where there is no Bicep CLI', () => {
    // In another place, so that no tools are beside it.
    for (const name of [
      'infra/check-infra',
      'infra/bicep',
      'infra/infra-problems',
      'infra/infra-rules',
      'infra/azd-ignore',
      'infra/azd-rules',
      'infra/workflow-rules',
      'stop-signals',
      'entry',
      'node-version',
      'closed-pipe',
      'commands',
    ])
      cpSync(`${root}scripts/${name}.mjs`, `${folder}/alone/scripts/${name}.mjs`);
    cpSync(`${root}package.json`, `${folder}/alone/package.json`);
    symlinkSync(`${root}node_modules`, `${folder}/alone/node_modules`);
    const { status, said } = check(`${folder}/alone/scripts/infra/check-infra.mjs`, [`${root}infra`], {
      PATH: folder,
    });
    expect(said).toMatch(/^check:infra SKIPPED: there is no Bicep CLI/);
    expect(status).toBe(0);
  });

  it.skipIf(!bicep)(`fails, and ends so, on a file that does not compile${needsBicep}`, () => {
    mkdirSync(`${folder}/broken`);
    writeFileSync(`${folder}/broken/main.bicep`, 'param\n');
    const { status, said } = check(`${root}scripts/infra/check-infra.mjs`, [`${folder}/broken`]);
    expect(said).toMatch(/main\.bicep\(1,6\) : Error BCP013/);
    expect(said).toContain('check:infra FAILED: ');
    expect(status).toBe(1);
  });

  it.skipIf(!bicep)(`passes, and lists what was held against Azure's types${needsBicep}`, () => {
    const { status, said } = check(`${root}scripts/infra/check-infra.mjs`);
    expect(said).toContain('check:infra passed: 2 templates, 3 parameter files');
    for (const type of ['Web/sites', 'DurableTask/schedulers', 'EventGrid/systemTopics/eventSubscriptions'])
      expect(said).toMatch(new RegExp(`^checked Microsoft.${type}@20\\d\\d-`, 'm'));
    expect(status).toBe(0);
  });

  it.skipIf(!bicep)(
    `fails on a warning, and on a resource that nothing is known of${needsBicep}`,
    async () => {
      mkdirSync(`${folder}/wrong/modules`, { recursive: true });
      const identity = (version: string) =>
        `resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@${version}' = {\n  name: 'one'\n  location: resourceGroup().location\n}\n`;
      writeFileSync(`${folder}/wrong/main.bicep`, `param colour string\n${identity('2024-11-30')}`);
      // In a module that nothing refers to: it is still checked.
      writeFileSync(`${folder}/wrong/modules/other.bicep`, identity('2001-01-01'));
      const { problems } = await problemsIn(`${folder}/wrong`, compiler());
      expect(problems).toEqual([
        expect.stringMatching(/main\.bicep.*Warning no-unused-params.*"colour"/),
        expect.stringMatching(/other\.bicep.*Warning BCP081/),
      ]);
    },
  );

  it.skipIf(!bicep)(
    `fails on each mistake that Azure and azd would refuse, when it is put back${needsBicep}`,
    async () => {
      const copy = `${folder}/put-back`;
      for (const name of ['infra', 'host.json', 'azure.yaml', '.funcignore', '.github'])
        cpSync(`${root}${name}`, `${copy}/${name}`, { recursive: true });
      for (const [file, good, bad] of mistakes) {
        const text = readFileSync(`${copy}/${file}`, 'utf8');
        expect(text, file).toContain(good);
        writeFileSync(
          `${copy}/${file}`,
          text.replace(good, () => bad),
        );
      }
      const { problems } = await problemsIn(`${copy}/infra`, compiler());
      for (const line of found) expect(problems.join('\n')).toMatch(line);
    },
  );
});

const module = (name: string) => `infra/modules/${name}.bicep`;
const mistakes: readonly (readonly [file: string, good: string, bad: string])[] = [
  [module('app/function-app'), "minTlsVersion: '1.2'", "minTlsVersion: '1.2'\n      ftpsState: 'Disabled'"],
  [
    module('app/function-app'),
    '      ...settings\n',
    "      ...settings\n      FUNCTIONS_WORKER_RUNTIME: 'node'\n      AzureFunctionsJobHost__extensions__durableTask__storageProvider__type: 'azureManaged'\n",
  ],
  [module('app/function-app'), "preview' = if (!empty(entraClientId)) {", "preview' = {"],
  [module('monitoring/alerts'), '      skipQueryValidation: true\n', ''],
  [
    module('network/virtual-network'),
    'addressSpace: { addressPrefixes: [addressPrefix] }',
    'addressSpace: { addressPrefixes: [addressPrefix] }\n    subnets: []',
  ],
  [module('events/dead-letter-access'), 'deadLetters.id, principalId,', 'deadLetters.id,'],
  [
    'infra/main.bicep',
    'actions: filter(allActions, action => !contains(secretActions, action))',
    'actions: allActions',
  ],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: Bicep's
  ['infra/event-subscriptions.bicep', "'vpn-radius-gateways-${token}'", "'vpn-radius-gateways'"],
  ['.funcignore', 'node_modules/*', 'node_modules/'],
  [
    'infra/main.bicep',
    'var isName = empty(otherCharacters) && contains(',
    'var isName = empty(otherCharacters) || contains(',
  ],
  [
    'infra/main.bicep',
    "var short = take(toLower(replace(name, '-', '')), 8)",
    "var short = toLower(replace(name, '-', ''))",
  ],
  ['azure.yaml', "requiredVersions:\n  azd: '>= 1.24.1'\n", ''],
  ['azure.yaml', '  preprovision:', '  postprovision:'],
  ['infra/event-subscriptions.bicep', ", 'Microsoft.Resources/tags/write']", ']'],
  [
    '.github/workflows/ci.yml',
    'actions/checkout@34e114876b0b11c390a56381ad16ebd13914f8d5',
    'actions/checkout@v4',
  ],
];
const found = [
  /flex-refuses-property: .*ftpsState.*51021/,
  /flex-refuses-setting: .*FUNCTIONS_WORKER_RUNTIME/,
  /durable-backend-by-setting: .*durable-extension#2622/,
  /main\.bicepparam: authentication-log-without-authentication/,
  /alert-on-a-new-workspace: alert-\S+-high-finding/,
  /subnets-in-the-network: vnet-/,
  /assignment-named-without-its-principal/,
  /unpublished-action-beside-others: .*listRadiusSecrets/,
  /event-subscription-name: \S+gateways/,
  /funcignore: azd refuses 'remoteBuild: false'/,
  /environment-name: 'vpn--prod' is accepted/,
  /environment-name: 'vpn-' is accepted/,
  /name-that-does-not-fit: Microsoft\.KeyVault\/vaults cannot be named/,
  /azd-version: azure.yaml must require azd 1.24.1 or later/,
  /preflight-hook: azure.yaml runs no preflight/,
  /event-filter: \S+virtual-networks-\S+ drops the events of tags/,
  /action-by-commit: ci\.yml: '- uses: actions\/checkout@v4/,
];

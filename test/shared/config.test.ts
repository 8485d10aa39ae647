import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { problemsToTell, readSettings, settingNames } from '../../shared/config.ts';
import { type Failure, VpnRadiusError } from '../../shared/core/errors.ts';

const least = { KEY_VAULT_URL: 'https://kv-hub.vault.azure.net' };

function failureFor(settings: Record<string, string>): Failure {
  try {
    readSettings(settings);
  } catch (error) {
    if (error instanceof VpnRadiusError) return error.failure;
    throw error;
  }
  throw new Error('The settings are taken.');
}

const problemsOf = (settings: Record<string, string>) =>
  (failureFor(settings).details ?? []).map(({ target, message }) => `${target}: ${message}`);

describe('the settings', () => {
  it('needs only the Key Vault; everything else has a default', () => {
    const settings = readSettings(least);
    expect(settings.AZURE_RESOURCE_MANAGER_ENDPOINT).toBe('https://management.azure.com');
    expect(settings.DEFAULT_NPS_SERVERS).toEqual([]);
    expect(settings.COMPLIANCE_REMEDIATE).toBe('never');
  });

  it('says everything that is missing, wrong or contradictory at once', () => {
    const problems = problemsOf({
      DEFAULT_GATEWAY_SKU: 'Basic',
      DEFAULT_NPS_SERVERS: '[{"address":"nps.example.com","host":"nps-01"}]',
      SERVICENOW_INSTANCE: 'https://example.service-now.com',
      P2S_POOL_SUPERNET: '172.16.0.1/12',
      AUTH_MODE: 'none',
    });
    for (const name of [
      'KEY_VAULT_URL',
      'DEFAULT_GATEWAY_SKU',
      'SERVICENOW_CREDENTIAL_SECRET',
      'P2S_POOL_SUPERNET',
      'AUTH_MODE',
    ])
      expect(
        problems.filter((problem) => problem.startsWith(name)),
        name,
      ).toHaveLength(1);
    expect(problems.some((problem) => problem.includes('DEFAULT_NPS_SERVERS'))).toBe(true);
  });

  it.each([
    ['SUBSCRIPTION_IDS', 'hub', /subscription ids/],
    ['DEFAULT_NPS_SERVERS', '[{', /JSON/],
    ['COMPLIANCE_SCHEDULE', '0 5 * * *', /six fields/],
    ['SECRET_MAX_AGE_DAYS', 'soon', /number of days/],
    ['SERVICENOW_CREDENTIAL_SECRET', 'user:password', /not its value/],
    ['AZURE_RESOURCE_MANAGER_ENDPOINT', 'http://127.0.0.1:1', /https/],
    ['RADIUS_PROBE', 'on', /RADIUS_PROBE_SUBNET/],
    ['MFA_INSTALLER_SOURCE', 'https://example.com/x.exe', /MFA_INSTALLER_SHA256/],
  ])('refuses %s=%s', (name, value, expected) => {
    expect(problemsOf({ ...least, [name]: value }).join('\n')).toMatch(expected);
  });

  const vm =
    '/subscriptions/11111111-2222-4333-8444-555555555555/resourceGroups/rg/providers/Microsoft.Compute';
  it.each<[string, string, readonly string[]]>([
    [
      'DEFAULT_NPS_SERVERS',
      '[{"address":"nps.example.com","host":"nps-01"}]',
      [
        'DEFAULT_NPS_SERVERS ([0].address): must be an IPv4 address: the gateway cannot resolve names',
        'DEFAULT_NPS_SERVERS ([0].host): must be the resource id of an Azure VM (Microsoft.Compute/virtualMachines) or an Arc machine (Microsoft.HybridCompute/machines)',
      ],
    ],
    [
      'DEFAULT_NPS_SERVERS',
      `[{"adress":"10.0.1.4","host":"${vm}/disks/nps-01"}]`,
      [
        'DEFAULT_NPS_SERVERS ([0].address): is missing',
        'DEFAULT_NPS_SERVERS ([0].host): must be the resource id of an Azure VM (Microsoft.Compute/virtualMachines) or an Arc machine (Microsoft.HybridCompute/machines)',
        'DEFAULT_NPS_SERVERS ([0].adress): is not a known field: check the spelling',
      ],
    ],
    [
      'DEFAULT_NPS_SERVERS',
      `{"address":"10.0.1.4"}`,
      ['DEFAULT_NPS_SERVERS: Invalid input: expected array, received object'],
    ],
    [
      'GUARDRAILS',
      '{"npsMachines":["nps-01"],"rules":[]}',
      [
        'GUARDRAILS (npsMachines[0]): must be the resource id of an Azure VM (Microsoft.Compute/virtualMachines) or an Arc machine (Microsoft.HybridCompute/machines)',
        'GUARDRAILS (rules): is not a known field: check the spelling',
      ],
    ],
  ])('names of %s=%s every field and its fix, in the log and in the health too', (name, value, told) => {
    const environment = { ...least, [name]: value };
    const failure = failureFor(environment);
    expect(problemsToTell(failure, environment).map(({ message }) => message)).toEqual(told);
  });

  it('keeps a secret that stands where its name belongs out of the log and the health', () => {
    const environment = { ...least, DEFAULT_GATEWAY_SKU: 'S3cret-Value' };
    const [problem] = problemsToTell(failureFor(environment), environment);
    expect(problem).toEqual({
      code: 'SettingInvalid',
      message: 'DEFAULT_GATEWAY_SKU is wrong: local.settings.sample.json shows the possible values',
      target: 'DEFAULT_GATEWAY_SKU',
    });
  });

  it('keeps a word of a setting that others may read in the sentence about it', () => {
    const environment = { ...least, DEFAULT_GATEWAY_SKU: 'Basic' };
    expect(JSON.stringify(problemsToTell(failureFor(environment), environment))).toContain('VpnGw1AZ');
  });

  it('tells a failure without details as its one sentence', () => {
    const failure: Failure = { code: 'InvalidSettings', message: 'The app cannot start.' };
    expect(problemsToTell(failure, least)).toEqual([failure]);
  });

  it.each([
    [
      { SERVICENOW_INSTANCE: 'https://example.service-now.com' },
      'SERVICENOW_CREDENTIAL_SECRET is not set, but SERVICENOW_INSTANCE is: set both or neither',
    ],
    [
      { SERVICENOW_CREDENTIAL_SECRET: 'servicenow' },
      'SERVICENOW_INSTANCE is not set, but SERVICENOW_CREDENTIAL_SECRET is: set both or neither',
    ],
    [
      { RADIUS_PROBE: 'on' },
      'RADIUS_PROBE_SUBNET is not set, but RADIUS_PROBE is on: NPS must know the subnet from which the probe comes',
    ],
    [
      { AUTH_MODE: 'entra' },
      'AUTH_MODE is entra, but App Service authentication is off (WEBSITE_AUTH_ENABLED, which the platform sets, is not true). Anybody could then claim to be signed in. Turn App Service authentication on, or set AUTH_MODE to key',
    ],
    [
      { AUTH_MODE: 'entra', WEBSITE_AUTH_ENABLED: 'false' },
      'AUTH_MODE is entra, but App Service authentication is off (WEBSITE_AUTH_ENABLED, which the platform sets, is not true). Anybody could then claim to be signed in. Turn App Service authentication on, or set AUTH_MODE to key',
    ],
    [{ GUARDRAILS: '/no/such/file.json' }, 'GUARDRAILS: names a file that cannot be read (ENOENT)'],
    [{ COMPLIANCE_WAIVERS: 'waivers' }, 'COMPLIANCE_WAIVERS: names a file that cannot be read (ENOENT)'],
    [{ GUARDRAILS: ' {"npsMachines":' }, 'GUARDRAILS: must be JSON'],
  ])('says of %o only what is wrong', (given: Record<string, string>, message) => {
    const failure = failureFor({ ...least, ...given });
    expect(failure.code).toBe('InvalidSettings');
    expect(failure.message).toBe(`The app cannot start: ${message}.`);
    expect(failure.details).toMatchObject([
      {
        code: / is not set/.test(message) ? 'SettingMissing' : 'SettingInvalid',
        target: message.split(/[ :]/)[0],
      },
    ]);
  });

  it.each([
    ['172.16.0.0/24', undefined],
    ['172.16.0.0/25', 'P2S_POOL_SUPERNET: must hold at least one /24'],
    ['172.16.0.1/12', 'P2S_POOL_SUPERNET: must be an IPv4 prefix without host bits, such as 172.16.0.0/12'],
  ])('a range for client address pools of %s', (prefix, message) => {
    const given = { ...least, P2S_POOL_SUPERNET: prefix };
    if (message) expect(failureFor(given).message).toBe(`The app cannot start: ${message}.`);
    else expect(readSettings(given).P2S_POOL_SUPERNET).toBe(prefix);
  });

  it('joins what is wrong to one sentence', () => {
    const { message, details } = failureFor({ AUTH_MODE: 'none' });
    expect(details?.map(({ code }) => code)).toEqual(['SettingMissing', 'SettingInvalid']);
    expect(message).toBe('The app cannot start: KEY_VAULT_URL is not set; AUTH_MODE: must be key or entra.');
  });

  it('takes settings that have a meaning only together, and App Service authentication in any case', () => {
    const settings = readSettings({
      ...least,
      SERVICENOW_INSTANCE: 'https://example.service-now.com',
      SERVICENOW_CREDENTIAL_SECRET: 'servicenow',
      RADIUS_PROBE: 'on',
      RADIUS_PROBE_SUBNET: '10.0.9.0/28',
      AUTH_MODE: 'entra',
      WEBSITE_AUTH_ENABLED: 'True',
    });
    expect([settings.RADIUS_PROBE, settings.AUTH_MODE]).toEqual(['on', 'entra']);
  });

  it('separates the entries of a list by commas, semicolons and spaces, any number of them', () => {
    const settings = readSettings({
      ...least,
      CALLBACK_ALLOWED_HOSTS: ' hooks.example.com,; tickets.example.com  ',
    });
    expect(settings.CALLBACK_ALLOWED_HOSTS).toEqual(['hooks.example.com', 'tickets.example.com']);
  });

  it('reads guardrails from a file when the setting is no JSON, and as JSON when they begin after spaces', () => {
    const folder = mkdtempSync(join(tmpdir(), 'settings-'));
    const file = join(folder, 'guardrails[1].json');
    const text = '{"networkPolicies":["VPN users"]}';
    try {
      writeFileSync(file, text);
      const read = [file, `\n ${text}`].map(
        (given) => readSettings({ ...least, GUARDRAILS: given }).GUARDRAILS,
      );
      expect(read[0]).toMatchObject({ networkPolicies: ['VPN users'] });
      expect(read[1]).toEqual(read[0]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('treats an empty setting as one that is not set, as app settings in templates often are', () => {
    expect(
      readSettings({ ...least, EVENT_TOPIC_ENDPOINT: '', JIRA_FIELDS: ' ' }).EVENT_TOPIC_ENDPOINT,
    ).toBeUndefined();
  });

  it('is listed in local.settings.sample.json in the same order', () => {
    const sample = JSON.parse(
      readFileSync(new URL('../../local.settings.sample.json', import.meta.url), 'utf8'),
    );
    const ours = Object.keys(sample.Values).filter(
      (name) => name !== 'FUNCTIONS_WORKER_RUNTIME' && !name.startsWith('AzureWebJobsStorage'),
    );
    // Where the host keeps its own state: locally in the connection string, in Azure in the account's name or address.
    expect(ours).toEqual(settingNames.filter((name) => !name.startsWith('AzureWebJobsStorage')));
  });
});

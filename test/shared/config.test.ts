import { readFileSync } from 'node:fs';
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
    expect(JSON.stringify(problemsToTell(failureFor(environment), environment))).not.toContain('S3cret');
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

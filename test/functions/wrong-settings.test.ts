import { afterAll, beforeAll, expect, it } from 'vitest';
import { virtualClock } from '../../simulator/clock.ts';
import { type Host, startHost } from '../../simulator/host/host.ts';
import { appFile, beginning } from '../flows/stage/stage.ts';

const secret = 'Hunter2-of-the-Domain';
let host: Host;

beforeAll(async () => {
  host = await startHost({
    appFile,
    clock: virtualClock(beginning),
    functionKey: 'key',
    settings: {
      KEY_VAULT_URL: '',
      COMPLIANCE_REMEDIATE: 'always',
      DEFAULT_GATEWAY_SKU: secret,
      JIRA_WORKFLOW: JSON.stringify({ [secret]: 'done' }),
      SERVICENOW_CREDENTIAL_SECRET: `${secret}!`,
    },
  });
});
afterAll(() => host.stop());

it('an app with wrong settings answers its health, and has no other function', async () => {
  expect(host.functions.map(({ name }) => name)).toEqual(['reportHealth']);
  for (const path of ['/api/tickets', '/api/deployments/plan', '/api/compliance/runs']) {
    const { status } = await host.fetch(`${path}?code=key`, { method: 'POST', body: '{}' });
    expect(status).toBe(404);
  }
});

it('its health needs no key and names every wrong setting, and never what was set', async () => {
  const answer = await host.fetch('/api/health');
  const text = await answer.text();
  expect(answer.status).toBe(503);
  expect(text).not.toContain('Hunter2');
  const { status, problems } = JSON.parse(text);
  expect(status).toBe('unavailable');
  expect(problems).toEqual([
    { code: 'SettingMissing', message: 'KEY_VAULT_URL is not set', target: 'KEY_VAULT_URL' },
    {
      code: 'SettingInvalid',
      message: 'DEFAULT_GATEWAY_SKU is wrong: local.settings.sample.json shows the possible values',
      target: 'DEFAULT_GATEWAY_SKU',
    },
    {
      code: 'SettingInvalid',
      message: 'COMPLIANCE_REMEDIATE: must be never or safe',
      target: 'COMPLIANCE_REMEDIATE',
    },
    {
      code: 'SettingInvalid',
      message: 'SERVICENOW_CREDENTIAL_SECRET: must be the name of a Key Vault secret, not its value',
      target: 'SERVICENOW_CREDENTIAL_SECRET',
    },
    {
      code: 'SettingInvalid',
      message: 'JIRA_WORKFLOW is wrong: local.settings.sample.json shows the possible values',
      target: 'JIRA_WORKFLOW',
    },
    {
      code: 'SettingMissing',
      message: 'SERVICENOW_INSTANCE is not set, but SERVICENOW_CREDENTIAL_SECRET is: set both or neither',
      target: 'SERVICENOW_INSTANCE',
    },
  ]);
});

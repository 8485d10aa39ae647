import { execFile } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { get } from 'node:https';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Running, readSimulatorOptions, startSimulator } from '../../../../simulator/azure/main.ts';
import { UsageError } from '../../../../simulator/command-line.ts';

const run = promisify(execFile);

describe('an unchanged program over HTTPS', () => {
  let azure: Running;
  beforeAll(async () => {
    azure = await startSimulator(
      readSimulatorOptions(['--pace', '6000', '--nps', 'memory']),
      () => undefined,
    );
  });
  afterAll(() => azure.close());

  it('announces what a client has to be told, and a certificate that everybody may read', () => {
    expect(Object.keys(azure.announcement).slice(0, 9)).toEqual([
      'resourceManagerEndpoint',
      'keyVaultUrl',
      'caFile',
      'identityEndpoint',
      'identityHeader',
      'subscriptionId',
      'resourceGroup',
      'virtualNetworkId',
      'npsHostId',
    ]);
    expect(azure.announcement.resourceManagerEndpoint).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
    expect(statSync(azure.announcement.caFile!).mode & 0o777).toBe(0o644);
  });

  it('signs in as the managed identity, writes a subnet to its end, reads a network interface, keeps a secret', async () => {
    const { announcement: at } = azure;
    const { stdout } = await run(
      process.execPath,
      [fileURLToPath(new URL('./real-clients.mjs', import.meta.url))],
      {
        env: {
          PATH: process.env.PATH,
          NODE_EXTRA_CA_CERTS: at.caFile,
          AZURE_RESOURCE_MANAGER_ENDPOINT: at.resourceManagerEndpoint,
          AZURE_AUTHORITY_HOST: at.authorityHost,
          AZURE_TOKEN_CREDENTIALS: 'ManagedIdentityCredential',
          KEY_VAULT_URL: at.keyVaultUrl,
          IDENTITY_ENDPOINT: at.identityEndpoint,
          IDENTITY_HEADER: at.identityHeader,
          SUBSCRIPTION_ID: at.subscriptionId,
          TENANT_ID: at.tenantId,
          APP_ID: 'a1b2c3d4-e5f6-4718-9293-a4b5c6d7e8f9',
          APP_SECRET: 'simulated-client-secret',
        },
      },
    );
    expect(JSON.parse(stdout)).toEqual({
      subnet: 'Succeeded',
      address: '10.0.1.4',
      version: expect.stringMatching(/^[0-9a-f]{32}$/),
      value: 'over the wire',
      tokenParts: 3,
    });
  });
});

it('its time begins when it is told to', async () => {
  const azure = await startSimulator(
    readSimulatorOptions(['--date', '2025-06-01T08:00:00Z', '--nps', 'memory']),
    () => undefined,
  );
  try {
    const { identityEndpoint, identityHeader, caFile } = azure.announcement;
    const answer = await new Promise<string>((resolve, reject) => {
      get(
        `${identityEndpoint}?api-version=2019-08-01&resource=https://vault.azure.net`,
        { ca: readFileSync(caFile!), headers: { 'x-identity-header': identityHeader } },
        (response) => response.setEncoding('utf8').on('data', resolve),
      ).on('error', reject);
    });
    const end = new Date(Number(JSON.parse(answer).expires_on) * 1000).toISOString();
    expect(end.slice(0, 13)).toBe('2025-06-02T08');
  } finally {
    await azure.close();
  }
});

describe('the command line', () => {
  it.each([
    ['2027-03-01', '2027-03-01T00:00:00.000Z'],
    ['2027-03-01T08:00:00+02:00', '2027-03-01T06:00:00.000Z'],
  ])('takes %s for the time at which it begins', (given, time) => {
    expect(readSimulatorOptions(['--date', given]).date?.toISOString()).toBe(time);
    expect(readSimulatorOptions([]).date).toBeUndefined();
  });

  it.each([
    [['--date', 'tomorrow'], /--date must be a date such as 2027-03-01/],
    [['--date', '2027-13-01'], /--date must be a date/],
    // Which time that is, depends on where the machine is.
    [['--date', '2027-03-01T08:00:00'], /--date must be a date/],
    [['--port', 'x'], /--port must be a whole number from 0 to 65535/],
    [['--pace', '0'], /--pace must be a number/],
    [['--nps', 'linux'], /--nps must be/],
    [['--events', 'nowhere'], /--events must be a URL/],
    [['--scenario', '/does/not/exist.json'], /--scenario .*ENOENT/],
    [['--colour'], /colour/],
  ])('refuses %j', (argv, message) => {
    expect(() => readSimulatorOptions(argv)).toThrow(UsageError);
    expect(() => readSimulatorOptions(argv)).toThrow(message);
  });
});

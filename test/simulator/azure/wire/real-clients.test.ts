import { execFile } from 'node:child_process';
import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Running, readOptions, start, UsageError } from '../../../../simulator/azure/main.ts';

const run = promisify(execFile);

describe('an unchanged program over HTTPS', () => {
  let azure: Running;
  beforeAll(async () => {
    azure = await start(readOptions(['--pace', '6000', '--nps', 'memory']), () => undefined);
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

describe('the command line', () => {
  it.each([
    [['--port', 'x'], /--port must be a number/],
    [['--pace', '0'], /--pace must be a number/],
    [['--nps', 'linux'], /--nps must be/],
    [['--events', 'nowhere'], /--events must be a URL/],
    [['--scenario', '/does/not/exist.json'], /--scenario .*ENOENT/],
    [['--colour'], /colour/],
  ])('refuses %j', (argv, message) => {
    expect(() => readOptions(argv)).toThrow(UsageError);
    expect(() => readOptions(argv)).toThrow(message);
  });
});

import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appRoles } from '../../scripts/entra/app-roles.mjs';
import { subscriptionId } from '../../simulator/azure/default-world.ts';
import { cliVersion, isBefore247, needsCli, signedInCli } from './azure-cli.ts';

describe.skipIf(!cliVersion)(`The Azure CLI itself${needsCli}`, () => {
  let cli: Awaited<ReturnType<typeof signedInCli>>;
  beforeAll(async () => {
    cli = await signedInCli();
  });
  afterAll(() => cli?.close());

  it('signs in to the simulated Azure as to a cloud of its own', async () => {
    const account = await cli.az('account', 'show');
    expect(account).toMatchObject({ id: subscriptionId, environmentName: 'Simulated', state: 'Enabled' });
    const { accessToken, expiresOn } = await cli.az('account', 'get-access-token');
    expect(accessToken.split('.')).toHaveLength(3);
    expect(Date.parse(expiresOn)).toBeGreaterThan(Date.now());
  });

  it('lets npm run preflight look at the installation, with its own sign-in', async () => {
    const { status, stdout, stderr } = await cli.node('scripts/preflight.mjs', [
      '--name',
      'vpn-small',
      '--location',
      'westeurope',
      '--compareRole',
      'gatewayActions',
      '--json',
    ]);
    expect(stderr).toBe('');
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.filter(({ level }) => level === 'stops' || level === 'unknown')).toEqual([]);
    expect(lines.filter(({ level }) => level === 'well').length).toBeGreaterThan(15);
    expect(status).toBe(0);
  });

  it.skipIf(!isBefore247)('is told to be too old for a file of parameters', async () => {
    const { status, stderr } = await cli.node('scripts/preflight.mjs', [
      '--parameters',
      'infra/main.bicepparam',
    ]);
    expect(stderr).toBe(
      'This Azure CLI is too old to read infra/main.bicepparam: it must be 2.47.0 or later. Update it (az upgrade), or give --name and --location in place of --parameters.\n',
    );
    expect(status).toBe(2);
  });

  it('lets npm run conformance make, look at and remove resources, with its own sign-in', async () => {
    const recording = `${cli.folder}/recording.json`;
    const { status, stdout } = await cli.node('scripts/conformance.mjs', [
      '--json',
      '--poll',
      '0.1',
      '--recording',
      recording,
    ]);
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.filter(({ verdict }) => verdict === 'contradicted')).toEqual([]);
    expect(lines.at(-1)).toMatchObject({ contradicted: 0 });
    expect(lines.filter(({ verdict }) => verdict === 'confirmed').length).toBeGreaterThan(10);
    expect(status).toBe(0);
    expect([...cli.azure.world.resourceGroups.keys()].join()).not.toContain('conformance');
    const { accessToken } = await cli.az('account', 'get-access-token');
    expect(readFileSync(recording, 'utf8')).not.toContain(accessToken);
  });

  it('registers the app in Entra with its roles, and does nothing twice', async () => {
    const person = 'aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee';
    const args = ['--assign', `Approver=${person}`, '--host', 'func-vpn.azurewebsites.net', '--apply'];
    const first = await cli.node('scripts/entra/register-app.mjs', args);
    expect(first.stderr).toBe('');
    expect(first.status).toBe(0);
    const [app] = cli.graph.held.applications!;
    const [principal] = cli.graph.held.servicePrincipals!;
    expect(app).toMatchObject({
      displayName: 'VPN RADIUS',
      signInAudience: 'AzureADMyOrg',
      appRoles,
      identifierUris: [`api://${app!.appId}`],
      web: {
        redirectUris: ['https://func-vpn.azurewebsites.net/.auth/login/aad/callback'],
        implicitGrantSettings: { enableIdTokenIssuance: true },
      },
    });
    expect(principal).toMatchObject({ appId: app!.appId, appRoleAssignmentRequired: true });
    const approver = appRoles.find(({ value }) => value === 'Approver')!;
    expect(cli.graph.assignments).toMatchObject([
      { principalId: person, resourceId: principal!.id, appRoleId: approver.id },
    ]);
    expect(first.stdout).toContain(`azd env set ENTRA_CLIENT_ID ${app!.appId}`);
    cli.graph.writes.length = 0;
    const again = await cli.node('scripts/entra/register-app.mjs', args);
    expect(again.stderr).toBe('');
    expect(cli.graph.writes).toEqual([]);
  });
});

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { roles } from '../../../functions/http/roles.ts';
import { appRoles } from '../../../scripts/entra/app-roles.mjs';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const [app, principal, person] = [
  '11111111-2222-3333-4444-555555555555',
  '66666666-7777-8888-9999-000000000000',
  'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee',
];
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(`${tmpdir()}/register-app-test-`);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/**
 * Runs the script against an `az` that answers from the files, notes each command, and keeps what was sent in files.
 */
function register(known: Readonly<Record<string, unknown>>, ...args: readonly string[]) {
  const answers = {
    'ad app list': [],
    'ad app create': { appId: app, displayName: 'VPN RADIUS', appRoles: [], identifierUris: [] },
    'ad sp list': [],
    'ad sp create': { id: principal, appId: app },
    'cloud show': { endpoints: { microsoftGraphResourceId: 'https://graph.microsoft.com/' } },
    'rest --method get': { value: [] },
    ...known,
  };
  for (const [name, answer] of Object.entries(answers))
    writeFileSync(`${folder}/${name.replaceAll(' ', '_')}`, JSON.stringify(answer));
  writeFileSync(
    `${folder}/az`,
    `#!/bin/sh
echo "$@" >> "${folder}/told"
for one in "$@"; do case "$one" in @*) cat "\${one#@}" >> "${folder}/sent"; echo >> "${folder}/sent" ;; esac; done
for name in "$1_$2" "$1_$2_$3"; do [ -f "${folder}/$name" ] && exec cat "${folder}/$name"; done
echo null
`,
    { mode: 0o755 },
  );
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [`${root}scripts/entra/register-app.mjs`, ...args],
    { encoding: 'utf8', env: { PATH: `${folder}:/usr/bin:/bin` } },
  );
  const lines = (name: string) =>
    existsSync(`${folder}/${name}`) ? readFileSync(`${folder}/${name}`, 'utf8').trim().split('\n') : [];
  return {
    status,
    stdout,
    stderr,
    told: lines('told'),
    sent: lines('sent').map((line) => JSON.parse(line) as object),
  };
}
const writes = (told: readonly string[]) =>
  told.filter((command) => / (create|update|delete) |--method post/.test(command));

it('defines the roles that the app knows, and refuses people the one of ticket systems', () => {
  expect(appRoles.map(({ value }) => value)).toEqual([...roles]);
  expect(new Set(appRoles.map(({ id }) => id)).size).toBe(roles.length);
  for (const { value, allowedMemberTypes } of appRoles)
    expect(allowedMemberTypes.includes('User')).toBe(value !== 'TicketSystem');
});

describe.skipIf(process.platform === 'win32')('npm run register-app', () => {
  it('changes nothing unless it is told to', () => {
    const { status, stdout, told } = register({}, '--assign', `Approver=${person}`);
    expect(status).toBe(0);
    expect(writes(told)).toEqual([]);
    expect(stdout).toContain('would  create the registration VPN RADIUS');
    expect(stdout).toContain(`would  give ${person} the role Approver`);
    expect(stdout).toContain('Nothing was changed. Add --apply to do it.');
  });

  it('lets browsers sign in to the page at a host, besides what is allowed already', () => {
    const other = 'https://other.example.com/callback';
    const known = { appId: app, displayName: 'VPN RADIUS', appRoles, identifierUris: [`api://${app}`] };
    const here = 'https://func-vpn.azurewebsites.net/.auth/login/aad/callback';
    const list = (web: object) => ({ 'ad app list': [{ ...known, web }] });
    const { told } = register(
      list({ redirectUris: [other] }),
      '--host',
      'func-vpn.azurewebsites.net',
      '--apply',
    );
    expect(told).toContain(
      `ad app update --id ${app} --web-redirect-uris ${other} ${here} --enable-id-token-issuance true --output json`,
    );
    const done = { redirectUris: [here], implicitGrantSettings: { enableIdTokenIssuance: true } };
    const again = register(list(done), '--host', 'func-vpn.azurewebsites.net', '--apply');
    expect(again.stdout).not.toContain('browsers');
  });

  it('makes the registration, its roles, its enterprise application and the assignments', () => {
    const { status, stdout, stderr, told, sent } = register({}, '--assign', `Approver=${person}`, '--apply');
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(writes(told).map((command) => command.replace(/@\S+/, '@FILE'))).toEqual([
      'ad app create --display-name VPN RADIUS --sign-in-audience AzureADMyOrg --output json',
      `ad app update --id ${app} --app-roles @FILE --output json`,
      `ad app update --id ${app} --identifier-uris api://${app} --output json`,
      `ad sp create --id ${app} --output json`,
      `ad sp update --id ${principal} --set appRoleAssignmentRequired=true --output json`,
      `rest --method post --url https://graph.microsoft.com/v1.0/servicePrincipals/${principal}/appRoleAssignedTo --body @FILE --output json`,
    ]);
    expect(sent).toEqual([
      appRoles,
      {
        principalId: person,
        resourceId: principal,
        appRoleId: appRoles.find(({ value }) => value === 'Approver')!.id,
      },
    ]);
    expect(stdout).toContain(`azd env set ENTRA_CLIENT_ID ${app}`);
  });

  it('keeps what is there, roles of others too, and does nothing twice', () => {
    const other = { id: 'ffffffff-0000-0000-0000-000000000000', value: 'Auditor' };
    const complete = {
      'ad app list': [
        {
          appId: app,
          displayName: 'VPN RADIUS',
          appRoles: [other, ...appRoles],
          identifierUris: [`api://${app}`],
        },
        { appId: 'another', displayName: 'VPN RADIUS test', appRoles: [] },
      ],
      'ad sp list': [{ id: principal, appRoleAssignmentRequired: true }],
      'rest --method get': {
        value: [{ principalId: person, appRoleId: appRoles.find(({ value }) => value === 'Reader')!.id }],
      },
    };
    expect(writes(register(complete, '--assign', `Reader=${person}`, '--apply').told)).toEqual([]);
    rmSync(`${folder}/told`);
    const [known] = complete['ad app list'];
    const partly = register(
      { ...complete, 'ad app list': [{ ...known, appRoles: [other, appRoles[0]] }] },
      '--apply',
    );
    expect(partly.sent).toEqual([[other, ...appRoles]]);
  });

  it('refuses a role that does not exist, an id that is none, and a name that two have', () => {
    expect(register({}, '--assign', `Admin=${person}`).stderr).toContain('one of Reader, Requester,');
    expect(register({}, '--assign', 'Reader=anna@contoso.com').stderr).toContain('an object id of Entra');
    const twice = { 'ad app list': Array(2).fill({ appId: app, displayName: 'VPN RADIUS' }) };
    const { status, stderr } = register(twice, '--apply');
    expect(status).toBe(1);
    expect(stderr).toContain('There are 2 registrations named VPN RADIUS');
  });
});

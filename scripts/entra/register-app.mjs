import '../entry.mjs';
import '../stop-signals.mjs';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { parseArgs } from 'node:util';
import { az } from '../az.mjs';
import { appRoles } from './app-roles.mjs';

/**
 * The app registration of `AUTH_MODE=entra`, as docs/roles.md describes it: five app roles, "assignment required", and
 * who has which role. What exists already is kept. Without --apply it only says what is missing.
 */
try {
  const { values } = parseArgs({
    options: {
      name: { type: 'string', default: 'VPN RADIUS' },
      assign: { type: 'string', multiple: true, default: [] },
      host: { type: 'string' },
      apply: { type: 'boolean', default: false },
    },
  });
  const assignments = values.assign.map(assignmentOf);
  register(values, assignments, stepper(values.apply));
  if (!values.apply) console.log('Nothing was changed. Add --apply to do it.');
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

function assignmentOf(text) {
  const [value, id] = text.split('=');
  const role = appRoles.find((one) => one.value === value);
  const isId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id ?? '');
  if (role && isId) return { role, id: id.toLowerCase() };
  throw new Error(
    `--assign ${text}: write ROLE=ID, with one of ${appRoles.map((one) => one.value).join(', ')} and an object id of Entra.`,
  );
}

/** Says a step, and does it when --apply is given. */
function stepper(applies) {
  return (what, act) => {
    console.log(`${applies ? 'does' : 'would'}  ${what}`);
    return applies ? act() : undefined;
  };
}

function register({ name, host }, assignments, step) {
  const found = az('ad', 'app', 'list', '--display-name', name).filter((one) => one.displayName === name);
  if (found.length > 1)
    throw new Error(`There are ${found.length} registrations named ${name}. Give another --name.`);
  let [app] = found;
  if (app) console.log(`has   the registration ${name} (${app.appId})`);
  else
    app = step(`create the registration ${name}`, () =>
      az('ad', 'app', 'create', '--display-name', name, '--sign-in-audience', 'AzureADMyOrg'),
    );
  const has = app?.appRoles ?? [];
  const missing = appRoles.filter((role) => !has.some((one) => one.value === role.value));
  const uri = app && `api://${app.appId}`;
  if (missing.length > 0)
    step(`add the app roles ${missing.map((role) => role.value).join(', ')}`, () =>
      withFile([...has, ...missing], (file) =>
        az('ad', 'app', 'update', '--id', app.appId, '--app-roles', `@${file}`),
      ),
    );
  if (!app?.identifierUris?.includes(uri))
    step('give it the URI for which callers ask tokens, api://<its client id>', () =>
      az('ad', 'app', 'update', '--id', app.appId, '--identifier-uris', ...(app.identifierUris ?? []), uri),
    );
  if (host) letBrowsersSignIn(app, host, step);
  let [principal] = app ? az('ad', 'sp', 'list', '--filter', `appId eq '${app.appId}'`) : [];
  principal ??= step('make the enterprise application of the registration', () =>
    az('ad', 'sp', 'create', '--id', app.appId),
  );
  if (!principal?.appRoleAssignmentRequired)
    step('allow only callers with a role', () =>
      az('ad', 'sp', 'update', '--id', principal.id, '--set', 'appRoleAssignmentRequired=true'),
    );
  assign(principal, assignments, [...has, ...missing], step);
  console.log(
    app
      ? `Then give the template its client id: azd env set ENTRA_CLIENT_ID ${app.appId}`
      : 'Then give the template its client id, which --apply prints: azd env set ENTRA_CLIENT_ID <client id>',
  );
}

/** App Service signs people in to the operations page. For that, it gets an ID token at this address of the app. */
function letBrowsersSignIn(app, host, step) {
  const redirect = `https://${host}/.auth/login/aad/callback`;
  const { redirectUris = [], implicitGrantSettings } = app?.web ?? {};
  if (redirectUris.includes(redirect) && implicitGrantSettings?.enableIdTokenIssuance) return;
  const all = [...new Set([...redirectUris, redirect])];
  step(`allow browsers to sign in, by ${redirect}`, () =>
    az(
      ...['ad', 'app', 'update', '--id', app.appId],
      ...['--web-redirect-uris', ...all, '--enable-id-token-issuance', 'true'],
    ),
  );
}

function assign(principal, assignments, roles, step) {
  if (assignments.length === 0) return;
  const { endpoints } = az('cloud', 'show');
  const graph = `${endpoints.microsoftGraphResourceId.replace(/\/$/, '')}/v1.0/servicePrincipals`;
  const url = principal && `${graph}/${principal.id}/appRoleAssignedTo`;
  const given = principal ? az('rest', '--method', 'get', '--url', url).value : [];
  for (const { role, id } of assignments) {
    const { id: appRoleId } = roles.find((one) => one.value === role.value);
    if (given.some((one) => one.principalId === id && one.appRoleId === appRoleId)) {
      console.log(`has   ${id} has the role ${role.value}`);
      continue;
    }
    step(`give ${id} the role ${role.value}`, () =>
      withFile({ principalId: id, resourceId: principal.id, appRoleId }, (file) =>
        az('rest', '--method', 'post', '--url', url, '--body', `@${file}`),
      ),
    );
  }
}

/** az gets JSON in a file, so no shell has to quote it. */
function withFile(content, use) {
  const folder = mkdtempSync(`${tmpdir()}/register-app-`);
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);
  try {
    writeFileSync(`${folder}/content.json`, JSON.stringify(content));
    return use(`${folder}/content.json`);
  } finally {
    process.off('exit', remove);
    remove();
  }
}

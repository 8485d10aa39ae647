import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { type Role, roles } from '../../functions/http/roles.ts';
import { readSettings } from '../../shared/config.ts';
import { gatewayId, hub, type Stage, stage } from '../flows/stage/stage.ts';

const signedIn = { settings: { AUTH_MODE: 'entra', WEBSITE_AUTH_ENABLED: 'True' } };
const ada = { id: 'ada00000-0000-4000-8000-000000000001', name: 'ada@contoso.com' };
const grace = { id: 'face0000-0000-4000-8000-000000000002', name: 'grace@contoso.com' };

/** The headers that App Service authentication sets for a sign-in with Entra. */
function principal(who: { id: string; name: string }, ...has: readonly string[]): Record<string, string> {
  const claims = [
    { typ: 'http://schemas.microsoft.com/identity/claims/objectidentifier', val: who.id },
    { typ: 'preferred_username', val: who.name },
    { typ: 'name', val: who.name.split('@')[0]! },
    ...has.map((val) => ({ typ: 'roles', val })),
  ];
  const role_typ = 'http://schemas.microsoft.com/ws/2008/06/identity/claims/role';
  return {
    'x-ms-client-principal': encoded({ auth_typ: 'aad', claims, name_typ: 'name', role_typ }),
    'x-ms-client-principal-id': who.id,
    'x-ms-client-principal-name': who.name,
  };
}

const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64');

async function call(story: Stage, headers: Record<string, string>, route: string, body?: unknown) {
  const [method, path] = route.split(' ') as [string, string];
  const answer = await story.host.fetch(`/api${path}`, {
    method,
    headers,
    ...(method === 'POST' && { body: JSON.stringify(body ?? {}) }),
  });
  const text = await answer.text();
  const json = text.startsWith('{') ? JSON.parse(text) : undefined;
  return { status: answer.status, body: json, error: json?.error };
}

/** The status for an empty body, or for an id that does not exist, by route, when the caller is let in. */
const letIn: Readonly<Record<string, number>> = {
  'POST /tickets': 400,
  'POST /deployments/plan': 400,
  'GET /plans/{id}': 404,
  'GET /deployments': 200,
  'GET /deployments/{id}/export': 400,
  'GET /deployments/{id}': 404,
  'GET /deployments/{id}/plan': 404,
  'GET /deployments/{id}/record': 404,
  'POST /deployments/{id}/approval': 400,
  'POST /deployments/{id}/cancel': 404,
  'POST /deployments/{id}/client-profile': 404,
  'POST /rotations': 400,
  'GET /rotations/{id}': 404,
  'POST /rotations/{id}/cancel': 404,
  'POST /removals': 400,
  'POST /migrations': 400,
  'POST /compliance/runs': 202,
  'GET /compliance/runs/{id}': 404,
  'GET /compliance/latest': 404,
  'GET /compliance/reports': 200,
  'GET /compliance/reports/{id}': 404,
  'POST /compliance/waivers': 400,
  'GET /compliance/waivers': 200,
  'GET /compliance/waivers/{id}': 404,
  'POST /compliance/waivers/{id}/withdrawal': 404,
  'GET /guardrails': 200,
};

const fromPage = { 'x-vpn-radius-page': '1' };
const isOfPage = (route: string) => route.includes(' /signed-in/');
const asDocumented = (route: string) => route.replace('/signed-in/', '/');

/** The table of docs/roles.md: the roles that may call each route. */
const documented = new Map(
  readFileSync(new URL('../../docs/roles.md', import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => /^\| `(GET|POST) /.test(line))
    .map((line) => {
      const [route = '', ...cells] = line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim());
      return [
        route.replaceAll('`', ''),
        roles.filter((_, column) => cells[column]?.startsWith('yes')),
      ] as const;
    }),
);

it('docs/roles.md says of every route who may call it, and every role gets exactly that', async () => {
  const story = await stage(signedIn);
  const served = story.host.functions
    .filter(({ type }) => type === 'httpTrigger')
    .map(({ methods, route }) => `${methods?.[0]} ${route?.replace('/api', '')}`)
    .filter((route) => !['GET /health', 'GET /portal/{*path}', 'POST /tickets/{system}'].includes(route));
  expect(Object.keys(letIn)).toEqual(expect.arrayContaining(served.filter((route) => !isOfPage(route))));
  // The page's own routes are the same ones, for callers who are signed in and have no key.
  expect(served.filter(isOfPage).map(asDocumented)).toEqual(served.filter((route) => !isOfPage(route)));
  for (const called of served) {
    const route = asDocumented(called);
    const asPage = isOfPage(called) ? fromPage : {};
    expect(documented.has(route), `docs/roles.md has ${route}`).toBe(true);
    for (const role of roles) {
      const { status, error } = await call(story, { ...asPage, ...principal(ada, role) }, called);
      const may = documented.get(route)!.includes(role);
      expect(status, `${role}: ${called}`).toBe(may ? letIn[route] : 403);
      if (!may) expect(error).toMatchObject({ code: 'Forbidden', message: expect.stringContaining(role) });
    }
    const all = { ...asPage, ...principal(ada, ...roles) };
    expect((await call(story, all, called)).status, called).toBe(letIn[route]);
  }
});

const turnedAway: readonly (readonly [why: string, headers: Record<string, string>, status: number])[] = [
  ['nobody is signed in', {}, 401],
  ['the sign-in has no claims', { 'x-ms-client-principal': encoded({ auth_typ: 'aad' }) }, 401],
  [
    'the sign-in has no object id',
    { 'x-ms-client-principal': encoded({ auth_typ: 'aad', claims: [] }) },
    401,
  ],
  [
    'the sign-in is with another provider, which may call a role what it likes',
    { 'x-ms-client-principal': encoded({ auth_typ: 'github', claims: [{ typ: 'roles', val: 'Operator' }] }) },
    401,
  ],
  ['the caller has no role', principal(ada), 403],
  ['the caller has a role of another app, and one in another case', principal(ada, 'Admin', 'operator'), 403],
];

it('who is not signed in with Entra, or has no role of the app, is told nothing', async () => {
  const story = await stage(signedIn);
  for (const [why, headers, expected] of turnedAway) {
    for (const route of ['GET /deployments', 'POST /tickets', 'GET /signed-in/deployments']) {
      const { status, error } = await call(story, { ...fromPage, ...headers }, route);
      expect(status, why).toBe(expected);
      expect(error.code, why).toBe(expected === 401 ? 'Unauthorized' : 'Forbidden');
    }
    expect((await call(story, headers, 'GET /health')).status, why).toBe(200);
  }
});

it('a page of another origin, which can send the cookie of a sign-in but no header of its own, is turned away', async () => {
  const story = await stage(signedIn);
  for (const route of ['GET /signed-in/deployments', 'POST /signed-in/compliance/runs']) {
    expect(await call(story, principal(ada, ...roles), route)).toMatchObject({
      status: 403,
      error: { code: 'Forbidden', message: expect.stringContaining('x-vpn-radius-page') },
    });
  }
});

it('the page is told how to sign in, and who is signed in with which roles', async () => {
  const story = await stage(signedIn);
  const session = async (headers = {}) => (await call(story, headers, 'GET /portal/session')).body;
  expect(await session()).toMatchObject({ authMode: 'entra', signedIn: null });
  expect(await session({ 'x-ms-client-principal': encoded('Operator') })).toMatchObject({ signedIn: null });
  expect(await session(principal(grace, 'Approver', 'Admin'))).toMatchObject({
    signedIn: { name: grace.name, roles: ['Approver'] },
  });
});

it('takes a role also from the claim that the platform has renamed', async () => {
  const story = await stage(signedIn);
  const role_typ = 'http://schemas.microsoft.com/ws/2008/06/identity/claims/role';
  const claims = [
    { typ: 'oid', val: ada.id },
    { typ: role_typ, val: 'Reader' satisfies Role },
  ];
  const headers = { 'x-ms-client-principal': encoded({ auth_typ: 'aad', claims, role_typ }) };
  expect((await call(story, headers, 'GET /deployments')).status).toBe(200);
});

const toBeApproved = (story: Stage, requestedBy?: string) =>
  story.ticket({
    ticket: { ...story.webhook('REQ9'), ...(requestedBy !== undefined && { requestedBy }) },
    approval: { required: true },
  });

const until = (story: Stage, id: string, headers: Record<string, string>, statuses: readonly string[]) =>
  story.host.runUntil(
    async () => statuses.includes((await call(story, headers, `GET /deployments/${id}`)).body.status),
    { limitMinutes: 240 },
  );
/** What an approval must name. */
async function digestOf(story: Stage, id: string, headers: Record<string, string>) {
  const { body } = await call(story, headers, `GET /deployments/${id}/plan`);
  return { planDigest: body.digest as string };
}
const waiting = (story: Stage, id: string, headers: Record<string, string>) =>
  until(story, id, headers, ['AwaitingApproval']);

it('whoever asked cannot approve; another can, under the name they are signed in with', async () => {
  const story = await stage(signedIn);
  const requester = principal(ada, 'Requester', 'Approver');
  const posted = await call(story, requester, 'POST /tickets', toBeApproved(story));
  expect(posted.status).toBe(202);
  const approval = `POST /deployments/${posted.body.id}/approval`;
  await waiting(story, posted.body.id, requester);

  // The profile is for the requester and for an operator. There is none yet.
  const profile = `POST /deployments/${posted.body.id}/client-profile`;
  expect((await call(story, principal(grace, 'Requester'), profile)).status).toBe(403);
  for (const headers of [requester, principal(grace, 'Operator')])
    expect(await call(story, headers, profile)).toMatchObject({
      status: 409,
      error: { code: 'GatewayNotReady' },
    });

  const its = await digestOf(story, posted.body.id, requester);
  // The object id counts, in any case and under any name.
  const renamed = principal({ id: ada.id.toUpperCase(), name: 'ada.lovelace@contoso.com' }, 'Approver');
  for (const headers of [requester, renamed]) {
    const own = await call(story, headers, approval, { ...its, approved: true });
    expect(own.status).toBe(403);
    expect(own.error.message).toContain('asked for this deployment; somebody else must decide');
  }
  const other = principal(grace, 'Approver');
  const asAda = await call(story, other, approval, { ...its, approved: true, by: ada.name });
  expect(asAda.status).toBe(400);
  expect(asAda.error.details).toMatchObject([{ target: 'by' }]);
  expect((await call(story, other, approval, { ...its, approved: true })).status).toBe(202);

  await until(story, posted.body.id, other, ['Succeeded', 'Failed', 'Rejected']);
  const { body } = await call(story, other, `GET /deployments/${posted.body.id}`);
  expect(body.status).toBe('Succeeded');
  expect(body.ticket.requestedBy).toBe(ada.name);
  expect(body.stages.find(({ name }: { name: string }) => name === 'approval').detail).toBe(
    'Approved by grace@contoso.com',
  );
});

it.each([' GRACE@contoso.com\u00a0', 'Grace'])(
  'a ticket system that posts for %s does not let that user approve',
  async (requestedBy) => {
    const story = await stage(signedIn);
    const integration = principal(
      { id: 'b0700000-0000-4000-8000-000000000003', name: 'servicenow' },
      'Requester',
    );
    const posted = await call(story, integration, 'POST /tickets', toBeApproved(story, requestedBy));
    const approver = principal(grace, 'Approver');
    await waiting(story, posted.body.id, approver);
    const its = await digestOf(story, posted.body.id, approver);
    const own = await call(story, approver, `POST /deployments/${posted.body.id}/approval`, {
      ...its,
      approved: true,
    });
    expect(own.status).toBe(403);
    // A display name does not show who asked: somebody else can approve only when there is an identity.
    const other = principal(ada, 'Approver');
    if (!requestedBy.includes('@')) {
      const unknown = await call(story, other, `POST /deployments/${posted.body.id}/approval`, {
        ...its,
        approved: true,
      });
      expect(unknown.status).toBe(403);
      expect(unknown.error.message).toContain('SERVICENOW_FIELDS');
    }
    const rejected = await call(story, other, `POST /deployments/${posted.body.id}/approval`, {
      ...its,
      approved: false,
    });
    expect(rejected.status).toBe(202);
  },
);

it('nobody decides on a waiver of their own, and its owner is somebody who can be told from others', async () => {
  const story = await stage(signedIn);
  const wish = { rule: 'radius-single-server', target: gatewayId, reason: 'ordered', until: '2030-02-01' };
  const waive = (owner: string, more = {}) =>
    call(story, principal(grace, 'Approver'), 'POST /compliance/waivers', { ...wish, owner, ...more });
  expect(await waive(` ${grace.name.toUpperCase()}`)).toMatchObject({
    status: 403,
    error: { code: 'Forbidden', target: 'owner' },
  });
  expect(await waive('Ada')).toMatchObject({ status: 400, error: { details: [{ target: 'owner' }] } });
  expect(await waive(ada.name, { by: ada.name })).toMatchObject({
    status: 400,
    error: { details: [{ target: 'by' }] },
  });
  const made = await waive(ada.name);
  expect(made).toMatchObject({ status: 201, body: { by: grace.name, byId: grace.id } });
  const operator = principal(ada, 'Operator');
  const path = `POST /compliance/waivers/${made.body.id}/withdrawal`;
  expect(await call(story, operator, path)).toMatchObject({
    status: 200,
    body: { state: 'withdrawn', withdrawn: { by: ada.name } },
  });
});

it('a webhook is never taken for a sign-in: it is signed, or refused', async () => {
  const body = { issue: { key: 'NET-1' } };
  const unsigned = await stage(signedIn);
  const people = roles.filter((role) => role !== 'TicketSystem');
  for (const headers of [{}, principal(ada, ...people)])
    for (const system of ['jira', 'servicenow']) {
      const { status, error } = await call(unsigned, headers, `POST /tickets/${system}`, body);
      expect(status).toBe(401);
      expect(error.message).toContain(`${system.toUpperCase()}_WEBHOOK_SECRET`);
    }

  const settings = { ...signedIn.settings, SERVICENOW_WEBHOOK_SECRET: 'servicenow-webhook' };
  const scenario = { secrets: [{ name: 'servicenow-webhook', value: 'servicenow-token' }] };
  const story = await stage({ settings, scenario });
  const wrong = await call(story, { 'x-vpnradius-token': 'guessed' }, 'POST /tickets/servicenow', body);
  expect(wrong.status).toBe(401);
  const right = await call(
    story,
    { 'x-vpnradius-token': 'servicenow-token' },
    'POST /tickets/servicenow',
    body,
  );
  expect(right.status).toBe(400);
});

it('a ticket system that signs in needs no signature, and says itself which system it is', async () => {
  const story = await stage(signedIn);
  const serviceNow = { id: 'b0700000-0000-4000-8000-000000000003', name: 'servicenow' };
  const item = { number: 'RITM0010001', variables: {} };
  const native = await call(story, principal(serviceNow, 'TicketSystem'), 'POST /tickets/servicenow', item);
  expect(native).toMatchObject({
    status: 400,
    error: { details: [{ target: 'variables.virtual_network_id' }] },
  });

  const ours = story.ticket({ ticket: { system: 'servicenow', id: 'RITM0010001' } });
  const refused = await call(story, principal(ada, 'Operator', 'Requester'), 'POST /tickets', ours);
  expect(refused).toMatchObject({ status: 400, error: { details: [{ target: 'ticket.system' }] } });
  expect((await call(story, principal(serviceNow, 'TicketSystem'), 'POST /tickets', ours)).status).toBe(202);
});

it('with a function key alone nobody has to be signed in, and a made-up sign-in says nothing', async () => {
  const story = await stage();
  const forged = principal(grace, ...roles);
  const id = await story.send(toBeApproved(story));
  expect((await story.deployment(id)).ticket).not.toHaveProperty('requestedBy');
  await waiting(story, id, forged);
  const its = await digestOf(story, id, forged);
  const nameless = await call(story, forged, `POST /deployments/${id}/approval`, { ...its, approved: true });
  expect(nameless).toMatchObject({
    status: 400,
    error: { details: [{ code: 'FieldMissing', target: 'by' }] },
  });
  const { status } = await call(story, {}, `POST /deployments/${id}/approval`, {
    ...its,
    approved: false,
    by: 'Ada',
  });
  expect(status).toBe(202);
  expect(await story.ended(id)).toMatchObject({ status: 'Rejected', virtualNetworkId: hub });
});

it('does not start with AUTH_MODE=entra where nobody authenticates in front of it', async () => {
  const settings = { KEY_VAULT_URL: 'https://kv-hub.vault.azure.net', AUTH_MODE: 'entra' };
  for (const off of [{}, { WEBSITE_AUTH_ENABLED: 'False' }])
    expect(() => readSettings({ ...settings, ...off })).toThrow(/authentication is off.*AUTH_MODE to key/);
  expect(readSettings({ ...settings, WEBSITE_AUTH_ENABLED: 'true' }).AUTH_MODE).toBe('entra');
  const { status, body } = await (await stage({ settings: { AUTH_MODE: 'entra' } })).call('GET', 'health');
  expect(status).toBe(503);
  expect(body.problems).toMatchObject([
    { target: 'AUTH_MODE', message: expect.stringMatching(/authentication is off/) },
  ]);
});

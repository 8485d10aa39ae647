import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { ticketsInTurns } from '../../../functions/records/answer-turns.ts';
import { rowsInFolder } from '../../../shared/azure/storage/rows-in-folder.ts';
import type { TicketAnswer, TicketReference } from '../../../shared/deployment/contract.ts';
import { type JiraWorkflow, jiraWorkflow } from '../../../shared/deployment/tickets/jira-workflow.ts';
import { serviceNowStates } from '../../../shared/deployment/tickets/servicenow-states.ts';
import { httpsClient } from '../../../shared/ticketing/https.ts';
import { type TicketingOptions, tickets } from '../../../shared/ticketing/tickets.ts';
import { virtualClock } from '../../../simulator/clock.ts';
import { temporaryFolder } from '../../../simulator/temporary-folder.ts';
import { type Jira, jira, type WorkflowTransition } from '../../../simulator/ticketing/jira.ts';
import { type Receiver, receiver } from '../../../simulator/ticketing/receiver.ts';
import { serveTicketing, type TicketingServer } from '../../../simulator/ticketing/server.ts';
import { type ServiceNow, serviceNow } from '../../../simulator/ticketing/servicenow.ts';
import { loopbackCertificate, secretsOf } from './loopback.ts';
import { scriptedClient } from './scripted-client.ts';

const clock = virtualClock(new Date('2026-03-02T09:00:00Z'));
const credentials: Record<string, string> = {
  'snow-basic': 'vpn.integration:S3cret:with:colons',
  'snow-oauth': JSON.stringify({ clientId: 'vpn-app', clientSecret: 'client-s3cret' }),
  'jira-basic': 'vpn@example.com:jira-t0ken',
  'jira-bearer': 'Bearer pat-t0ken',
  wrong: 'vpn.integration:nope',
  unusable: 'justoneword',
};
const accounts = {
  basic: { [credentials['snow-basic']!]: 'VPN Integration', [credentials['jira-basic']!]: 'VPN Integration' },
  bearer: { 'pat-t0ken': 'VPN Integration' },
};

let certificate: { key: string; cert: string };
let server: TicketingServer;
let snow: ServiceNow;
let board: Jira;
let hook: Receiver;

function reset(more: { readOnly?: string[]; workflow?: readonly WorkflowTransition[] } = {}) {
  const { readOnly = [], workflow } = more;
  snow = serviceNow({ clock, accounts, clients: { 'vpn-app': 'client-s3cret' }, readOnly });
  board = jira({ clock, accounts, ...(workflow && { workflow }) });
  hook = receiver({ clock });
}

beforeAll(async () => {
  certificate = await loopbackCertificate();
  server = await serveTicketing({
    ...certificate,
    serviceNow: { handle: (request) => snow.handle(request) },
    jira: { handle: (request) => board.handle(request) },
    receiver: { handle: (request) => hook.handle(request) },
  });
});
afterAll(() => server.close());
beforeEach(() => reset());

function ticketing(more: { credential?: string; workflow?: JiraWorkflow } & Partial<TicketingOptions> = {}) {
  const rows = rowsInFolder(join(temporaryFolder('vpn-radius-answers-').folder, 'rows'));
  return tickets({
    secrets: secretsOf(credentials),
    inTurns: (system) => ticketsInTurns(system, rows),
    callbacks: { allowedHosts: [new URL(server.url).host] },
    serviceNow: {
      instance: `${server.url}/`,
      credentialSecret: more.credential ?? 'snow-basic',
      states: serviceNowStates.parse({}),
    },
    jira: {
      baseUrl: server.url,
      credentialSecret: more.credential ?? 'jira-basic',
      workflow: more.workflow ?? jiraWorkflow.parse({}),
    },
    client: httpsClient({ ca: certificate.cert }),
    now: () => clock.now(),
    ...more,
  });
}

function answerOf(status: TicketAnswer['status'], more: Partial<TicketAnswer> = {}): TicketAnswer {
  return {
    id: `vpn-hub-1/${status}`,
    deploymentId: 'vpn-hub-1',
    virtualNetworkId:
      '/subscriptions/11111111-2222-4333-8444-555555555555/resourceGroups/rg-hub/providers/Microsoft.Network/virtualNetworks/hub',
    status,
    text: `The deployment is ${status}.\n\nNothing is left to do.`,
    at: '2026-03-02T09:00:00Z',
    ...more,
  };
}

/** One attempt after another, as the orchestration makes them, until one succeeds or the failure is final. */
async function told(
  ticket: TicketReference,
  answer: TicketAnswer,
  options: Parameters<typeof ticketing>[0] = {},
  attempts = 5,
) {
  const port = ticketing(options);
  for (let attempt = 1; ; attempt++) {
    const failure = await port.answer(ticket, answer).then(
      () => undefined,
      (error) => error.failure ?? error,
    );
    if (failure?.transient !== true || attempt === attempts) return failure;
  }
}

const snowTicket = (id: string): TicketReference => ({ system: 'servicenow', id });
const jiraTicket = (id: string): TicketReference => ({ system: 'jira', id });

describe('a request item of ServiceNow', () => {
  it('follows the deployment from start to end', async () => {
    const { number } = snow.create('sc_req_item');
    expect(await told(snowTicket(number!), answerOf('Running'))).toBeUndefined();
    expect(snow.record(number!)).toMatchObject({ state: '2', active: 'true' });
    expect(await told(snowTicket(number!), answerOf('AwaitingApproval'))).toBeUndefined();
    expect(snow.record(number!)).toMatchObject({ state: '2' });
    expect(await told(snowTicket(number!), answerOf('Succeeded'))).toBeUndefined();
    expect(snow.record(number!)).toMatchObject({
      state: '3',
      active: 'false',
      close_notes: answerOf('Succeeded').text,
    });
    expect(snow.workNotes(number!)).toEqual([
      expect.stringContaining('running'),
      expect.stringContaining('waiting for approval'),
      expect.stringContaining('Nothing is left to do.'),
    ]);
    expect(snow.journal.every(({ createdBy }) => createdBy === 'VPN Integration')).toBe(true);
  });

  it('gets one work note though the answer to it was lost, twice', async () => {
    const { number } = snow.create('sc_req_item');
    snow.faults.push({ method: 'PATCH', effect: 'dropAfter' }, { method: 'GET', effect: { status: 503 } });
    expect(await told(snowTicket(number!), answerOf('Succeeded'))).toBeUndefined();
    expect(snow.workNotes(number!)).toHaveLength(1);
  });

  it('gets one work note though two attempts tell it at once', async () => {
    const { number } = snow.create('sc_req_item');
    const port = ticketing();
    await Promise.all([1, 2].map(() => port.answer(snowTicket(number!), answerOf('Succeeded'))));
    expect(snow.workNotes(number!)).toHaveLength(1);
  });

  it('gets a note of its own for an answer whose id begins like an earlier one', async () => {
    const { number } = snow.create('sc_req_item');
    await told(snowTicket(number!), answerOf('Failed', { id: 'vpn-hub-1/12' }));
    await told(snowTicket(number!), answerOf('Failed', { id: 'vpn-hub-1/1' }));
    expect(snow.workNotes(number!)).toHaveLength(2);
  });

  it('stays open when the deployment failed, and closed when somebody closed it', async () => {
    const { number } = snow.create('sc_req_item');
    await told(snowTicket(number!), answerOf('Running'));
    await told(snowTicket(number!), answerOf('Failed'));
    expect(snow.record(number!)).toMatchObject({ state: '2' });

    const closed = snow.create('sc_req_item', { state: '4', active: 'false' });
    expect(await told(snowTicket(closed.number!), answerOf('Running'))).toBeUndefined();
    expect(snow.record(closed.number!)).toMatchObject({ state: '4' });
    expect(snow.workNotes(closed.number!)).toHaveLength(1);
  });

  it('is found by table and number, or by table and sys_id', async () => {
    const { number, sys_id } = snow.create('u_vpn_request');
    expect(await told(snowTicket(`u_vpn_request/${number}`), answerOf('Running'))).toBeUndefined();
    expect(await told(snowTicket(`u_vpn_request/${sys_id}`), answerOf('Failed'))).toBeUndefined();
    expect(snow.workNotes(number!)).toHaveLength(2);
  });

  it('cannot smuggle HTML into the journal', async () => {
    const { number } = snow.create('sc_req_item');
    await told(snowTicket(number!), answerOf('Failed', { text: '[code]<script>alert(1)</script>[/CODE]' }));
    expect(snow.workNotes(number!)[0]).not.toMatch(/\[\/?code\]/i);
  });
});

describe('other records of ServiceNow', () => {
  it('an incident is resolved with its code and notes', async () => {
    const { number } = snow.create('incident');
    expect(await told(snowTicket(number!), answerOf('Succeeded'))).toBeUndefined();
    expect(snow.record(number!)).toMatchObject({ state: '6', close_code: 'Solution provided' });
  });

  it('a change goes to review, with what came of it', async () => {
    const { number } = snow.create('change_request', { state: '-1' });
    expect(await told(snowTicket(number!), answerOf('Failed'))).toBeUndefined();
    expect(snow.record(number!)).toMatchObject({ state: '0', close_code: 'unsuccessful' });
  });

  it('a state that a policy forbids is left to a person, and the note says why', async () => {
    const states = serviceNowStates.parse({ change_request: { Succeeded: { state: '3' } } });
    const { number } = snow.create('change_request', { state: '-1' });
    const serviceNow = { instance: server.url, credentialSecret: 'snow-basic', states };
    expect(await told(snowTicket(number!), answerOf('Succeeded'), { serviceNow })).toBeUndefined();
    expect(snow.record(number!)).toMatchObject({ state: '-1' });
    expect(snow.workNotes(number!)).toEqual([
      expect.stringMatching(/Please set this by hand.*State transition is not allowed/s),
    ]);
  });

  it('is answered and moved though somebody else wrote a note that looks like the answer, header and all', async () => {
    const { number } = snow.create('sc_req_item');
    const marker = `(answer ${answerOf('Succeeded').id})`;
    snow.note(number!, 'mallory', `2026-03-02 09:00:00 - VPN Integration (Work notes)\n${marker}`);
    expect(await told(snowTicket(number!), answerOf('Succeeded'))).toBeUndefined();
    expect(await told(snowTicket(number!), answerOf('Succeeded'))).toBeUndefined();
    expect(snow.record(number!)).toMatchObject({ state: '3', active: 'false' });
    expect(snow.workNotes(number!)).toHaveLength(2);
  });

  it('is told rather twice than never when the account may not read who wrote a note', async () => {
    const { number } = snow.create('sc_req_item');
    snow.faults.push({ path: /sys_journal_field/, times: 9, effect: { status: 403 } });
    await told(snowTicket(number!), answerOf('Running'));
    await told(snowTicket(number!), answerOf('Running'));
    expect(snow.workNotes(number!)).toHaveLength(2);
  });

  it('a field that the account may not write, which ServiceNow tells nobody, is told', async () => {
    reset({ readOnly: ['state'] });
    const { number } = snow.create('sc_req_item');
    expect(await told(snowTicket(number!), answerOf('Succeeded'))).toBeUndefined();
    expect(snow.workNotes(number!)).toEqual([
      expect.stringContaining('succeeded'),
      expect.stringMatching(/did not allow this account to set state/),
    ]);
  });
});

describe('an issue of Jira', () => {
  it('follows the deployment with comments and transitions', async () => {
    const { key } = board.create('NET', {});
    expect(await told(jiraTicket(key), answerOf('Running'))).toBeUndefined();
    expect(board.issues.get(key)?.status).toBe('In Progress');
    expect(await told(jiraTicket(key), answerOf('Succeeded'))).toBeUndefined();
    expect(board.issues.get(key)?.status).toBe('Done');
    expect(board.comments(key)).toEqual([
      expect.stringContaining('running'),
      expect.stringContaining('The deployment is Succeeded.\nNothing is left to do.'),
    ]);
  });

  it('gets one comment though the answers to comment and transition were lost', async () => {
    const { key } = board.create('NET', {});
    board.faults.push(
      { method: 'POST', path: /comment$/, effect: 'dropAfter' },
      { method: 'POST', path: /transitions$/, effect: 'dropAfter' },
      { method: 'GET', path: /transitions$/, effect: { status: 429, headers: { 'retry-after': '5' } } },
    );
    expect(await told(jiraTicket(key), answerOf('Succeeded'))).toBeUndefined();
    expect(board.comments(key)).toHaveLength(1);
    expect(board.issues.get(key)?.status).toBe('Done');
  });

  it('is told in its comment when the workflow offers no such transition', async () => {
    reset({ workflow: [{ id: '5', name: 'Resolve', to: 'Resolved' }] });
    const { key } = board.create('NET', {});
    expect(await told(jiraTicket(key), answerOf('Succeeded'))).toBeUndefined();
    expect(board.comments(key)).toEqual([expect.stringContaining('no transition "Done" from To Do')]);
    // The name of the status to which a transition leads is also accepted.
    const workflow = jiraWorkflow.parse({ transitions: { Rejected: 'resolved' } });
    expect(await told(jiraTicket(key), answerOf('Rejected'), { workflow })).toBeUndefined();
    expect(board.issues.get(key)?.status).toBe('Resolved');
  });

  it('is told once when Jira refuses the transition', async () => {
    reset({ workflow: [{ id: '5', name: 'Done', to: 'Done', requires: ['resolution'] }] });
    const { key } = board.create('NET', {});
    expect(await told(jiraTicket(key), answerOf('Succeeded'))).toBeUndefined();
    expect(await told(jiraTicket(key), answerOf('Succeeded'))).toBeUndefined();
    expect(board.comments(key)).toEqual([
      expect.stringContaining('succeeded'),
      expect.stringContaining('resolution is required'),
    ]);
  });

  it('is answered though somebody else wrote a comment that looks like the answer', async () => {
    const { key } = board.create('NET', {});
    board.comment(key, 'Mallory', `VPN deployment: succeeded (answer ${answerOf('Succeeded').id})`);
    expect(await told(jiraTicket(key), answerOf('Succeeded'))).toBeUndefined();
    expect(await told(jiraTicket(key), answerOf('Succeeded'))).toBeUndefined();
    expect(board.comments(key)).toHaveLength(2);
    expect(board.issues.get(key)?.status).toBe('Done');
  });

  it('gets a comment rather twice than never when the account may not ask who it is', async () => {
    const { key } = board.create('NET', {});
    board.faults.push({ path: /myself$/, times: 9, effect: { status: 403 } });
    await told(jiraTicket(key), answerOf('Succeeded'));
    await told(jiraTicket(key), answerOf('Succeeded'));
    expect(board.comments(key)).toHaveLength(2);
  });

  it('hides its comments from the customer when told so', async () => {
    const { key } = board.create('NET', {});
    const workflow = jiraWorkflow.parse({ internalComments: true });
    await told(jiraTicket(key), answerOf('Failed'), { workflow, credential: 'jira-bearer' });
    expect(board.issues.get(key)?.comments[0]?.properties).toEqual([
      { key: 'sd.public.comment', value: { internal: true } },
    ]);
  });
});

describe('credentials', () => {
  it('may be an OAuth client, whose token is renewed when it expires or is revoked', async () => {
    const { number } = snow.create('sc_req_item');
    const port = ticketing({ credential: 'snow-oauth' });
    await port.answer(snowTicket(number!), answerOf('Running'));
    clock.advance(1800_000);
    await port.answer(snowTicket(number!), answerOf('AwaitingApproval'));
    snow.faults.push({ method: 'GET', effect: { status: 401 } });
    snow.faults.push({ path: /oauth_token/, effect: { status: 503 } });
    await expect(port.answer(snowTicket(number!), answerOf('Succeeded'))).rejects.toThrowError(
      'answered 503',
    );
    await port.answer(snowTicket(number!), answerOf('Succeeded'));
    expect(snow.workNotes(number!)).toHaveLength(3);
    expect(snow.journal[0]?.createdBy).toBe('integration');
  });

  it.each([
    ['wrong', 'TicketSystemUnauthorized'],
    ['unusable', 'TicketSystemCredentialInvalid'],
    ['absent', 'TicketSystemCredentialMissing'],
  ])('that are %s are final and told without their value', async (credential, code) => {
    const { number } = snow.create('sc_req_item');
    const { key } = board.create('NET', {});
    const failures = [
      await told(snowTicket(number!), answerOf('Running'), { credential }),
      await told(jiraTicket(key), answerOf('Running'), { credential }),
    ];
    expect(failures).toMatchObject([
      { code, target: 'SERVICENOW_CREDENTIAL_SECRET' },
      { code, target: 'JIRA_CREDENTIAL_SECRET' },
    ]);
    expect(JSON.stringify(failures)).not.toMatch(/nope|justoneword|integration:/);
  });
});

describe('a ticket system that does not take the answer', () => {
  it.each([
    ['servicenow', 'RITM0099999', 'TicketNotFound'],
    ['servicenow', 'sc_req_item/ffffffffffffffffffffffffffffffff', 'TicketNotFound'],
    ['servicenow', 'UVR0000001', 'TicketIdUnknown'],
    ['servicenow', 'RITM1^ORactive=true', 'TicketIdUnknown'],
    ['servicenow', 'sc_req_item/../incident', 'TicketIdUnknown'],
    ['jira', 'NET-99', 'TicketNotFound'],
    ['jira', 'NET-1/../../myself', 'TicketIdUnknown'],
  ] as const)('%s has no %s: %s', async (system, id, code) => {
    snow.create('sc_req_item');
    expect(await told({ system, id }, answerOf('Running'))).toMatchObject({ code, target: 'ticket.id' });
    expect(snow.journal).toHaveLength(0);
  });

  it.each([
    [{ status: 500 }, 'TicketSystemUnavailable', true],
    [{ status: 429, headers: { 'retry-after': '20' } }, 'TicketSystemUnavailable', true],
    [{ status: 200, body: '<html>Your instance is hibernating</html>' }, 'TicketSystemUnavailable', true],
    // An empty answer to a read is no answer; ServiceNow is asked for the ticket first.
    [{ status: 200, body: '' }, 'TicketSystemUnavailable', true],
    ['dropBefore', 'TicketSystemUnreachable', true],
    [{ status: 302, headers: { location: '/login.do' } }, 'TicketSystemRedirected', undefined],
    [{ status: 403 }, 'TicketAnswerRejected', undefined],
    [{ status: 409 }, 'TicketAnswerRejected', true],
  ] as const)('with %j fails as %s', async (effect, code, transient) => {
    const { number } = snow.create('sc_req_item');
    const { key } = board.create('NET', {});
    for (const system of [snow, board]) system.faults.push({ times: 9, effect });
    for (const ticket of [snowTicket(number!), jiraTicket(key)]) {
      const failure = await told(ticket, answerOf('Running'), {}, 1);
      expect(failure.code).toBe(code);
      expect(failure.transient).toBe(transient);
    }
  });
});

it('an instance that ignores the query and returns another record changes nothing there', async () => {
  const { sys_id } = snow.create('sc_req_item');
  const other = { sys_id: { value: sys_id }, number: { value: 'RITM0010001' } };
  snow.faults.push({ method: 'GET', effect: { status: 200, body: JSON.stringify({ result: [other] }) } });
  expect(await told(snowTicket('RITM0010002'), answerOf('Succeeded'))).toMatchObject({
    code: 'TicketNotFound',
  });
  expect(snow.journal).toHaveLength(0);
});

describe('the way of an answer', () => {
  it('is the ticket’s own system and its callbackUrl, each once, though one of them needs another attempt', async () => {
    const { number } = snow.create('sc_req_item');
    snow.faults.push({ method: 'PATCH', effect: { status: 503 } });
    const ticket = { ...snowTicket(number!), callbackUrl: `${server.url}/hooks/1` };
    expect(await told(ticket, answerOf('Succeeded'))).toBeUndefined();
    expect(snow.workNotes(number!)).toHaveLength(1);
    expect(hook.deliveries).toHaveLength(1);
  });

  it('is the callbackUrl alone when the system is not configured', async () => {
    const ticket = { ...jiraTicket('NET-1'), callbackUrl: `${server.url}/hooks/1` };
    expect(await told(ticket, answerOf('Succeeded'), { jira: undefined })).toBeUndefined();
    expect(hook.deliveries).toHaveLength(1);
  });

  it('is repeated as long as one of the two may still take it', async () => {
    const ticket = { ...snowTicket('RITM0099999'), callbackUrl: `${server.url}/hooks/1` };
    snow.create('sc_req_item');
    hook.faults.push({ effect: { status: 503 } });
    expect(await told(ticket, answerOf('Failed'), {}, 1)).toMatchObject({ code: 'CallbackUnavailable' });
  });

  it('still reaches the callback when the system refuses for good, and fails with that refusal', async () => {
    const ticket = { ...snowTicket('RITM0099999'), callbackUrl: `${server.url}/hooks/1` };
    snow.create('sc_req_item');
    expect(await told(ticket, answerOf('Failed'))).toMatchObject({ code: 'TicketNotFound' });
    expect(hook.deliveries).toHaveLength(1);
  });

  it.each([
    ['servicenow', 'ServiceNow', 'SERVICENOW_INSTANCE', 'https://snow.example/oauth_token.do'],
    ['jira', 'Jira', 'JIRA_BASE_URL', 'https://auth.atlassian.com/oauth/token'],
  ] as const)(
    'begins at the token endpoint of %s, and a failure names the system',
    async (system, label, target, url) => {
      const { client, sent } = scriptedClient({ status: 503 });
      const port = ticketing({
        client,
        serviceNow: {
          ...{ instance: 'https://snow.example//', credentialSecret: 'snow-oauth' },
          states: serviceNowStates.parse({}),
        },
        jira: {
          ...{ baseUrl: 'https://jira.example', credentialSecret: 'snow-oauth' },
          workflow: jiraWorkflow.parse({}),
        },
      });
      const id = system === 'jira' ? 'NET-1' : 'RITM0010001';
      await expect(port.answer({ system, id }, answerOf('Failed'))).rejects.toMatchObject({
        failure: { code: 'TicketSystemUnavailable', message: `${label} answered 503.`, target },
      });
      expect(sent.map((request) => request.url)).toEqual([url]);
    },
  );

  it('may end in an error that nobody has words for: that one is told', async () => {
    for (const error of [undefined, new RangeError('a fault of this app')]) {
      const failing = { answer: () => Promise.reject(error) };
      const telling = ticketing({ inTurns: () => failing }).answer(jiraTicket('NET-1'), answerOf('Failed'));
      await expect(telling).rejects.toBe(error);
    }
  });

  it('is the log when there is neither', async () => {
    const lines: string[] = [];
    const log = (line: string) => lines.push(line);
    expect(await told({ system: 'webhook', id: 'REQ7' }, answerOf('Succeeded'), { log })).toBeUndefined();
    expect(lines).toEqual([
      'Ticket REQ7 (webhook) has no callbackUrl and its system is not configured. So only the deployment vpn-hub-1 has the answer vpn-hub-1/Succeeded (Succeeded).',
    ]);
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    await told({ system: 'webhook', id: 'REQ8' }, answerOf('Succeeded'));
    expect(warn.mock.calls).toEqual([[expect.stringContaining('Ticket REQ8')]]);
    warn.mockRestore();
  });
});

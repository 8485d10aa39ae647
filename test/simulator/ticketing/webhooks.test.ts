import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { vpnGatewayRequest } from '../../../shared/deployment/request.ts';
import { jiraFields, ticketFromJira } from '../../../shared/deployment/tickets/jira-ticket.ts';
import { jiraWorkflow } from '../../../shared/deployment/tickets/jira-workflow.ts';
import {
  serviceNowFields,
  ticketFromServiceNow,
} from '../../../shared/deployment/tickets/servicenow-ticket.ts';
import { verifyWebhook } from '../../../shared/deployment/tickets/signature.ts';
import { virtualClock } from '../../../simulator/clock.ts';
import { jira } from '../../../simulator/ticketing/jira.ts';
import { serviceNow } from '../../../simulator/ticketing/servicenow.ts';
import jiraSamples from '../../samples/tickets/jira.json' with { type: 'json' };
import serviceNowSample from '../../samples/tickets/servicenow.json' with { type: 'json' };
import webhookSample from '../../samples/tickets/webhook.json' with { type: 'json' };
import { sharedFolder } from '../../shared-folder.ts';

const clock = virtualClock(new Date('2026-03-02T09:00:00Z'));
const secret = 'webhook secret';

function boardWithIssue() {
  const board = jira({ clock, accounts: {}, webhookSecret: secret });
  const { key } = board.create('NET', jiraSamples.created.issue.fields);
  return { board, key };
}

/** Every member of `body` that `real` lacks or holds in another type. Each site has its own custom fields. */
function deviations(body: unknown, real: unknown, path = ''): string[] {
  const kind = (value: unknown) => (Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value);
  if (kind(body) !== kind(real)) {
    return kind(body) === 'null' || kind(real) === 'null' ? [] : [`${path}: ${kind(body)} for ${kind(real)}`];
  }
  if (Array.isArray(body))
    return body.flatMap((member) => deviations(member, (real as unknown[])[0], `${path}[]`));
  if (kind(body) !== 'object') return [];
  return Object.entries(body as object)
    .filter(([name]) => !name.startsWith('customfield_'))
    .flatMap(([name, value]) =>
      Object.hasOwn(real as object, name)
        ? deviations(value, (real as Record<string, unknown>)[name], `${path}.${name}`)
        : [`${path}.${name}: unknown to the real one`],
    );
}

describe('the simulated Jira', () => {
  it('sends a signed event of a new issue, which becomes a request, and of an approval', () => {
    const { board, key } = boardWithIssue();
    const created = board.created(key);
    const check = { system: 'jira', secret, now: clock.now() } as const;
    expect(verifyWebhook(new Headers(created.headers), created.body, check)).toBeUndefined();
    const fields = jiraFields.parse(jiraSamples.fields);
    const ticket = ticketFromJira(JSON.parse(created.body), fields, jiraWorkflow.parse({}));
    expect(ticket.kind === 'request' && vpnGatewayRequest.parse(ticket.input).ticket.id).toBe(key);

    const moved = board.moved(key, 'Approved', 'Jonas Brunner');
    expect(ticketFromJira(JSON.parse(moved.body), fields, jiraWorkflow.parse({}))).toMatchObject({
      kind: 'approval',
      ticketId: key,
      approved: true,
      by: 'Jonas Brunner',
    });
  });
});

describe('the simulated ServiceNow', () => {
  it('sends a record whose variables become a request', () => {
    const snow = serviceNow({ clock, accounts: {} });
    const variables = Object.fromEntries(
      Object.entries(serviceNowSample.variables).map(([name, value]) => [name, value ?? '']),
    );
    const { number } = snow.create('sc_req_item', { opened_by: 'Maria Keller' }, variables);
    const { input } = ticketFromServiceNow(snow.outbound(number!), serviceNowFields.parse({}));
    expect(vpnGatewayRequest.parse(input).ticket).toEqual({
      system: 'servicenow',
      id: 'RITM0010001',
      requestedBy: 'Maria Keller',
    });
  });

  it('ignores the part of a query that names no field, as an instance does', () => {
    const snow = serviceNow({ clock, accounts: { bearer: { token: 'somebody' } } });
    snow.create('sc_req_item');
    const headers = { authorization: 'Bearer token' };
    const query = (text: string) =>
      JSON.parse(
        snow.handle({
          method: 'GET',
          url: `https://snow.example/api/now/table/sc_req_item?sysparm_query=${encodeURIComponent(text)}`,
          headers,
        }).body,
      ).result;
    expect(query('nosuchfield=1')).toHaveLength(1);
    expect(query('number=RITM0000000')).toHaveLength(0);
  });
});

it('the sample of a plain webhook is a request', () => {
  expect(vpnGatewayRequest.parse(webhookSample).ticket.id).toBe('REQ0012345');
});

describe.skipIf(!sharedFolder)('beside real payloads (needs the shared folder)', () => {
  const read = (name: string) =>
    JSON.parse(readFileSync(`${sharedFolder}/azure/tickets/${name}.json`, 'utf8')).body;
  const created = sharedFolder ? read('jira_cloud_issue_created') : undefined;

  it('the simulated Jira and the samples send nothing that Jira Cloud does not', () => {
    const { board, key } = boardWithIssue();
    const bodies = [
      JSON.parse(board.created(key).body),
      JSON.parse(board.moved(key, 'Approved', 'Jonas Brunner').body),
      jiraSamples.created,
      jiraSamples.approved,
    ];
    for (const body of bodies) expect(deviations(body, created)).toEqual([]);
  });

  it('the simulated ServiceNow sends what a Business Rule does, and beside it its table, its opener and its variables', () => {
    const snow = serviceNow({ clock, accounts: {} });
    const { number } = snow.create('incident');
    const added = ['.opened_by', '.sys_class_name', '.variables'].map(
      (name) => `${name}: unknown to the real one`,
    );
    expect(deviations(snow.outbound(number!), read('servicenow_outbound_shape')).toSorted()).toEqual(added);
  });

  it('would notice a member that the real one does not have, or has otherwise', () => {
    const changed = { ...created, timestamp: '1', issue: { ...created.issue, extra: 1 } };
    expect(deviations(changed, created)).toEqual([
      '.timestamp: string for number',
      '.issue.extra: unknown to the real one',
    ]);
  });
});

it('ticket systems carry on from what they held, with the next of their numbers', () => {
  const snow = serviceNow({ clock, accounts: {} });
  const { number } = snow.create('sc_req_item', {}, { virtual_network_id: 'hub' });
  snow.note(number!, 'Jonas', 'Seen.');
  const later = serviceNow({ clock, accounts: {}, saved: JSON.parse(JSON.stringify(snow.snapshot())) });
  expect(later.outbound(number!)).toEqual(snow.outbound(number!));
  expect(later.workNotes(number!)).toEqual(['Seen.']);
  expect(later.create('sc_req_item').number).not.toBe(number);

  const { board, key } = boardWithIssue();
  board.comment(key, 'Jonas', 'Seen.');
  const next = jira({ clock, accounts: {}, saved: JSON.parse(JSON.stringify(board.snapshot())) });
  expect(next.comments(key)).toEqual(['Seen.']);
  expect(next.create('NET', {}).key).not.toBe(key);
  next.comment(key, 'Jonas', 'Seen again.');
  const ids = next.issues.get(key)!.comments.map(({ id }) => id);
  expect(new Set(ids).size).toBe(2);
});

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { removalTicket } from '../../../../shared/deployment/removal/request.ts';
import { vpnGatewayRequest } from '../../../../shared/deployment/request.ts';
import { jiraFields, ticketFromJira } from '../../../../shared/deployment/tickets/jira-ticket.ts';
import { jiraWorkflow } from '../../../../shared/deployment/tickets/jira-workflow.ts';
import samples from '../../../samples/tickets/jira.json' with { type: 'json' };
import { sharedFolder } from '../../../shared-folder.ts';

const fields = jiraFields.parse(samples.fields);
const workflow = jiraWorkflow.parse({});

function created(change: Record<string, unknown> = {}) {
  const issue = { ...samples.created.issue, fields: { ...samples.created.issue.fields, ...change } };
  const ticket = ticketFromJira({ ...samples.created, issue }, fields, workflow);
  if (ticket.kind !== 'request') throw new Error(`not a request but ${ticket.kind}`);
  return ticket;
}

describe('an issue of Jira', () => {
  it('becomes a request when it is created', () => {
    expect(vpnGatewayRequest.parse(created().input)).toMatchObject({
      ticket: { system: 'jira', id: 'NET-42', requestedBy: 'Maria Keller' },
      virtualNetworkId: samples.created.issue.fields.customfield_10101,
      gateway: { name: 'vpngw-hub', sku: 'VpnGw1AZ' },
      pointToSite: { addressPool: ['172.16.201.0/24'], protocols: ['IkeV2', 'OpenVPN'] },
      radius: { servers: [{ address: '10.0.1.4' }] },
      approval: { required: true, timeoutDays: 7 },
    });
  });

  it.each([
    ['customfield_10101', 'hub'],
    ['customfield_10101', null],
    ['customfield_10104', { value: 'VpnGw1' }],
    ['customfield_10106', [{ value: 'IkeV2' }, { value: 'SSTP' }]],
    ['customfield_10107', '10.0.1.4'],
    ['customfield_10110', 400],
  ])('names %s when it holds %j', (field, value) => {
    const { input, targetInSource } = created({ [field]: value });
    const issues = vpnGatewayRequest.safeParse(input).error?.issues ?? [];
    expect(new Set(issues.map(({ path }) => targetInSource(path.join('.'))))).toEqual(new Set([field]));
  });

  it('asks for a removal by a select that JIRA_FIELDS names', () => {
    const kind = { ...samples.created.issue.fields, customfield_10120: { value: 'Remove' } };
    const issue = { ...samples.created.issue, fields: kind };
    const mapping = jiraFields.parse({ ...samples.fields, kind: 'customfield_10120' });
    const ticket = ticketFromJira({ ...samples.created, issue }, mapping, workflow);
    if (ticket.kind !== 'request') throw new Error(`not a request but ${ticket.kind}`);
    expect(removalTicket.parse(ticket.input)).toMatchObject({
      kind: 'remove',
      ticket: { system: 'jira', id: 'NET-42' },
      virtualNetworkId: samples.created.issue.fields.customfield_10101,
      approval: { required: true },
    });
  });

  it('approves or rejects when somebody moves it', () => {
    expect(ticketFromJira(samples.approved, fields, workflow)).toEqual({
      kind: 'approval',
      ticketId: 'NET-42',
      virtualNetworkId: samples.created.issue.fields.customfield_10101,
      approved: true,
      by: 'Jonas Brunner',
      ids: ['712020:b3d2c1a0-7788-4f6e-8a9b-223344556677'],
    });
    const declined = structuredClone(samples.approved);
    declined.changelog.items[0]!.toString = 'declined';
    expect(ticketFromJira(declined, fields, workflow)).toMatchObject({ kind: 'approval', approved: false });
  });

  it.each([
    [{ emailAddress: 'jonas@contoso.com', displayName: 'Jonas', accountId: 'a-1' }, 'jonas@contoso.com'],
    [{ emailAddress: '', displayName: 'Jonas', accountId: 'a-1' }, 'Jonas'],
    [{ accountId: 'a-1', name: 'jbrunner' }, 'a-1'],
    [{ name: 'jbrunner' }, 'jbrunner'],
    [undefined, 'somebody in Jira'],
  ])('says who moved it by the best name that Jira sends: %j', (user, by) => {
    expect(ticketFromJira({ ...samples.approved, user }, fields, workflow)).toMatchObject({ by });
  });

  it('is decided by its last move, also where the body names the field in the old way', () => {
    const move = (to: string, names: object = { field: 'status' }) => ({ ...names, toString: to });
    const decided = (...items: object[]) =>
      ticketFromJira({ ...samples.approved, changelog: { items } }, fields, workflow);
    expect(decided(move('Declined'), move('APPROVED'))).toMatchObject({ approved: true });
    expect(
      decided(move('Approved'), move('Declined'), { field: 'summary', toString: 'Approved' }),
    ).toMatchObject({
      approved: false,
    });
    expect(
      decided(move('Approved', { field: 'Status of the VNet', fieldId: 'customfield_9' })),
    ).toMatchObject({
      kind: 'ignored',
    });
    expect(decided(move('Approved', { field: 'Status', fieldId: 'status' }))).toMatchObject({
      approved: true,
    });
  });

  it('that is approved names no VNet where its field holds none', () => {
    const issue = { ...samples.approved.issue, fields: { customfield_10101: ['/a', '/b'] } };
    expect(ticketFromJira({ ...samples.approved, issue }, fields, workflow)).toMatchObject({
      virtualNetworkId: undefined,
    });
  });

  it('keeps who asked, by the ids that Jira knows', () => {
    expect(created({ reporter: { accountId: 'a-1', displayName: 'Maria' } }).requester).toEqual(['a-1']);
    const mapping = jiraFields.parse({ ...samples.fields, 'ticket.requestedBy': null });
    const ticket = ticketFromJira(samples.created, mapping, workflow);
    expect(ticket).toMatchObject({ requester: [] });
    expect(created().targetInSource('ticket.id')).toBe('issue.key');
  });

  it('says why it is let pass', () => {
    const reasonOf = (body: object) =>
      ticketFromJira({ ...samples.approved, ...body }, fields, workflow) as { reason?: string };
    expect(reasonOf({ webhookEvent: 'comment_created' }).reason).toBe(
      'comment_created asks for nothing that this app does',
    );
    expect(reasonOf({ changelog: undefined }).reason).toBe(
      'the issue was not moved to a status that approves or rejects, and no field of the request was changed',
    );
  });

  it.each([
    ['text', 'body'],
    [null, 'body'],
    [{ key: 'NET-1' }, 'issue'],
    [{ fields: {} }, 'issue'],
    [{ issue: { key: 'NET-1' } }, 'issue.fields'],
    [{ key: 'NET-1', fields: {}, issue: { fields: {} } }, 'issue.key'],
  ])('is refused when it is %j, with the place of what is missing', (body, target) => {
    expect(() => ticketFromJira(body, fields, workflow)).toThrowError(
      expect.objectContaining({
        failure: expect.objectContaining({
          code: 'InvalidRequest',
          message: 'The body is not a Jira webhook about an issue.',
          details: [expect.objectContaining({ code: 'Invalid', target })],
        }),
      }),
    );
  });

  it('is let pass when its update approves nothing', () => {
    const moved = structuredClone(samples.approved);
    moved.changelog.items[0]!.toString = 'In Progress';
    const withoutName = {
      ...samples.approved,
      changelog: { items: [{ field: 'status', fieldId: 'status' }] },
    };
    const other = { ...samples.approved, webhookEvent: 'comment_created' };
    const bodies = [moved, withoutName, other, { ...samples.approved, changelog: undefined }];
    for (const body of bodies) expect(ticketFromJira(body, fields, workflow).kind).toBe('ignored');
  });

  it.each([
    [
      'the issue itself, as Jira Automation sends issue data',
      (issue: object) => ({ ...issue, changelog: { histories: null } }),
    ],
    [
      'time and issue, as webhooks of Jira Service Management',
      (issue: object) => ({ timestamp: 1462941258113, issue }),
    ],
  ])('is a request when it comes as %s', (_, sent) => {
    const ticket = ticketFromJira(sent(samples.created.issue), fields, workflow);
    expect(ticket).toMatchObject({ kind: 'request', isEdit: false, input: { ticket: { id: 'NET-42' } } });
  });

  it('is a corrected request when a mapped field was changed, and nothing when another was', () => {
    const edited = (fieldId: string) =>
      ticketFromJira(
        { ...samples.approved, changelog: { items: [{ field: 'VNet', fieldId }] } },
        fields,
        workflow,
      );
    expect(edited('customfield_10101')).toMatchObject({ kind: 'request', isEdit: true });
    expect(edited('summary').kind).toBe('ignored');
  });

  it('is refused with the fields that it lacks, or while no field is mapped', () => {
    expect(() => ticketFromJira({ webhookEvent: 'jira:issue_created' }, fields, workflow)).toThrowError(
      expect.objectContaining({
        failure: expect.objectContaining({ details: [expect.objectContaining({ target: 'issue' })] }),
      }),
    );
    expect(() => ticketFromJira(samples.created, jiraFields.parse({}), workflow)).toThrowError(
      expect.objectContaining({
        failure: expect.objectContaining({
          code: 'InvalidRequest',
          message: 'JIRA_FIELDS does not say which Jira field holds virtualNetworkId.',
          details: [
            {
              code: 'SettingMissing',
              message: 'maps no field to virtualNetworkId',
              target: 'JIRA_FIELDS',
            },
          ],
        }),
      }),
    );
  });
});

describe('JIRA_WORKFLOW', () => {
  it('has a default and names what is wrong', () => {
    expect(workflow).toMatchObject({ approved: ['Approved'], transitions: { Succeeded: 'Done' } });
    const { error } = jiraWorkflow.safeParse({ approved: [], transitions: { Success: 'Done' } });
    expect(error?.issues.map(({ path }) => path.join('.'))).toEqual(['approved', 'transitions']);
  });
});

describe.skipIf(!sharedFolder)('captured webhooks of Jira Cloud (needs the shared folder)', () => {
  const read = (name: string) =>
    JSON.parse(readFileSync(`${sharedFolder}/azure/tickets/jira_cloud_issue_${name}.json`, 'utf8')).body;

  it('a created issue is a request, told by its key and reporter', () => {
    const ticket = ticketFromJira(
      read('created'),
      jiraFields.parse({ virtualNetworkId: 'customfield_10030' }),
      workflow,
    );
    expect(ticket).toMatchObject({
      kind: 'request',
      input: { ticket: { system: 'jira', id: 'KAN-22', requestedBy: 'Example User' } },
    });
  });

  it('an issue moved within the capture’s shape approves; its edited description does not', () => {
    const updated = read('updated');
    expect(ticketFromJira(updated, fields, workflow).kind).toBe('ignored');
    const status = read('created').changelog.items.find(
      (item: { fieldId: string }) => item.fieldId === 'status',
    );
    updated.changelog.items.push({ ...status, toString: 'Approved' });
    expect(ticketFromJira(updated, fields, workflow)).toMatchObject({ approved: true, by: 'Example User' });
  });
});

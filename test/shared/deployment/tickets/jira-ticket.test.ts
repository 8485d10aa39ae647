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
    expect(() => ticketFromJira(samples.created, jiraFields.parse({}), workflow)).toThrowError(/JIRA_FIELDS/);
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

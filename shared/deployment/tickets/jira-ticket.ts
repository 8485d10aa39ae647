import * as z from 'zod';
import { refused } from '../../core/errors.ts';
import { type FieldMapping, fieldMapping, readFields } from './field-mapping.ts';
import type { JiraWorkflow } from './jira-workflow.ts';
import { type MappedRequest, requestFrom } from './mapped-request.ts';
import { identitiesOf } from './person-ids.ts';

/**
 * The setting `JIRA_FIELDS`. The ids of custom fields differ from site to site, so there is no default for the field of
 * the VNet: the setting must name it.
 */
export const jiraFields = fieldMapping({ 'ticket.requestedBy': 'reporter' });

export interface JiraApproval {
  readonly kind: 'approval';
  readonly ticketId: string;
  /** The text in the issue's field, not yet checked. Undefined when it is empty or not mapped. */
  readonly virtualNetworkId: string | undefined;
  readonly approved: boolean;
  readonly by: string;
  /** The ids by which Jira knows the person: account id and mail address, when Jira sends them. */
  readonly ids: readonly string[];
}

/** An event that asks nothing of this app. */
export interface IgnoredEvent {
  readonly kind: 'ignored';
  readonly reason: string;
}

/**
 * A native Jira Cloud webhook. `jira:issue_created` is a request. `jira:issue_updated` is an approval when its change
 * log moves the issue into one of the workflow's statuses, and a corrected request when a mapped field was changed.
 * Throws `InvalidRequest` when the body is no event of an issue.
 */
export function ticketFromJira(
  body: unknown,
  mapping: FieldMapping,
  workflow: JiraWorkflow,
): MappedRequest | JiraApproval | IgnoredEvent {
  const parsed = issueEvent.safeParse(asEvent(body));
  if (!parsed.success) {
    throw refused(
      'InvalidRequest',
      'The body is not a Jira webhook about an issue.',
      parsed.error.issues.map(({ path, message }) => ({
        code: 'Invalid',
        message,
        target: path.join('.') || 'body',
      })),
    );
  }
  const { webhookEvent, issue, user, changelog } = parsed.data;
  const read = (field: string) => plainField(issue.fields[field]);

  const request = (isEdit: boolean) => {
    if (mapping.virtualNetworkId === undefined) {
      throw refused('InvalidRequest', 'JIRA_FIELDS does not say which Jira field holds virtualNetworkId.', [
        { code: 'SettingMissing', message: 'maps no field to virtualNetworkId', target: 'JIRA_FIELDS' },
      ]);
    }
    const { values, sources } = readFields(mapping, read);
    values.set('ticket.system', 'jira').set('ticket.id', issue.key);
    const requester = sources.get('ticket.requestedBy');
    sources.set('ticket.id', 'issue.key');
    return requestFrom(values, sources, isEdit, requester && issue.fields[requester]);
  };
  if (webhookEvent === undefined || webhookEvent === 'jira:issue_created') return request(false);

  if (webhookEvent !== 'jira:issue_updated') {
    return { kind: 'ignored', reason: `${webhookEvent} asks for nothing that this app does` };
  }
  // Every object has a method toString, so only the type shows whether Jira sent a text.
  const moved = changelog?.items.findLast((item) => (item.fieldId ?? item.field) === 'status');
  const to: unknown = moved?.toString;
  const status = typeof to === 'string' ? to : undefined;
  const among = (names: readonly string[]) =>
    status !== undefined && names.some((name) => name.toLowerCase() === status.toLowerCase());
  const isApproved = among(workflow.approved);
  if (!isApproved && !among(workflow.rejected)) {
    const changed = changelog?.items.map(({ fieldId, field }) => fieldId ?? field) ?? [];
    if (Object.values(mapping).some((source) => typeof source === 'string' && changed.includes(source)))
      return request(true);
    const reason =
      'the issue was not moved to a status that approves or rejects, and no field of the request was changed';
    return { kind: 'ignored', reason };
  }
  const { values } = readFields(mapping, read);
  const virtualNetworkId = values.get('virtualNetworkId');
  return {
    kind: 'approval',
    ticketId: issue.key,
    virtualNetworkId: typeof virtualNetworkId === 'string' ? virtualNetworkId : undefined,
    approved: isApproved,
    by: user?.emailAddress || user?.displayName || user?.accountId || user?.name || 'somebody in Jira',
    ids: identitiesOf(user),
  };
}

/**
 * Jira Automation ("Send web request", issue data) sends the issue itself, and Jira Service Management's own webhooks
 * send `{timestamp, issue}`: neither names an event. Such a body is read as a request.
 */
function asEvent(body: unknown): unknown {
  const { key, fields, issue } = (body ?? {}) as Record<string, unknown>;
  return issue === undefined && key !== undefined && fields !== undefined ? { issue: body } : body;
}

const issueEvent = z.object({
  webhookEvent: z.string('must name the event, such as jira:issue_created').optional(),
  issue: z.object({
    key: z.string('must be the key of the issue'),
    fields: z.record(z.string(), z.unknown(), 'must hold the fields of the issue'),
  }),
  user: z
    .object({
      emailAddress: z.string().optional(),
      displayName: z.string().optional(),
      accountId: z.string().optional(),
      name: z.string().optional(),
    })
    .optional(),
  changelog: z
    .object({
      items: z.array(z.looseObject({ field: z.string().optional(), fieldId: z.string().optional() })),
    })
    .optional(),
});

/** A select is `{value}`, a user `{displayName}`, most other things `{name}`. A list holds several of them. */
function plainField(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plainField);
  if (typeof value !== 'object' || value === null) return value;
  const { value: option, displayName, name } = value as Record<string, unknown>;
  return option ?? displayName ?? name ?? value;
}

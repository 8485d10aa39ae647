import { failed } from './errors.ts';
import { isResourceOfType } from './resource-id.ts';

/**
 * The id of the resource that an event reports as written, in the Event Grid schema or as CloudEvents 1.0 (`type`
 * instead of `eventType`). Undefined when the event is about something else. Throws when the body is not such an event,
 * so that Event Grid tries again and then keeps it as a dead letter.
 */
export const writtenResource = (event: unknown, type: string): string | undefined =>
  resourceOf(event, type, 'Microsoft.Resources.ResourceWriteSuccess');

/** The same for a resource that was deleted. */
export const deletedResource = (event: unknown, type: string): string | undefined =>
  resourceOf(event, type, 'Microsoft.Resources.ResourceDeleteSuccess');

function resourceOf(event: unknown, type: string, wanted: string): string | undefined {
  const { eventType, type: cloudEventType, subject, data } = (event ?? {}) as Record<string, unknown>;
  const kind = eventType ?? cloudEventType;
  if (typeof kind !== 'string') throw failed('InvalidEvent', 'The event has neither eventType nor type.');
  if (kind !== wanted) return undefined;
  const { resourceUri } = (data ?? {}) as { resourceUri?: unknown };
  const id = typeof resourceUri === 'string' ? resourceUri : subject;
  if (typeof id !== 'string')
    throw failed('InvalidEvent', 'The event names no resource in data.resourceUri or subject.');
  const resource = id.replace(tagsOfResource, '');
  return isResourceOfType(resource, type) ? resource : undefined;
}

/**
 * A write of tags alone is reported as a write of `<resource>/providers/Microsoft.Resources/tags/default`, with the
 * operation `Microsoft.Resources/tags/write` (Azure Event Grid, "Azure subscription as source").
 */
const tagsOfResource = /\/providers\/Microsoft\.Resources\/tags\/default$/i;

/** When the event was sent, in ISO 8601: `eventTime` of the Event Grid schema, `time` of CloudEvents. */
export function sentAtOf(event: unknown): string | undefined {
  const { eventTime, time = eventTime } = (event ?? {}) as Record<string, unknown>;
  const sentAt = new Date(String(time));
  return Number.isNaN(sentAt.getTime()) ? undefined : sentAt.toISOString();
}

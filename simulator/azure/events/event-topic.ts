import { parsedJson } from '../../parsed-json.ts';
import { dataAllowed } from '../arm/access.ts';
import type { Core } from '../core.ts';
import {
  AzureError,
  empty,
  isObject,
  type JsonObject,
  text,
  type WireRequest,
  type WireResponse,
} from '../wire/messages.ts';
import { readToken } from '../wire/tokens.ts';

/** The access key of the simulated topic. A bearer token for Event Grid is accepted too. */
export const topicKey = 'c2ltdWxhdGVkLXRvcGljLWtleQ==';

/** What the role "EventGrid Data Sender" grants. */
const sendAction = 'Microsoft.EventGrid/events/send/action';

const required: Record<'cloud' | 'grid', string[]> = {
  cloud: ['specversion', 'id', 'source', 'type'],
  grid: ['id', 'subject', 'eventType', 'eventTime', 'dataVersion'],
};

/** `POST /api/events`: a custom topic. Each event that it accepts is added to `received`. */
export function eventTopic(core: Core, request: WireRequest, received: JsonObject[]): WireResponse {
  const given = request.headers['aeg-sas-key'];
  const claims = readToken(core.world, request.headers.authorization);
  if (given !== topicKey && !claims?.aud.includes('eventgrid.azure.net')) {
    throw new AzureError(
      401,
      'Unauthorized',
      'The request authorization key is not authorized for this topic.',
    );
  }
  if (given !== topicKey && !dataAllowed(core, sendAction)) {
    // When the role is missing, a topic refuses with 401, not 403 (azure-sdk-for-net issue 22831).
    const [{ subscriptionId } = { subscriptionId: '' }] = core.world.subscriptions;
    throw new AzureError(
      401,
      'Unauthorized',
      `The principal associated with access token presented with the incoming request does not have permission to send data to /subscriptions/${subscriptionId}/resourceGroups/rg-hub/providers/Microsoft.EventGrid/topics/vpn-radius. Report '${core.clock.now().toISOString()}' to our forums for assistance or raise a support ticket.`,
    );
  }
  const body = parsedJson(request.body);
  if (body === undefined) throw new AzureError(400, 'BadRequest', 'The request body is not valid JSON.');
  const kind = request.headers['content-type']?.includes('cloudevents') ? 'cloud' : 'grid';
  const events = Array.isArray(body) ? body : [body];
  for (const event of events) {
    const missing = isObject(event)
      ? required[kind].find((name) => text(event[name]) === undefined)
      : 'an object';
    if (missing)
      throw new AzureError(
        400,
        'BadRequest',
        `This resource is configured to receive event in '${kind === 'cloud' ? 'CloudEventV10' : 'EventGridEvent'}' schema. The JSON received lacks ${missing}.`,
      );
  }
  received.push(...(events as JsonObject[]));
  return empty(200);
}

import { formatResourceId, type ResourceId, scramble } from '../arm/identifiers.ts';
import { plainType } from '../arm/other-resources.ts';
import type { Draft, ResourceType } from '../arm/resource-types.ts';
import type { Core } from '../core.ts';
import { resourceFrom } from '../network/network-shapes.ts';
import {
  copy,
  type JsonObject,
  json,
  list,
  object,
  type WireRequest,
  type WireResponse,
  xml,
} from '../wire/messages.ts';
import type { OutgoingEvent } from './resource-events.ts';

/**
 * A storage queue as destination of an event subscription (Microsoft.EventGrid `systemTopics/eventSubscriptions`,
 * 2022-06-15; Microsoft.Storage 2023-05-01; Get Messages of the Queue service). Only the part by which `npm run
 * conformance` reads events is imitated: events come at once, a message that was read does not come again, and every
 * caller with the account's SAS may read.
 */
const accountType = 'Microsoft.Storage/storageAccounts';

const accountSignature = (core: Core, account: string): string =>
  `${scramble(`${core.world.seed}:${account.toLowerCase()}`, 43)}=`;

const storageAccounts = plainType(accountType, {
  draft(call, id, body) {
    const name = id.names.at(-1)!;
    const properties = {
      ...copy(object(body.properties)),
      primaryEndpoints: { queue: `${call.url.origin}/queues/${name}/` },
    };
    return { resource: resourceFrom(accountType, id, body, properties, undefined), seconds: 0 };
  },
  actions: {
    listaccountsas: ({ core }, account) =>
      json(200, {
        accountSasToken: `sv=2021-12-02&ss=q&srt=o&sp=p&sig=${encodeURIComponent(accountSignature(core, account.name))}`,
      }),
  },
});

/** A child of another resource: it has no location of its own. */
const draftChild = (type: string, id: ResourceId, properties: JsonObject): Draft => ({
  resource: { id: formatResourceId(id), name: id.names.at(-1)!, type, properties },
  seconds: 0,
});

const queueType = `${accountType}/queueServices/queues`;
const queues = plainType(queueType, {
  draft: (_call, id) => draftChild(queueType, id, {}),
  view: ({ id, name, type }) => ({ id, name, type, properties: { metadata: {} } }),
});

const subscriptionType = 'Microsoft.EventGrid/systemTopics/eventSubscriptions';
const subscriptions = plainType(subscriptionType, {
  draft(_call, id, body) {
    const topic = formatResourceId({ ...id, type: 'systemTopics', names: id.names.slice(0, 1) });
    return draftChild(subscriptionType, id, { ...copy(object(body.properties)), topic });
  },
});

export const eventQueueTypes: readonly ResourceType[] = [
  storageAccounts,
  queues,
  plainType('Microsoft.EventGrid/systemTopics'),
  subscriptions,
];

/** Puts the event into the queue of every subscription to the events of its resource group. */
export function enqueue(core: Core, event: OutgoingEvent): void {
  const { resources } = core.world;
  const group = event.subject.split('/').slice(0, 5).join('/');
  for (const id of resources.usersOf(group).flatMap((topic) => resources.usersOf(topic))) {
    const { destination, filter } = object(resources.get(id)?.properties);
    const { includedEventTypes } = object(filter);
    const { resourceId, queueName } = object(object(destination).properties);
    const queue = resources.get(`${resourceId}/queueServices/default/queues/${queueName}`);
    if (!queue || (Array.isArray(includedEventTypes) && !includedEventTypes.includes(event.eventType)))
      continue;
    const message = { insertedAt: core.clock.now().toISOString(), event: event.eventGrid };
    queue.properties = { messages: [...list(queue.properties.messages), message] };
  }
}

const path = /^\/queues\/([^/]+)\/([^/]+)\/messages$/i;
export const isQueuePath = (pathname: string): boolean => path.test(pathname);

/** Get Messages: at most 32, as XML, the text in base64. */
export function readQueue(core: Core, { method }: WireRequest, url: URL): WireResponse {
  const [, account, name] = path.exec(url.pathname)!;
  const queue = [...core.world.resources].find(
    ({ id, type }) =>
      type === queueType &&
      id.toLowerCase().endsWith(`/${account}/queueservices/default/queues/${name}`.toLowerCase()),
  );
  if (url.searchParams.get('sig') !== accountSignature(core, account!))
    return xml(403, queueError('AuthenticationFailed'));
  if (!queue || method !== 'GET') return xml(404, queueError('QueueNotFound'));
  const all = list(queue.properties.messages);
  const most = Number(url.searchParams.get('numofmessages') ?? 1);
  queue.properties = { messages: all.slice(most) };
  return xml(200, `<QueueMessagesList>${all.slice(0, most).map(messageOf).join('')}</QueueMessagesList>`);
}

const messageOf = ({ insertedAt, event }: JsonObject, at: number): string =>
  `<QueueMessage><MessageId>${at}</MessageId><InsertionTime>${new Date(String(insertedAt)).toUTCString()}</InsertionTime><PopReceipt>receipt${at}</PopReceipt><DequeueCount>1</DequeueCount><MessageText>${Buffer.from(JSON.stringify(event)).toString('base64')}</MessageText></QueueMessage>`;

const queueError = (code: string) => `<Error><Code>${code}</Code></Error>`;

import { EventGridPublisherClient } from '@azure/eventgrid';
import type { Azure } from './connection.ts';
import { asking } from './errors.ts';

/** A CloudEvents 1.0 event. `id` is the same for every attempt to tell the same thing, so that a subscriber can drop repeats. */
export interface PublishedEvent {
  readonly id: string;
  readonly type: string;
  readonly source: string;
  readonly subject: string;
  readonly time: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface EventTopic {
  publish(event: PublishedEvent): Promise<void>;
}

/** The Event Grid topic at `endpoint`, with the app's own identity (role "EventGrid Data Sender"): a topic key is not needed. */
export function eventTopic(azure: Azure, endpoint: string): EventTopic {
  const client = new EventGridPublisherClient(endpoint, 'CloudEvent', azure.credential, azure.clientOptions);
  return {
    publish: ({ id, type, source, subject, time, data }) =>
      asking(endpoint, async () => {
        await client.send([{ id, type, source, subject, time: new Date(time), data: { ...data } }]);
      }),
  };
}

import { EventGridPublisherClient } from '@azure/eventgrid';
import type { EventTopic } from '../ports.ts';
import type { Azure } from './connection.ts';
import { asking } from './errors.ts';

/** The Event Grid topic at `endpoint`, with the app's own identity (role "EventGrid Data Sender"): a topic key is not needed. */
export function eventTopic(azure: Azure, endpoint: string): EventTopic {
  const client = new EventGridPublisherClient(endpoint, 'CloudEvent', azure.credential, azure.clientOptions);
  return {
    publish: ({ id, type, subject, time, data }) =>
      asking(endpoint, async () => {
        await client.send([
          { id, type, source: 'vpn-radius', subject, time: new Date(time), data: { ...data } },
        ]);
      }),
  };
}

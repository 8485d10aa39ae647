import type { EventGridPublisherClient } from '@azure/eventgrid';
import type { Failure } from '../core/errors.ts';
import type { EventTopic } from '../ports.ts';
import { objectIdOf } from './wire/access.ts';
import type { Azure } from './wire/connection.ts';
import { azureError } from './wire/errors.ts';

/** The client asks for a token for this audience, in every cloud. */
const scope = 'https://eventgrid.azure.net/.default';

/**
 * The Event Grid topic at `endpoint`. It is reached with the app's own identity (role "EventGrid Data
 * Sender"), so no topic key is needed.
 */
export function eventTopic(azure: Azure, endpoint: string): EventTopic {
  let connected: EventGridPublisherClient<'CloudEvent'> | undefined;
  // The package is loaded for the first event, so that the start does not wait for it.
  async function client() {
    if (connected) return connected;
    const { EventGridPublisherClient } = await import('@azure/eventgrid');
    connected = new EventGridPublisherClient(endpoint, 'CloudEvent', azure.credential, azure.clientOptions);
    return connected;
  }
  let trouble: Failure | undefined;
  return {
    get trouble() {
      return trouble;
    },
    async publish({ id, type, subject, time, data }) {
      try {
        await (await client()).send([
          { id, type, source: 'vpn-radius', subject, time: new Date(time), data: { ...data } },
        ]);
        trouble = undefined;
      } catch (error) {
        const told = azureError(error, endpoint, [], await objectIdOf(azure.credential, scope));
        trouble = told.failure;
        throw told;
      }
    },
  };
}

import type { Clock } from '../../clock.ts';
import type { Azure } from '../azure.ts';
import { nextWait } from './delivery-schedule.ts';
import type { OutgoingEvent } from './resource-events.ts';

export interface EventDelivery {
  url: string;
  /** The event types that the subscription includes. */
  includedTypes: readonly string[];
  /** Reports the result of a delivery that will not be tried again, or of one that has to be tried again. */
  report: (line: string) => void;
}

export const subscribedTypes = [
  'Microsoft.Resources.ResourceWriteSuccess',
  'Microsoft.KeyVault.SecretNearExpiry',
] as const;

/**
 * Posts the simulated Azure's events to a webhook in the Event Grid schema, as an event subscription does. First comes
 * a validation handshake, then arrays with one event each. When the answer is not 200 to 204, it tries again: after
 * 10 s, 30 s, 1 min, … (event-grid/delivery-and-retry.md). Returns a function that ends it.
 */
export async function deliverEvents(azure: Azure, delivery: EventDelivery): Promise<() => void> {
  await validate(azure.clock, delivery.url);
  let hasEnded = false;
  const deliver = async (event: OutgoingEvent, attempt: number): Promise<void> => {
    if (hasEnded) return;
    const status = await postEvents(delivery.url, 'Notification', [event.eventGrid]).catch(
      (error: Error) => error.message,
    );
    if (typeof status === 'number' && status >= 200 && status <= 204) return;
    // After 400 and 413 there is no further try.
    const wait = status === 400 || status === 413 ? undefined : nextWait(attempt);
    delivery.report(
      `event ${event.eventType} about ${event.subject}: ${status}${wait ? `, again in ${wait} s` : ', given up'}`,
    );
    if (wait) azure.clock.after(wait * 1000, () => void deliver(event, attempt + 1));
  };
  const stop = azure.onEvent((event) => {
    if (delivery.includedTypes.includes(event.eventType)) void deliver(event, 1);
  });
  return () => {
    hasEnded = true;
    stop();
  };
}

async function postEvents(url: string, kind: string, body: unknown): Promise<number> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json; charset=utf-8', 'aeg-event-type': kind },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(30_000),
  });
  await response.arrayBuffer();
  return response.status;
}

/** The handshake of webhook-event-delivery.md: the endpoint has to return the code with 200. */
async function validate(clock: Clock, url: string): Promise<void> {
  const validationCode = `simulated-${clock.now().getTime().toString(36)}`;
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'aeg-event-type': 'SubscriptionValidation',
    },
    body: JSON.stringify([
      {
        id: validationCode,
        topic: '',
        subject: '',
        data: { validationCode },
        eventType: 'Microsoft.EventGrid.SubscriptionValidationEvent',
        eventTime: clock.now().toISOString(),
        metadataVersion: '1',
        dataVersion: '2',
      },
    ]),
    signal: AbortSignal.timeout(30_000),
  });
  const answer = (await response.json().catch(() => ({}))) as { validationResponse?: string };
  if (response.status === 200 && answer.validationResponse === validationCode) return;
  throw new Error(
    `The webhook ${new URL(url).origin} did not pass Event Grid's validation: ${response.status}. Is it the Event Grid webhook of a Functions host?`,
  );
}

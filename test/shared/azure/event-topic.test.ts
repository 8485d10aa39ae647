import { expect, it } from 'vitest';
import { eventTopic } from '../../../shared/azure/event-topic.ts';
import type { OutgoingEvent } from '../../../shared/deployment/contract.ts';
import { recordedAzure, refusal } from './recorded-azure.ts';

const topic = 'https://topic.westeurope-1.eventgrid.azure.net/api/events';
const event: OutgoingEvent = {
  id: 'e-1',
  type: 'VpnRadius.Deployment.Succeeded',
  subject: '/subscriptions/1/vnet',
  time: '2026-06-01T12:00:00.000Z',
  data: { deploymentId: 'd-1' },
};

it('publishes a CloudEvent with the identity of the app', async () => {
  const { azure, sent } = recordedAzure(() => ({ status: 200 }));
  await eventTopic(azure, topic).publish(event);
  expect(sent.map(({ method, url }) => `${method} ${url.origin}${url.pathname}`)).toEqual([`POST ${topic}`]);
  expect(sent[0]?.headers).toMatchObject({
    authorization: 'Bearer a-token',
    'content-type': expect.stringContaining('cloudevents'),
  });
  expect(sent[0]?.body).toMatchObject([{ ...event, source: 'vpn-radius', specversion: '1.0' }]);
});

it('says why a topic refused, after one attempt', async () => {
  const { azure, sent } = recordedAzure(() => refusal(503, 'ServiceUnavailable', 'Busy.'));
  await expect(eventTopic(azure, topic).publish(event)).rejects.toMatchObject({
    failure: { code: 'ServiceUnavailable', transient: true, target: topic },
  });
  expect(sent).toHaveLength(1);
});

import { describe, expect, it } from 'vitest';
import { deletedResource, sentAtOf, writtenResource } from '../../../shared/core/resource-event.ts';
import { gatewayId, hubId } from '../hub.ts';

const type = 'Microsoft.Network/virtualNetworks';
const written = 'Microsoft.Resources.ResourceWriteSuccess';
const event = (more: object = {}) => ({ eventType: written, subject: hubId, ...more });

describe('the resource that an event reports as written', () => {
  it.each<[string, unknown, string | undefined]>([
    ['in the Event Grid schema', event(), hubId],
    ['as a CloudEvent', { type: written, subject: hubId }, hubId],
    ['by its data before its subject', event({ data: { resourceUri: hubId }, subject: gatewayId }), hubId],
    ['by its subject where the data has no text', event({ data: { resourceUri: 7 } }), hubId],
    ['by its tags alone', event({ subject: `${hubId}/PROVIDERS/microsoft.resources/tags/default` }), hubId],
    [
      'no tags of something below',
      event({ subject: `${hubId}/providers/Microsoft.Resources/tags/default/x` }),
      undefined,
    ],
    ['of another type', event({ subject: gatewayId }), undefined],
    ['of no id', event({ subject: 'hub' }), undefined],
    ['that was deleted', event({ eventType: 'Microsoft.Resources.ResourceDeleteSuccess' }), undefined],
  ])('%s', (_, sent, expected) => {
    expect(writtenResource(sent, type)).toBe(expected);
  });

  it('is another one than what was deleted', () => {
    expect(deletedResource(event({ eventType: 'Microsoft.Resources.ResourceDeleteSuccess' }), type)).toBe(
      hubId,
    );
    expect(deletedResource(event(), type)).toBeUndefined();
  });

  it.each<[string, unknown, string]>([
    ['nothing', undefined, 'The event has neither eventType nor type.'],
    ['a text', 'event', 'The event has neither eventType nor type.'],
    ['a number for its type', { type: 7 }, 'The event has neither eventType nor type.'],
    [
      'no resource',
      { eventType: written, data: null },
      'The event names no resource in data.resourceUri or subject.',
    ],
  ])('cannot be told of %s, which Event Grid is to send again', (_, sent, message) => {
    expect(() => writtenResource(sent, type)).toThrowError(
      expect.objectContaining({ code: 'InvalidEvent', message }),
    );
  });
});

it.each<[unknown, string | undefined]>([
  [{ eventTime: '2030-06-01T05:00:00Z' }, '2030-06-01T05:00:00.000Z'],
  [{ time: '2030-06-01T07:00:00+02:00' }, '2030-06-01T05:00:00.000Z'],
  [{ eventTime: '2029-01-01T00:00:00Z', time: '2030-06-01T05:00:00Z' }, '2030-06-01T05:00:00.000Z'],
  [{ time: 'yesterday' }, undefined],
  [{}, undefined],
  [undefined, undefined],
])('an event %j was sent at %s', (event, expected) => {
  expect(sentAtOf(event)).toBe(expected);
});

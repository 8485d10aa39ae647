import type { InvocationContext } from '@azure/functions';
import { describe, expect, it } from 'vitest';
import { tellAgain } from '../../../../functions/deployment/steps/telling.ts';
import { tellingOf } from '../../../../functions/deployment/telling/message.ts';
import { failed, failureOf } from '../../../../shared/core/errors.ts';
import type { OutgoingEvent } from '../../../../shared/deployment/contract.ts';
import type { EventTopic, Tickets } from '../../../../shared/ports.ts';

const event: OutgoingEvent = {
  id: 'vpn-hub-1-Succeeded',
  type: 'VpnRadius.Deployment.Succeeded',
  subject: '/vnet',
  time: '2030-01-01T00:00:00Z',
  data: {},
};
const nobody = {} as Tickets;
const context = {} as InvocationContext;

const refusing = (code: string): EventTopic => ({
  publish: async () => {
    throw failed(code, 'No.');
  },
});
const outcome = (code: string) =>
  tellAgain(nobody, refusing(code))({ event }, context).then(String, (error) => failureOf(error).transient);

describe('an event that the topic did not take', () => {
  it.each(['AuthorizationFailed', 'Conflict', 'Http409', 'TooManyRequests', 'AzureUnreachable'])(
    '%s: is tried again, as somebody may fix it within the day',
    async (code) => expect(await outcome(code)).toBe(true),
  );

  it.each(['BadRequest', 'Http413'])('%s: is wrong in itself, and given up', async (code) =>
    expect(await outcome(code)).toBe(false),
  );

  it('is told under its own id', async () => {
    const told: string[] = [];
    const topic: EventTopic = { publish: async ({ id }) => void told.push(id) };
    expect(await tellAgain(nobody, topic)({ event }, context)).toBe('told');
    expect(told).toEqual([event.id]);
    expect(tellingOf({ event })).toBe('telling-event-vpn-hub-1-Succeeded');
  });
});

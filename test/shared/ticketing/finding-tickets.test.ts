import { expect, it } from 'vitest';
import { findingTickets } from '../../../shared/ticketing/finding-tickets.ts';
import type { TicketSystemCall } from '../../../shared/ticketing/ticket-system.ts';
import { ConnectionDropped } from '../../../simulator/azure/wire/messages.ts';
import { virtualClock } from '../../../simulator/clock.ts';
import { jira } from '../../../simulator/ticketing/jira.ts';
import { serviceNow } from '../../../simulator/ticketing/servicenow.ts';

const clock = virtualClock(new Date('2026-03-02T09:00:00Z'));
const accounts = { bearer: { token: 'VPN Integration' } };
const ticket = {
  id: 'f00d12345678',
  rule: 'tunnel-sstp',
  title: 'The gateway allows SSTP',
  text: 'It is so.',
  target: '/subscriptions/x/vpngw-hub',
};

const callOf =
  (handle: ReturnType<typeof serviceNow>['handle']): TicketSystemCall =>
  async (_, method, path, body) => {
    const { body: text } = handle({
      method,
      url: `https://tickets.example${path}`,
      headers: { authorization: 'Bearer token' },
      body: JSON.stringify(body),
    });
    return text ? JSON.parse(text) : undefined;
  };
const post = async () => {};

/** The system takes the request and its answer is lost. The next attempt must look before it makes a second ticket. */
it('ServiceNow gets one record for a finding though the answer to the first POST was lost', async () => {
  const snow = serviceNow({ clock, accounts });
  snow.create('incident', { short_description: 'of somebody else' });
  snow.faults.push({ method: 'POST', effect: 'dropAfter' });
  const to = { system: 'servicenow', table: 'incident', fields: {}, closed: {} } as const;
  const { open } = findingTickets(to, { calls: { servicenow: callOf(snow.handle) }, post })!;
  await expect(open(ticket)).rejects.toThrow(ConnectionDropped);
  expect(await open(ticket)).toBe('INC0010002');
  expect(await open(ticket)).toBe('INC0010002');
  expect(snow.record('INC0010003')).toBeUndefined();
});

it('Jira gets one issue for a finding though the answer to the first POST was lost', async () => {
  const board = jira({ clock, accounts });
  board.faults.push({ method: 'POST', effect: 'dropAfter' });
  const to = { system: 'jira', project: 'NET', issueType: 'Task', fields: {}, done: 'Done' } as const;
  const { open } = findingTickets(to, { calls: { jira: callOf(board.handle) }, post })!;
  await expect(open(ticket)).rejects.toThrow(ConnectionDropped);
  expect(await open(ticket)).toBe('NET-1');
  expect(board.issues.size).toBe(1);
});

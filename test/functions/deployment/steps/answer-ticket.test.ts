import { expect, it } from 'vitest';
import { answerTicket, noteOnTicket } from '../../../../functions/deployment/steps/answer-ticket.ts';
import { failed } from '../../../../shared/core/errors.ts';
import type { TicketAnswer } from '../../../../shared/deployment/contract.ts';
import type { Tickets } from '../../../../shared/ports.ts';
import { hubId } from '../../../shared/hub.ts';

const order = {
  ticket: { system: 'jira', id: 'NET-7' } as const,
  answer: {
    id: 'vpn-hub-1/answer',
    deploymentId: 'vpn-hub-1',
    virtualNetworkId: hubId,
    status: 'Running',
    text: 'The gateway is being created.',
    at: '2030-01-01T00:00:00.000Z',
  } satisfies TicketAnswer,
};
const closed: Tickets = {
  answer: async () => {
    throw failed('TicketNotFound', 'Jira knows no issue NET-7.', 'NET-7');
  },
};

it('an answer that the system does not take fails its attempt, so that it is tried again', async () => {
  await expect(answerTicket(closed)(order)).rejects.toMatchObject({ code: 'TicketNotFound' });
});

it('a note that the system does not take says why, and holds nothing up', async () => {
  expect(await noteOnTicket(closed)(order)).toMatchObject({ code: 'TicketNotFound', target: 'NET-7' });
});

it('a note that is taken is told as it stands', async () => {
  const told: unknown[] = [];
  const tickets: Tickets = { answer: async (...both) => void told.push(both) };
  expect(await noteOnTicket(tickets)(order)).toBeUndefined();
  expect(told).toEqual([[order.ticket, order.answer]]);
});

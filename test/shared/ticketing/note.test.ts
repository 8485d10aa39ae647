import { expect, it } from 'vitest';
import type { TicketAnswer } from '../../../shared/deployment/contract.ts';
import { markerOf, noteOf } from '../../../shared/ticketing/note.ts';

const answer = (status: TicketAnswer['status'], text = 'As asked.') =>
  ({ id: 'vpn-1/12', deploymentId: 'vpn-1', virtualNetworkId: '/vnets/hub', status, text }) as TicketAnswer;
const of = 'Deployment vpn-1 of /vnets/hub\n(answer vpn-1/12)';

it.each([
  ['Running', 'VPN deployment: running'],
  ['AwaitingApproval', 'VPN deployment: waiting for approval'],
  ['Succeeded', 'VPN deployment: succeeded'],
  ['Failed', 'VPN deployment: FAILED'],
  ['Canceled', 'VPN deployment: canceled'],
  ['Rejected', 'VPN deployment: rejected'],
] as const)('%s is told first, and the deployment last', (status, headline) => {
  expect(noteOf(answer(status))).toEqual([headline, 'As asked.', of]);
  expect(noteOf(answer(status), 'Please close it by hand.')).toEqual([
    ...[headline, 'As asked.', 'Please close it by hand.', of],
  ]);
});

it('a ticket that was refused has no deployment to name', () => {
  const marker = markerOf(answer('Refused'));
  expect(noteOf(answer('Refused'))).toEqual(['VPN deployment: not started', 'As asked.', marker]);
});

it.each([
  [30_000, ''],
  [30_001, ' … (cut; the deployment has everything)'],
])('a text of %i letters fits into a comment', (length, more) => {
  expect(noteOf(answer('Failed', 'x'.repeat(length)))[1]).toBe(`${'x'.repeat(30_000)}${more}`);
});

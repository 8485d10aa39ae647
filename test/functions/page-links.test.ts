import { expect, it } from 'vitest';
import { pageAddress, withPageLinks } from '../../functions/page-links.ts';
import type { OutgoingEvent, TicketAnswer } from '../../shared/deployment/contract.ts';

const answer = (status: TicketAnswer['status']): TicketAnswer => ({
  id: 'vpn-1-a',
  deploymentId: 'vpn-1',
  virtualNetworkId: '/subscriptions/1',
  status,
  text: 'As asked.',
  at: '2030-01-01T00:00:00Z',
});

function told(page: string | undefined) {
  const texts: string[] = [];
  const events: OutgoingEvent[] = [];
  const ports = withPageLinks(
    {
      tickets: { answer: async (_, { text }) => void texts.push(text) },
      topic: {
        publish: async (event) => void events.push(event),
        trouble: { code: 'Http403', message: 'may not' },
      },
      findingTickets: {
        open: async ({ text }) => {
          texts.push(text);
          return 'INC1';
        },
        close: async (number, _, why) => void texts.push(`${number}: ${why}`),
      },
    },
    page,
  );
  return { texts, events, ports };
}

it('the page is where the platform says that the app is, and nowhere for a host on this machine', () => {
  expect(pageAddress('func-vpn.azurewebsites.net')).toBe('https://func-vpn.azurewebsites.net/api/portal');
  for (const name of [undefined, '', 'localhost', 'localhost:7071', '127.0.0.1:7071', '[::1]:7071'])
    expect(pageAddress(name), name).toBeUndefined();
});

it('answers, events and tickets about findings lead to the page', async () => {
  const { texts, events, ports } = told(pageAddress('vpn.example.com'));
  const ticket = { system: 'webhook', id: 'REQ1' } as const;
  await ports.tickets.answer(ticket, answer('AwaitingApproval'));
  await ports.tickets.answer(ticket, answer('Failed'));
  await ports.tickets.answer(ticket, answer('Refused'));
  const finding = { id: 'f', title: 't', text: 'Denied.', target: '/s', rule: 'policy-not-granting' };
  expect(await ports.findingTickets!.open(finding)).toBe('INC1');
  await ports.findingTickets!.close('INC1', finding, 'It is gone.');
  expect(texts).toEqual([
    'As asked.\nSee the plan and decide: https://vpn.example.com/api/portal/deployments/vpn-1',
    'As asked.\nSee everything: https://vpn.example.com/api/portal/deployments/vpn-1',
    'As asked.',
    'Denied.\nThe whole report: https://vpn.example.com/api/portal/compliance?rule=policy-not-granting',
    'INC1: It is gone.',
  ]);
  const event = { id: '1', subject: '/s', time: '2030-01-01T00:00:00Z' };
  await ports.topic!.publish({
    ...event,
    type: 'VpnRadius.Deployment.Failed',
    data: { deploymentId: 'vpn-1' },
  });
  await ports.topic!.publish({ ...event, type: 'VpnRadius.Compliance.Completed', data: { new: 1 } });
  expect(events.map(({ data }) => data)).toEqual([
    { deploymentId: 'vpn-1', pageUrl: 'https://vpn.example.com/api/portal/deployments/vpn-1' },
    { new: 1, pageUrl: 'https://vpn.example.com/api/portal/compliance' },
  ]);
  expect(ports.topic!.trouble).toEqual({ code: 'Http403', message: 'may not' });
});

it('where nobody knows the address, nothing is added', async () => {
  const { texts, ports } = told(undefined);
  await ports.tickets.answer({ system: 'webhook', id: 'REQ1' }, answer('Succeeded'));
  expect(texts).toEqual(['As asked.']);
});

import { describe, expect, it } from 'vitest';
import { emptyWish, placed, requestOf, type Wish, wishOfTicket } from '../../../portal/request/wish.ts';
import { vpnGatewayRequest } from '../../../shared/deployment/request.ts';

const hub = `/subscriptions/11111111-2222-4333-8444-555555555555/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/hub`;
const machine = hub.replace(
  'Microsoft.Network/virtualNetworks/hub',
  'Microsoft.Compute/virtualMachines/nps-01',
);

const full: Wish = {
  ticketId: 'REQ1',
  virtualNetworkId: hub,
  gatewaySubnetPrefix: '10.0.255.0/27',
  gatewayName: 'vpngw',
  sku: 'VpnGw2AZ',
  activeActive: true,
  addressPool: '172.16.1.0/24, 172.16.2.0/24',
  ikeV2: true,
  openVpn: true,
  serverAddress: '10.0.1.4',
  serverHost: machine,
  serverScore: '30',
  secondAddress: '10.0.1.5',
  secondHost: machine.replace('01', '02'),
  secondScore: '',
  secretName: 'radius-hub',
  networkPolicy: 'own',
  mfaExtension: 'install',
  approvalRequired: true,
  timeoutDays: '3',
};

describe('the form', () => {
  it.each([
    ['everything', full],
    ['nothing but the network', { ...emptyWish, ticketId: 'REQ1', virtualNetworkId: hub }],
  ])('asks for %s in a way that the app takes, and stands as it was when that is sent again', (_, wish) => {
    const request = vpnGatewayRequest.parse(requestOf(wish));
    expect(wishOfTicket(request)).toEqual(wish);
  });

  it('says nothing where nothing was written, so that what exists is kept', () => {
    expect(requestOf({ ...emptyWish, ticketId: 'REQ1', virtualNetworkId: hub })).toEqual({
      ticket: { system: 'webhook', id: 'REQ1' },
      virtualNetworkId: hub,
      gateway: {},
      pointToSite: { addressPool: 'auto' },
      radius: {},
      nps: {},
      approval: { required: false, timeoutDays: 7 },
    });
  });

  it('sends a ticket again with the address that its answer went to', () => {
    const ticket = {
      system: 'webhook',
      id: 'REQ1',
      callbackUrl: 'https://tickets.example.com/hook',
    } as const;
    expect(requestOf(full, ticket).ticket).toEqual(ticket);
  });
});

describe('problems stand at their fields', () => {
  const problem = (target: string) => ({ code: 'FieldInvalid', message: 'is wrong', target });
  it.each([
    ['pointToSite.addressPool[1]', 'addressPool'],
    ['radius.servers[0].host', 'serverHost'],
    ['radius.servers[1].address', 'secondAddress'],
    ['radius.servers', 'serverAddress'],
    ['gateway.activeActive', 'activeActive'],
    ['approval.timeoutDays', 'timeoutDays'],
    ['ticket.id', 'ticketId'],
  ] as const)('%s', (target, field) => {
    expect(placed([problem(target)])).toEqual({ at: { [field]: [problem(target)] }, elsewhere: [] });
  });

  it('the wrong field that the app names in a real refusal has a place for each', () => {
    const wrong = {
      ...full,
      sku: 'Basic',
      addressPool: '10.0.0.1/24',
      serverAddress: 'nps',
      timeoutDays: '99',
    };
    const { error } = vpnGatewayRequest.safeParse(requestOf(wrong));
    const targets = error!.issues.map(({ path }) =>
      path.reduce<string>(
        (text, part) =>
          typeof part === 'number' ? `${text}[${part}]` : text ? `${text}.${String(part)}` : String(part),
        '',
      ),
    );
    const { at, elsewhere } = placed(targets.map(problem));
    expect(elsewhere).toEqual([]);
    expect(Object.keys(at).sort()).toEqual(['addressPool', 'serverAddress', 'sku', 'timeoutDays']);
  });

  it('what is about no field is told beside the form', () => {
    const other = { code: 'NpsUnreachable', message: 'nobody answers' };
    expect(placed([other])).toEqual({ at: {}, elsewhere: [other] });
  });
});

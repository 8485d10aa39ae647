import { expect, it } from 'vitest';
import {
  removalOrder,
  removalRequest,
  removalTicket,
} from '../../../../shared/deployment/removal/request.ts';
import { gatewayId, hubId, request } from '../../hub.ts';

const gateway = { virtualNetworkGatewayId: gatewayId };
const { ticket } = request();

it('a removal always waits for an approval, and takes the gateway too unless it is to stay', () => {
  const usual = { ...gateway, keepGateway: false, approval: { required: true, timeoutDays: 7 } };
  expect(removalRequest.parse(gateway)).toEqual(usual);
  expect(removalRequest.parse({ virtualNetworkId: hubId, keepGateway: true })).toMatchObject({
    virtualNetworkId: hubId,
    keepGateway: true,
  });
  expect(removalTicket.parse({ kind: 'remove', ...gateway, ticket })).toMatchObject({ ...usual, ticket });
});

const one = [
  'virtualNetworkGatewayId must name the gateway: give either virtualNetworkGatewayId or virtualNetworkId, not both',
];
it.each<[string, object, string[]]>([
  ['no gateway', {}, one],
  ['a gateway and a VNet', { ...gateway, virtualNetworkId: hubId }, one],
  [
    'no approval',
    { ...gateway, approval: { required: false } },
    ['approval.required must be true or left out: a removal always waits for an approval'],
  ],
  ['no day', { ...gateway, approval: { timeoutDays: 0 } }, ['approval.timeoutDays must be 1 to 30']],
  ['too many days', { ...gateway, approval: { timeoutDays: 31 } }, ['approval.timeoutDays must be 1 to 30']],
])('is refused: %s', (_, body, expected) => {
  for (const { error } of [
    removalRequest.safeParse(body),
    removalTicket.safeParse({ kind: 'remove', ...body, ticket }),
  ])
    expect(error!.issues.map(({ path, message }) => `${path.join('.')} ${message}`)).toEqual(expected);
});

it('its order is found by the gateway, in any case, and by whether the gateway stays', () => {
  const order = (more: object, id = gatewayId) =>
    removalOrder({ gatewayId: id, ...more }, hubId, { ticket, timeoutDays: 3 });
  expect(order({})).toMatchObject({
    removes: { gatewayId },
    request: {
      virtualNetworkId: hubId,
      gateway: { name: 'vpngw-hub' },
      approval: { required: true, timeoutDays: 3 },
    },
    fingerprint: expect.stringMatching(/^[0-9a-f]{32}$/),
  });
  expect(order({}, gatewayId.toUpperCase()).fingerprint).toBe(order({}).fingerprint);
  expect(order({ keepsGateway: false }).fingerprint).toBe(order({}).fingerprint);
  expect(order({ keepsGateway: true }).fingerprint).not.toBe(order({}).fingerprint);
  expect(order({}, `${gatewayId}-2`).fingerprint).not.toBe(order({}).fingerprint);
});

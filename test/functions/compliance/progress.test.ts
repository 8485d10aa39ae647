import { expect, it } from 'vitest';
import { toldOfDeployed } from '../../../functions/compliance/progress.ts';
import { deployedOrder } from '../../../functions/compliance/start.ts';

/** An id as long as Azure allows it. */
const longId = (number: number) =>
  `/subscriptions/${'0'.repeat(36)}/resourceGroups/${'g'.repeat(90)}/providers/Microsoft.Network/virtualNetworkGateways/${String(number).padStart(80, 'n')}`;
const told = (count: number) =>
  toldOfDeployed(
    deployedOrder(
      Array.from({ length: count }, (_, number) => ({
        gatewayId: longId(number),
        deploymentId: `vpn-${number}`,
        at: '2030-01-01T00:00:00.000Z',
      })),
    ),
  );

it.each([
  [1, { name: 'deployment', id: 'vpn-0' }, 1, undefined],
  [20, { name: '20 deployments' }, 20, undefined],
  [21, { name: '21 deployments' }, 20, 1],
  [100, { name: '100 deployments' }, 20, 80],
])(
  'a check after %i deployments names who asked for it and its gateways, twenty at most',
  (count, startedBy, named, more) => {
    const gatewayIds = Array.from({ length: named }, (_, number) => longId(number));
    expect(told(count)).toEqual({
      startedBy,
      scope: { subscriptionIds: [], gatewayIds, ...(more && { moreGateways: more }) },
    });
  },
);

it('leaves room in the 16 KB of a custom status for the report of the run', () => {
  expect(JSON.stringify(told(100)).length * 2).toBeLessThan(14 * 1024);
});

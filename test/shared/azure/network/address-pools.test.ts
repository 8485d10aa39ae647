import { describe, expect, it } from 'vitest';
import { vpnGateways } from '../../../../shared/azure/network/vpn-gateways.ts';
import { failureOf, group, notFound, recordedAzure, refusal, subscriptionId } from '../recorded-azure.ts';

const id = `${group}/Microsoft.Network/virtualNetworkGateways/vpngw-hub`;

describe('the address pools of all gateways', () => {
  it('come page by page from Resource Graph', async () => {
    const ofGroups = [{ properties: { vpnClientAddressPool: { addressPrefixes: ['172.16.9.0/24'] } } }];
    const { azure, sent } = recordedAzure((_, index) =>
      index === 0
        ? { status: 200, body: { data: [{ id, pool: ['172.16.0.0/24'], ofGroups }], $skipToken: 'more' } }
        : {
            status: 200,
            body: {
              data: [
                { id: `${id}2`, pool: ['172.17.0.0/24'], ofGroups: null },
                { id: `${id}3`, pool: null, ofGroups: [{}, { properties: {} }, ...ofGroups] },
              ],
            },
          },
    );
    expect(await vpnGateways(azure).addressPools([subscriptionId])).toEqual([
      { by: id, prefixes: ['172.16.0.0/24', '172.16.9.0/24'] },
      { by: `${id}2`, prefixes: ['172.17.0.0/24'] },
      { by: `${id}3`, prefixes: ['172.16.9.0/24'] },
    ]);
    expect(sent.map(({ method, url }) => `${method} ${url.pathname}${url.search}`)).toEqual(
      Array(2).fill('POST /providers/Microsoft.ResourceGraph/resources?api-version=2022-10-01'),
    );
    expect(sent[0]?.body).toMatchObject({
      subscriptions: [subscriptionId],
      options: { resultFormat: 'objectArray' },
    });
    expect(sent[1]?.body).toMatchObject({ options: { $skipToken: 'more' } });
  });

  it('are not asked for without a subscription, for that would be all there is', async () => {
    const { azure, sent } = recordedAzure(() => notFound);
    expect(await vpnGateways(azure).addressPools([])).toEqual([]);
    expect(sent).toEqual([]);
  });

  it('say for which subscriptions they could not be read', async () => {
    const { azure } = recordedAzure(() => refusal(403, 'AccessDenied', 'No.'));
    expect((await failureOf(vpnGateways(azure).addressPools(['a', 'b']))).failure).toMatchObject({
      code: 'AccessDenied',
      target: '/subscriptions/a, /subscriptions/b',
    });
  });
});

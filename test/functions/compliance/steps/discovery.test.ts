import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  discoverGateways,
  giveUpNetworks,
  networksOf,
  readNetworks,
  resolveSubscriptions,
} from '../../../../functions/compliance/steps/discovery.ts';
import { runFolder } from '../../../../functions/compliance/steps/run-folder.ts';
import { documentsInFolder } from '../../../../shared/azure/storage/documents-in-folder.ts';
import { rowsInFolder } from '../../../../shared/azure/storage/rows-in-folder.ts';
import { failed, VpnRadiusError } from '../../../../shared/core/errors.ts';
import type { DiscoveredPage, VpnGateway } from '../../../../shared/gateway/model.ts';
import type { Fleet, VirtualNetworks, VpnGateways } from '../../../../shared/ports.ts';
import { temporaryFolder } from '../../../../simulator/temporary-folder.ts';
import { gateway, gatewayId } from '../../../shared/hub.ts';

const { folder } = temporaryFolder('vpn-radius-discovery-');
const store = documentsInFolder(join(folder, 'documents'));
const rows = rowsInFolder(join(folder, 'rows'));
const everything = { subscriptionIds: [], gatewayIds: [] };
const one = '11111111-2222-4333-8444-555555555555';
const two = '22222222-2222-4333-8444-555555555555';

const inSubscription = (subscription: string, count: number): VpnGateway[] =>
  Array.from({ length: count }, (_, index) =>
    gateway({ id: gatewayId.replace(one, subscription).concat(`-${index}`) }),
  );
const discovering = (page: Partial<DiscoveredPage>, read?: VpnGateway) =>
  discoverGateways(
    {
      discover: async () => ({ gateways: [], onPremises: [], connections: [], waitSeconds: 0, ...page }),
    } as Partial<Fleet> as Fleet,
    { read: async () => read, connectedNetworks: async () => [] } as Partial<VpnGateways> as VpnGateways,
    { onPremisesPrefixes: async () => [] } as Partial<VirtualNetworks> as VirtualNetworks,
    store,
  );

describe('the subscriptions of a run', () => {
  it('are those of the settings, once each, where nothing is named', async () => {
    expect(await resolveSubscriptions([two, one.toUpperCase(), one], rows)({ scope: everything })).toEqual([
      one,
      two,
    ]);
  });
  it('are those of the gateways that are named, and no other', async () => {
    const scope = { subscriptionIds: [], gatewayIds: [gatewayId] };
    expect(await resolveSubscriptions([two], rows)({ scope })).toEqual([one]);
  });
  it('none: it says which setting to fill', async () => {
    await expect(resolveSubscriptions([], rows)({ scope: everything })).rejects.toMatchObject({
      failure: { code: 'ComplianceScopeEmpty', target: 'SUBSCRIPTION_IDS' },
    });
  });
});

describe('what is discovered', () => {
  const order = {
    runId: 'run',
    scope: { subscriptionIds: [one, two], gatewayIds: [] },
    page: 0,
    skipToken: undefined,
  };

  it('is kept in parts of one subscription and at most 250 gateways', async () => {
    const gateways = [...inSubscription(one, 251), ...inSubscription(two, 3)];
    const { parts, skipToken } = await discovering({ gateways, skipToken: 'more' })(order);
    expect(parts.map(({ subscriptionId, gateways: count }) => [subscriptionId, count])).toEqual([
      [one, 250],
      [one, 1],
      [two, 3],
    ]);
    expect(skipToken).toBe('more');
    const kept = await Promise.all(parts.map(({ name }) => runFolder(store, 'run').read<VpnGateway[]>(name)));
    expect(kept.flat().map(({ id }) => id)).toEqual(gateways.map(({ id }) => id));
  });

  it('of gateways that are named is read: Resource Graph lags behind', async () => {
    const scope = { subscriptionIds: [], gatewayIds: [gatewayId] };
    expect((await discovering({}, gateway())({ ...order, scope })).parts).toMatchObject([{ gateways: 1 }]);
    // Pages after the first are only about the subscriptions.
    expect((await discovering({}, gateway())({ ...order, scope, page: 1 })).parts).toEqual([]);
  });

  it('is no ExpressRoute gateway and none that is gone', async () => {
    const scope = { subscriptionIds: [], gatewayIds: [gatewayId] };
    expect(
      (await discovering({}, gateway({ gatewayType: 'ExpressRoute' }))({ ...order, scope })).parts,
    ).toEqual([]);
    expect((await discovering({})({ ...order, scope })).parts).toEqual([]);
  });
});

describe('what stands around the gateways of a subscription', () => {
  const order = { runId: 'run', subscriptionId: one.toUpperCase() };
  const kept = () => runFolder(store, 'run').read(networksOf(one));
  const refusing = (error: Error) => ({ networks: () => Promise.reject(error) }) as Partial<Fleet> as Fleet;

  it('that may not be read is kept as the reason', async () => {
    await readNetworks(refusing(failed('AuthorizationFailed', 'Reader is missing.', one)), store)(order);
    expect(await kept()).toMatchObject({ problem: { code: 'AuthorizationFailed' } });
  });

  it('that is throttled is read again, until it has been tried for long enough', async () => {
    const throttled = new VpnRadiusError({ code: 'TooManyRequests', message: '429', transient: true });
    await expect(readNetworks(refusing(throttled), store)(order)).rejects.toBe(throttled);
    await giveUpNetworks(store)({ ...order, problem: throttled.failure });
    expect(await kept()).toMatchObject({ problem: { code: 'TooManyRequests' } });
  });
});

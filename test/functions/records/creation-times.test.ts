import { afterAll, describe, expect, it } from 'vitest';
import {
  creationTimes,
  planGatewayLooks,
  recordCreationTime,
} from '../../../functions/records/creation-times.ts';
import { rowsInFolder } from '../../../shared/azure/storage/rows-in-folder.ts';
import { creationLooks } from '../../../shared/gateway/creation-looks.ts';
import { looksWithEvents } from '../../../shared/gateway/pace.ts';
import type { Rows } from '../../../shared/ports.ts';
import { temporaryFolder } from '../../../simulator/temporary-folder.ts';
import { durableHost } from '../durable-host.ts';

const { folder, remove } = temporaryFolder('creation-times-');
afterAll(remove);

const kind = { sku: 'VpnGw1AZ', location: 'westeurope' };
const minutes = (count: number) => count * 60_000;
let folders = 0;
const someRows = () => rowsInFolder(`${folder}/${folders++}`);
/** No durable client belongs to it, so it tells of no events. */
const context = {} as never;
const gateway = { gatewayId: '/subscriptions/s/…/vpngw-hub', since: '2026-01-01T00:00:00Z', ...kind };

describe('how long a gateway took to be created', () => {
  it('is kept once, however often its step runs', async () => {
    const rows = someRows();
    for (const instanceId of ['gateway-1', 'gateway-2', 'gateway-2', 'gateway-2'])
      await recordCreationTime(rows)({ ...kind, instanceId, milliseconds: minutes(25) });
    expect(await creationTimes(rows, kind)).toEqual([1500, 1500]);
  });

  it('is kept of the newest thirty, by SKU and region in any writing', async () => {
    const rows = someRows();
    for (let number = 1; number <= 35; number++)
      await recordCreationTime(rows)({
        ...kind,
        instanceId: `gateway-${number}`,
        milliseconds: number * 1000,
      });
    const times = await creationTimes(rows, { sku: 'vpngw1az', location: 'WestEurope' });
    expect(times).toEqual(Array.from({ length: 30 }, (_, index) => index + 6));
    expect(await creationTimes(rows, { ...kind, location: 'West Europe' })).toEqual(times);
    expect(await creationTimes(rows, { ...kind, location: 'northeurope' })).toEqual([]);
    expect(await creationTimes(rows, { ...kind, sku: 'VpnGw2AZ' })).toEqual([]);
  });

  it('decides when the next of its kind is looked at', async () => {
    const rows = someRows();
    expect(await planGatewayLooks(rows)(gateway, context)).toEqual(creationLooks([]));
    await recordCreationTime(rows)({ ...kind, instanceId: 'gateway-1', milliseconds: minutes(25) });
    expect(await planGatewayLooks(rows)(gateway, context)).toEqual(creationLooks([1500]));
  });

  it('does not matter where events come: they tell when it is ready', async () => {
    const host = await durableHost({}, { 'eventDelivery/s': gateway.since });
    const looks = await planGatewayLooks(someRows())(gateway, host.context).finally(host.close);
    expect(looks).toEqual(looksWithEvents);
  });

  it('keeps no deployment back when the storage does not tell', async () => {
    const rows = { read: () => Promise.reject(new Error('503')) } as unknown as Rows;
    expect(await planGatewayLooks(rows)(gateway, context)).toEqual(creationLooks([]));
  });
});

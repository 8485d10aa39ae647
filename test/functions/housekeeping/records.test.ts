import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expireRecords } from '../../../functions/housekeeping/records.ts';
import { lists, readCard } from '../../../functions/records/cards.ts';
import { inChain } from '../../../functions/records/chain/chain.ts';
import { verifyRecords } from '../../../functions/records/chain/verification.ts';
import { chainOf, remember } from '../../../functions/records/remember.ts';
import type { Order } from '../../../shared/deployment/contract.ts';
import { newDeploymentId } from '../../../shared/deployment/ids.ts';
import { vpnGatewayRequest } from '../../../shared/deployment/request.ts';
import type { Archive } from '../../../shared/ports.ts';
import { begin, end, stores } from '../../shared/azure/storage/stores.ts';
import { hubId } from '../../shared/hub.ts';

beforeAll(begin);
afterAll(end);

const day = (number: number) => new Date(Date.UTC(2030, 0, 1 + number));
const order: Order = {
  request: vpnGatewayRequest.parse({
    ticket: { system: 'webhook', id: 'REQ1', requestedBy: 'anna' },
    virtualNetworkId: hubId,
  }),
  fingerprint: 'f',
};
const chain = chainOf(order);
const idOn = (number: number) => newDeploymentId(hubId, day(number), String(number));

/** A deployment a day. The answer to the second one's ticket arrived only after the third had started. */
async function filled({ records, rows }: Archive) {
  const kept = async (number: number, entry: string, on: number) => {
    const at = day(on).toISOString();
    const change = entry === 'ended' ? ({ status: 'Succeeded' } as const) : {};
    await remember({ records, rows }, { id: idOn(number), order, entry, at, change });
  };
  for (const number of [0, 1, 2]) {
    await kept(number, 'asked', number);
    if (number === 2) await kept(1, 'answered', 2);
    await kept(number, 'ended', number);
    await records.add(`plans/${idOn(number)}/d.json`, '{}', 'application/json');
  }
}

describe.each(stores)('records from before the retention, in $where', ({ where, needs, documents, rows }) => {
  it.skipIf(needs)(`go with all that the index says of them${needs}`, async () => {
    const archive = { records: documents(), rows: rows(), expiresByItself: where !== 'a folder' };
    const { records } = archive;
    await filled(archive);
    // What the lifecycle of the account does: it removes the old documents, and nothing else.
    const lifecycle = async (...names: string[]) => {
      if (archive.expiresByItself) for (const name of names) await records.remove(`${inChain(chain)}${name}`);
    };
    const found = async (list: string) => (await archive.rows.page(list, { limit: 9 })).length;

    expect(await expireRecords(archive, day(-1), 9)).toEqual({ documents: 0, deployments: 0 });
    await lifecycle('00000001.json', '00000002.json', '00000003.json', '00000004.json');
    const first = await expireRecords(archive, new Date(day(1).getTime() + 1000), 9);
    // One record of the second is left, so the second stays in every list.
    expect(first).toEqual({ documents: archive.expiresByItself ? 0 : 4, deployments: 1 });
    expect(await readCard(archive.rows, idOn(0))).toBeUndefined();
    for (const list of [
      lists.all,
      lists.status('Succeeded'),
      lists.ticket('REQ1'),
      lists.person('anna'),
      lists.virtualNetwork('hub'),
      lists.ofChain(chain),
    ])
      expect(await found(list), list).toBe(2);
    expect(await records.list(inChain(chain))).toHaveLength(3);
    if (where === 'a folder') expect(await records.list('plans/')).toHaveLength(2);
    expect((await verifyRecords(archive, { keptSince: day(2) })).problems).toEqual([]);
    // With a longer retention their absence is a problem.
    expect((await verifyRecords(archive, { keptSince: day(-1) })).problems.map(({ code }) => code)).toEqual(
      Array(4).fill('RecordMissing'),
    );

    await lifecycle('00000005.json', '00000006.json', '00000007.json');
    expect(await expireRecords(archive, day(3), 1)).toMatchObject({ deployments: 1 });
    expect(await expireRecords(archive, day(3), 9)).toMatchObject({ documents: 0, deployments: 1 });
    expect(await found(lists.all)).toBe(0);
    expect((await verifyRecords(archive, { keptSince: day(3) })).problems).toEqual([]);
    // The chain goes on from its last position.
    await remember(archive, { id: idOn(4), order, entry: 'asked', at: day(4).toISOString(), change: {} });
    expect(await records.list(inChain(chain))).toEqual([`${inChain(chain)}00000008.json`]);
  });

  it.skipIf(needs)(`whoever is killed on the way is followed by the next night${needs}`, async () => {
    const archive = { records: documents(), rows: rows(), expiresByItself: where !== 'a folder' };
    await filled(archive);
    for (const name of archive.expiresByItself ? await archive.records.list(inChain(chain)) : [])
      await archive.records.remove(name);
    for (let writes = 1; ; writes++) {
      let left = writes;
      const remove: Archive['rows']['remove'] = async (...args) => {
        if (left-- === 0) throw new Error('killed');
        return archive.rows.remove(...args);
      };
      const night = { ...archive, rows: { ...archive.rows, remove } };
      const ended = await expireRecords(night, day(9), 9).then(
        () => true,
        () => false,
      );
      if (ended) break;
    }
    expect(await archive.rows.page(lists.all, { limit: 9 })).toEqual([]);
    for (const number of [0, 1, 2]) expect(await readCard(archive.rows, idOn(number))).toBeUndefined();
    for (const list of [lists.ticket('REQ1'), lists.person('anna'), lists.ofChain(chain)])
      expect(await archive.rows.page(list, { limit: 9 })).toEqual([]);
  });
});

import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  type Card,
  cardKey,
  changeCard,
  idOf,
  isSameTicket,
  joinCard,
  lists,
  readCard,
  removeCard,
} from '../../../functions/records/cards.ts';
import { rowsInFolder } from '../../../shared/azure/storage/rows-in-folder.ts';
import type { DeploymentStatus, Order } from '../../../shared/deployment/contract.ts';
import { newDeploymentId } from '../../../shared/deployment/ids.ts';
import type { DeploymentSummary, Ticket } from '../../../shared/deployment/record/record.ts';
import type { Rows } from '../../../shared/ports.ts';
import { temporaryFolder } from '../../../simulator/temporary-folder.ts';
import { gatewayId, hubId, request } from '../../shared/hub.ts';

const id = newDeploymentId(hubId, new Date('2030-01-01T00:00:00Z'), 'one');
const ticket = (name: string, more: Partial<Ticket> = {}): Ticket => ({
  system: 'webhook',
  id: name,
  ...more,
});
const cardOf = (status: DeploymentStatus, more: Partial<DeploymentSummary> = {}): Omit<Card, 'lists'> => ({
  summary: {
    ...{ id, status, percent: 0, virtualNetworkId: hubId, expectedEndAt: null, endedAt: null },
    ...{ ticket: ticket('REQ1', { requestedBy: 'anna@contoso.com' }), startedAt: '2030-01-01T00:00:00Z' },
    ...more,
  },
  order: { request: request(), fingerprint: 'f', requestedBy: { id: 'oid-anna', name: 'Anna' } } as Order,
  chain: 'c',
  entries: [],
});
const newRows = () => rowsInFolder(join(temporaryFolder('vpn-radius-cards-').folder, 'rows'));
const inList = async (rows: Rows, list: string) =>
  (await rows.page<DeploymentSummary>(list, { limit: 10 })).map((row) => ('value' in row ? row.value : row));

/** The names under which a list is looked up, and whether the deployment is in it. */
const everyList = {
  ...{ all: lists.all, running: lists.status('Running'), waiting: lists.status('AwaitingApproval') },
  ...{
    failed: lists.status('Failed'),
    vnet: lists.virtualNetwork(hubId),
    vnetName: lists.virtualNetwork('HUB'),
  },
  ...{
    gateway: lists.gateway(gatewayId),
    gatewayName: lists.gateway('vpngw-hub'),
    ticket: lists.ticket('REQ1'),
  },
  ...{
    person: lists.person('anna@contoso.com'),
    name: lists.person('Anna'),
    object: lists.person('oid-anna'),
  },
};
const listedIn = async (rows: Rows) => {
  const found: string[] = [];
  for (const [name, list] of Object.entries(everyList))
    if ((await inList(rows, list)).length > 0) found.push(name);
  return found;
};
const always = ['all', 'vnet', 'vnetName', 'ticket', 'person', 'name', 'object'];

describe('a deployment', () => {
  it('is in the lists of what it is about and of its status, and leaves those that no longer fit', async () => {
    const rows = newRows();
    const become = (status: DeploymentStatus, more: Partial<DeploymentSummary> = {}) =>
      changeCard(rows, id, () => cardOf(status, more));
    await become('Pending');
    expect((await listedIn(rows)).toSorted()).toEqual([...always, 'running'].toSorted());
    await become('AwaitingApproval', { gatewayId });
    expect((await listedIn(rows)).toSorted()).toEqual(
      [...always, 'gateway', 'gatewayName', 'waiting'].toSorted(),
    );
    await become('Failed');
    expect((await listedIn(rows)).toSorted()).toEqual([...always, 'failed'].toSorted());
    expect((await inList(rows, lists.all))[0]).toMatchObject({ id, status: 'Failed' });
  });

  it('that two change at once is in the lists as its card says, whoever writes them last', async () => {
    const rows = newRows();
    await changeCard(rows, id, () => cardOf('Pending'));
    let others = 1;
    const slow: Rows = {
      ...rows,
      async put(...row) {
        if (others-- > 0) await changeCard(rows, id, () => cardOf('Failed'));
        await rows.put(...row);
      },
    };
    await changeCard(slow, id, (before) =>
      before?.summary.status === 'Failed' ? before : cardOf('Running'),
    );
    expect((await readCard(rows, id))?.summary.status).toBe('Failed');
    expect((await inList(rows, lists.all))[0]).toMatchObject({ status: 'Failed' });
    expect((await listedIn(rows)).toSorted()).toEqual([...always, 'failed'].toSorted());
  });

  it('that is removed is in no list; another one stays', async () => {
    const rows = newRows();
    const other = newDeploymentId(hubId, new Date('2030-01-02T00:00:00Z'), 'two');
    const card = await changeCard(rows, id, () => cardOf('Failed'));
    await changeCard(rows, other, () => cardOf('Succeeded', { id: other }));
    await removeCard(rows, id, card);
    expect(await readCard(rows, id)).toBeUndefined();
    for (const list of card.lists)
      expect(
        (await rows.page(list, { limit: 10 })).map(({ key }) => idOf(key)),
        list,
      ).not.toContain(id);
    expect((await inList(rows, lists.all)).map((row) => 'id' in row && row.id)).toEqual([other]);
  });

  it('whose removal is cut short is still in the list of all, where housekeeping finds it again', async () => {
    const rows = newRows();
    const card = await changeCard(rows, id, () => cardOf('Failed'));
    for (let n = 0; n < card.lists.length; n++) {
      let removals = 0;
      const dying: Rows = {
        ...rows,
        remove: async (...its) => {
          if (removals++ === n) throw new Error('killed');
          return rows.remove(...its);
        },
      };
      await expect(removeCard(dying, id, card)).rejects.toThrow('killed');
      expect(await inList(rows, lists.all)).toHaveLength(1);
    }
    await removeCard(rows, id, undefined);
    expect(await inList(rows, lists.all)).toEqual([]);
  });
});

describe('a ticket that joins', () => {
  const joining = ticket('REQ2', { requestedBy: 'boris@contoso.com' });

  it('finds the deployment in its own lists, which name no other ticket that joined', async () => {
    const rows = newRows();
    await changeCard(rows, id, () => cardOf('Running'));
    expect(await joinCard(rows, id, joining)).toBe(true);
    expect(await joinCard(rows, id, ticket('REQ3'))).toBe(true);
    for (const list of [lists.ticket('REQ2'), lists.person('boris@contoso.com')])
      expect(await inList(rows, list)).toMatchObject([{ id, furtherTickets: [joining] }]);
    expect(await inList(rows, lists.ticket('REQ3'))).toMatchObject([{ furtherTickets: [ticket('REQ3')] }]);
    expect((await inList(rows, lists.all))[0]).not.toHaveProperty('furtherTickets');
    expect((await readCard(rows, id))?.summary.furtherTickets).toEqual([joining, ticket('REQ3')]);
  });

  it('at the same moment as another one is not lost', async () => {
    const rows = newRows();
    await changeCard(rows, id, () => cardOf('Running'));
    let others = 1;
    const racing: Rows = {
      ...rows,
      async replace(...row) {
        if (others-- > 0) await joinCard(rows, id, ticket('REQ3'));
        return rows.replace(...row);
      },
    };
    await joinCard(racing, id, joining);
    expect((await readCard(rows, id))?.summary.furtherTickets).toEqual([ticket('REQ3'), joining]);
  });

  it('still finds the deployment when that goes on, and without a name of its sender too', async () => {
    const rows = newRows();
    await changeCard(rows, id, () => cardOf('Running'));
    for (const one of [joining, ticket('REQ3')]) await joinCard(rows, id, one);
    await changeCard(rows, id, (before) => {
      const { furtherTickets } = before!.summary;
      return cardOf('Failed', { ...(furtherTickets && { furtherTickets }) });
    });
    for (const list of [lists.ticket('REQ2'), lists.person('boris@contoso.com'), lists.ticket('REQ3')])
      expect(await inList(rows, list)).toMatchObject([{ id, status: 'Failed' }]);
  });

  it('again is named once', async () => {
    const rows = newRows();
    await changeCard(rows, id, () => cardOf('Running'));
    for (let attempt = 0; attempt < 2; attempt++) await joinCard(rows, id, joining);
    expect((await readCard(rows, id))?.summary.furtherTickets).toEqual([joining]);
  });

  it('finds nothing where there is no such deployment', async () => {
    const rows = newRows();
    expect(await joinCard(rows, id, joining)).toBe(false);
    expect(await inList(rows, lists.ticket('REQ2'))).toEqual([]);
  });

  it.each([
    [{}, true],
    [{ requestedBy: 'somebody else' }, true],
    [{ id: 'REQ3' }, false],
    [{ system: 'jira' as const }, false],
    [{ callbackUrl: 'https://hooks.example' }, false],
  ])('is another one with %j: %s', (more, isSame) => {
    expect(isSameTicket(joining, { ...joining, ...more })).toBe(isSame);
  });
});

it('the newest deployment comes first', () => {
  const ids = ['2029-12-31', '2030-01-01', '2100-01-01'].map((day) =>
    newDeploymentId(hubId, new Date(day), 'x'),
  );
  expect(ids.map(cardKey).toSorted().map(idOf)).toEqual(ids.toReversed());
  expect(cardKey('no-id-of-ours').startsWith('9999999999999-')).toBe(true);
});

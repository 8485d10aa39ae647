import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  askedOf,
  deployedGateway,
  deployedGateways,
  forgetDeployed,
  keepDeployed,
} from '../../../functions/records/deployed.ts';
import { releaseLock, takeLock } from '../../../functions/records/lock.ts';
import { rowsInFolder } from '../../../shared/azure/storage/rows-in-folder.ts';
import type { Migration, Order } from '../../../shared/deployment/contract.ts';
import { newDeploymentId } from '../../../shared/deployment/ids.ts';
import { type Brought, wishOf } from '../../../shared/deployment/wished.ts';
import type { Rows } from '../../../shared/ports.ts';
import { temporaryFolder } from '../../../simulator/temporary-folder.ts';
import { defaults, gateway, gatewayId, hubId, npsId, request } from '../../shared/hub.ts';

const newFolder = () => join(temporaryFolder('vpn-radius-deployed-').folder, 'rows');
const newRows = () => rowsInFolder(newFolder());
const at = (day: number) => new Date(Date.UTC(2030, 0, day));
const idOn = (day: number) => newDeploymentId(hubId, at(day), String(day));
const order = (more: Partial<Order> = {}): Order => ({ request: request(), fingerprint: 'f', ...more });
const secrets = (version: string) => [{ address: '10.0.1.4', name: 'radius-hub', version, host: npsId }];
const wish = wishOf(request(), gateway(), defaults);
const brought: Brought = { wish };
const named = (networkPolicy: string) => request({ nps: { networkPolicy } });

describe('what is known of a gateway that was deployed', () => {
  it('is what was last asked for, what came of it, and its secrets', async () => {
    const rows = newRows();
    expect(await deployedGateway(rows, gatewayId)).toBeUndefined();
    expect(await askedOf(rows)(gatewayId)).toBeUndefined();
    await keepDeployed(rows, idOn(1), order({ request: named('Ours') }), gatewayId, secrets('1'), brought);
    expect(await deployedGateway(rows, gatewayId.toUpperCase())).toEqual({
      gatewayId,
      request: named('Ours'),
      asked: named('Ours'),
      wish,
      secrets: secrets('1'),
      isSettled: true,
    });
    expect(await askedOf(rows)(gatewayId)).toEqual(named('Ours'));
  });

  it('keeps what an earlier request named, and what the last success made, when the next one names less and fails', async () => {
    const rows = newRows();
    await keepDeployed(rows, idOn(1), order({ request: named('Ours') }), gatewayId, secrets('1'), brought);
    await keepDeployed(rows, idOn(2), order(), gatewayId, secrets('2'));
    expect(await deployedGateway(rows, gatewayId)).toMatchObject({
      request: { nps: {} },
      asked: { nps: { networkPolicy: 'Ours' } },
      wish,
      secrets: secrets('2'),
    });
  });

  it.each([
    ['an earlier deployment that ends later', 1],
    ['the same deployment once more', 2],
  ])('is not changed by %s', async (_, day) => {
    const rows = newRows();
    await keepDeployed(rows, idOn(2), order({ request: named('Later') }), gatewayId, secrets('2'), brought);
    await keepDeployed(rows, idOn(day), order({ request: named('Other') }), gatewayId, secrets('1'), brought);
    expect(await askedOf(rows)(gatewayId)).toEqual(named('Later'));
  });

  it('stays what was asked for when a repair applies it again', async () => {
    const rows = newRows();
    const repairs = named('Ours');
    await keepDeployed(rows, idOn(1), order({ request: named('As found'), repairs }), gatewayId, [], brought);
    expect(await deployedGateway(rows, gatewayId)).toMatchObject({ request: repairs, asked: repairs });
  });

  it('is kept once when another deployment of the gateway is quicker', async () => {
    const rows = newRows();
    let others = 1;
    const racing: Rows = {
      ...rows,
      async insert(...row) {
        if (others-- > 0)
          await keepDeployed(rows, idOn(2), order({ request: named('Later') }), gatewayId, []);
        return rows.insert(...row);
      },
    };
    await keepDeployed(racing, idOn(1), order({ request: named('Earlier') }), gatewayId, []);
    expect(await askedOf(rows)(gatewayId)).toEqual(named('Later'));
  });
});

describe('a migration', () => {
  const migrates: Migration = { gatewayId, path: 'without-sstp' };
  const rotates = { gatewayId, gateway: gatewayId };

  it('of a gateway that somebody else deployed leaves it theirs', async () => {
    const rows = newRows();
    await keepDeployed(rows, idOn(1), order({ migrates }), gatewayId, secrets('1'), brought);
    expect(await deployedGateway(rows, gatewayId)).toBeUndefined();
  });

  it.each<[string, Partial<Order>, Brought]>([
    [
      'that gave the NPS servers a secret',
      { migrates, rotates: rotates as Order['rotates'] & object },
      brought,
    ],
    ['that configured NPS servers', { migrates }, { wish, servers: [{ address: '10.0.1.4', host: npsId }] }],
  ])('%s makes the gateway the app’s', async (_, more, made) => {
    const rows = newRows();
    await keepDeployed(rows, idOn(1), order(more), gatewayId, secrets('1'), made);
    expect(await deployedGateway(rows, gatewayId)).toMatchObject({ secrets: secrets('1') });
  });

  it('of the gateway alone keeps the secrets of the app’s gateway', async () => {
    const rows = newRows();
    await keepDeployed(rows, idOn(1), order(), gatewayId, secrets('1'), brought);
    await keepDeployed(rows, idOn(2), order({ migrates }), gatewayId, [], brought);
    expect(await deployedGateway(rows, gatewayId)).toMatchObject({ secrets: secrets('1') });
  });
});

describe('a gateway that was removed', () => {
  it('is forgotten, unless it was deployed again meanwhile', async () => {
    const rows = newRows();
    await forgetDeployed(rows, idOn(3), gatewayId);
    await keepDeployed(rows, idOn(2), order(), gatewayId, []);
    for (const earlier of [idOn(1), idOn(2)]) {
      await forgetDeployed(rows, earlier, gatewayId);
      expect(await deployedGateway(rows, gatewayId)).toBeDefined();
    }
    await forgetDeployed(rows, idOn(3), gatewayId);
    expect(await deployedGateway(rows, gatewayId)).toBeUndefined();
  });

  it('stays when it is deployed between the look and the removal', async () => {
    const rows = newRows();
    await keepDeployed(rows, idOn(1), order(), gatewayId, []);
    const racing: Rows = {
      ...rows,
      async remove(...row) {
        await keepDeployed(rows, idOn(3), order(), gatewayId, []);
        return rows.remove(...row);
      },
    };
    await forgetDeployed(racing, idOn(2), gatewayId);
    expect(await deployedGateway(rows, gatewayId)).toBeDefined();
  });
});

describe('the gateways of the app', () => {
  const lock = { id: idOn(1), at: at(1).toISOString(), order: order(), furtherTickets: [] };
  const ended = { at: at(2).toISOString(), ending: { status: 'Succeeded' } } as const;
  const isSettled = async (rows: Rows) => [
    (await deployedGateway(rows, gatewayId))?.isSettled,
    (await deployedGateways(rows)).get(gatewayId.toLowerCase())?.isSettled,
  ];

  it('are found by id in lower case, and are not settled while a deployment of their VNet runs', async () => {
    const rows = newRows();
    await keepDeployed(rows, idOn(1), order(), gatewayId, []);
    await keepDeployed(rows, idOn(1), order(), `${gatewayId}-2`, []);
    const found = await deployedGateways(rows);
    expect([...found.keys()].sort()).toEqual([gatewayId, `${gatewayId}-2`].map((id) => id.toLowerCase()));
    expect(found.get(gatewayId.toLowerCase())).toEqual(await deployedGateway(rows, gatewayId));
    expect(await isSettled(rows)).toEqual([true, true]);
    await takeLock(rows, undefined, lock);
    expect(await isSettled(rows)).toEqual([false, false]);
    await releaseLock(rows, { id: idOn(1), virtualNetworkId: hubId }, ended);
    expect(await isSettled(rows)).toEqual([true, true]);
  });

  it('are not told at all when one cannot be read: it would count as somebody else’s', async () => {
    const folder = newFolder();
    await keepDeployed(rowsInFolder(folder), idOn(1), order(), gatewayId, []);
    appendFileSync(join(folder, 'deployed.jsonl'), '{"key":"spoilt","json":"{"}\n');
    await expect(deployedGateways(rowsInFolder(folder))).rejects.toMatchObject({
      failure: { code: 'RowUnreadable', target: 'deployed/spoilt' },
    });
  });
});

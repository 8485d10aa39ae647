import { appendFileSync } from 'node:fs';
import { afterAll, expect, it } from 'vitest';
import { forgetOwnChecks, takeOwnChecks } from '../../../../functions/compliance/steps/own-checks.ts';
import { keepOwnCheck } from '../../../../functions/records/own-checks.ts';
import { rowsInFolder } from '../../../../shared/azure/storage/rows-in-folder.ts';
import { temporaryFolder } from '../../../../simulator/temporary-folder.ts';
import { gatewayId } from '../../../shared/hub.ts';

const { folder, remove } = temporaryFolder('own-checks-');
afterAll(remove);

let folders = 0;
const someRows = () => rowsInFolder(`${folder}/${folders++}`);
const time = (minute: number, second = 0) => new Date(Date.UTC(2030, 0, 1, 8, minute, second)).toISOString();
const asked = (number: number, at: string) => ({
  gatewayId: `${gatewayId}-${number}`,
  deploymentId: `vpn-${number}`,
  at,
});

it('gateways are checked together when their deployments ended five minutes ago, and the others later', async () => {
  const rows = someRows();
  await keepOwnCheck(rows, asked(2, time(1)));
  await keepOwnCheck(rows, asked(1, time(0)));
  await keepOwnCheck(rows, asked(3, time(4)));
  const { order, taken } = await takeOwnChecks(rows)({ now: time(6) });
  expect(order).toEqual({
    trigger: 'deployment',
    startedBy: { name: '2 deployments' },
    scope: { subscriptionIds: [], gatewayIds: [`${gatewayId}-1`, `${gatewayId}-2`] },
    remediate: false,
  });
  expect(await forgetOwnChecks(rows)({ taken })).toMatchObject({
    dueAt: time(9),
    startedBy: { id: 'vpn-3' },
    scope: { gatewayIds: [`${gatewayId}-3`] },
  });
  const last = await takeOwnChecks(rows)({ now: time(9) });
  expect(last.order).toMatchObject({ startedBy: { name: 'deployment', id: 'vpn-3' } });
  expect(await forgetOwnChecks(rows)(last)).toBeUndefined();
});

it('a timer that fires a second early takes what is due, and nothing that is not', async () => {
  const rows = someRows();
  await keepOwnCheck(rows, asked(1, time(0)));
  expect(await takeOwnChecks(rows)({ now: time(4, 58) })).toEqual({ taken: [] });
  expect((await takeOwnChecks(rows)({ now: time(4, 59) })).taken).toHaveLength(1);
});

it('a gateway that is deployed once more while it is checked is checked once more', async () => {
  const rows = someRows();
  await keepOwnCheck(rows, asked(1, time(0)));
  const { taken } = await takeOwnChecks(rows)({ now: time(6) });
  await keepOwnCheck(rows, { ...asked(1, time(7)), deploymentId: 'vpn-again' });
  expect(await forgetOwnChecks(rows)({ taken })).toMatchObject({ dueAt: time(12) });
  expect((await takeOwnChecks(rows)({ now: time(12) })).order?.startedBy.id).toBe('vpn-again');
});

it('a run checks a hundred gateways at most, the oldest first, and the rest follows at once', async () => {
  const rows = someRows();
  for (let number = 0; number < 130; number++) await keepOwnCheck(rows, asked(number, time(0, number)));
  const { order, taken } = await takeOwnChecks(rows)({ now: time(30) });
  expect(order?.scope.gatewayIds.slice(0, 2)).toEqual([`${gatewayId}-0`, `${gatewayId}-1`]);
  expect(taken).toHaveLength(100);
  expect(await forgetOwnChecks(rows)({ taken })).toMatchObject({ dueAt: time(5, 100) });
  expect((await takeOwnChecks(rows)({ now: time(30) })).taken).toHaveLength(30);
});

it('what was checked is forgotten several at a time, and never more than eight', async () => {
  const rows = someRows();
  for (let number = 0; number < 30; number++) await keepOwnCheck(rows, asked(number, time(0, number)));
  const { taken } = await takeOwnChecks(rows)({ now: time(30) });
  let [under, most] = [0, 0];
  const remove: typeof rows.remove = async (...row) => {
    most = Math.max(most, ++under);
    await new Promise(setImmediate);
    under--;
    return rows.remove(...row);
  };
  expect(await forgetOwnChecks({ ...rows, remove })({ taken })).toBeUndefined();
  expect(most).toBe(8);
});

it('a gateway whose row cannot be read is left to the scheduled check; the others are checked', async () => {
  const place = `${folder}/${folders++}`;
  for (const number of [1, 2]) await keepOwnCheck(rowsInFolder(place), asked(number, time(0)));
  appendFileSync(`${place}/own-check.jsonl`, '{"key":"spoilt","json":"{"}\n');
  expect((await takeOwnChecks(rowsInFolder(place))({ now: time(6) })).taken).toHaveLength(2);
});

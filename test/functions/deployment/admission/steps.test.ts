import { describe, expect, it } from 'vitest';
import { admitDeployment, takeTurns } from '../../../../functions/deployment/admission/steps.ts';
import { type Lock, readLock, releaseLock, takeLock } from '../../../../functions/records/lock.ts';
import { hubId, request } from '../../../shared/hub.ts';
import { vault } from '../steps/vault.ts';

const { rows } = vault();
const lock: Lock = {
  id: 'vpn-hub-1',
  at: '2030-01-01T00:00:00.000Z',
  order: { request: request(), fingerprint: 'wish' },
  furtherTickets: [],
};
const asked = { id: lock.id, virtualNetworkId: hubId, fingerprint: 'wish', now: lock.at };
const refused = { code: 'NotStartedByApp', failure: { target: hubId } };

it('only what the app itself has started may begin, and only while it has the VNet', async () => {
  const admit = admitDeployment(rows, []);
  await expect(admit(asked)).rejects.toMatchObject(refused);
  expect(await takeLock(rows, undefined, lock)).toBe(true);
  await admit(asked);
  await expect(admit({ ...asked, id: 'vpn-hub-2' })).rejects.toMatchObject(refused);
  await expect(admit({ ...asked, fingerprint: 'another wish' })).rejects.toMatchObject(refused);
  await releaseLock(rows, asked, { at: lock.at, ending: { status: 'Succeeded' } as never });
  await expect(admit(asked)).rejects.toMatchObject(refused);
});

it('of two that take the lock at once one has it', async () => {
  const held = await readLock(rows, hubId);
  const both = await Promise.all(['a', 'b'].map((id) => takeLock(rows, held, { ...lock, id })));
  expect(both.filter(Boolean)).toHaveLength(1);
});

const now = '2030-01-01T00:00:00.000Z';
const seconds = (milliseconds: number) => milliseconds / 1000;
const [one, other] = ['aaaaaaaa-0000-4000-8000-000000000001', 'bbbbbbbb-0000-4000-8000-000000000002'];

describe('many deployments at once', () => {
  it('get turns of their own, also when they ask in the same moment', async () => {
    const { rows } = vault();
    const begun = await Promise.all(Array.from({ length: 13 }, () => takeTurns(rows, [one], now)));
    expect(begun.map(seconds).sort((a, b) => a - b)).toEqual([...Array(10).fill(0), 2.5, 5, 7.5]);
  });

  it('wait for the busier of their subscriptions, whatever the case of its id', async () => {
    const { rows } = vault();
    for (let count = 0; count < 12; count++) await takeTurns(rows, [one], now);
    expect(seconds(await takeTurns(rows, [other], now))).toBe(0);
    expect(seconds(await takeTurns(rows, [other, one.toUpperCase(), one], now))).toBe(7.5);
  });

  it('begin at once when the turns cannot be read or kept', async () => {
    const { rows } = vault();
    const broken = { ...rows, read: () => Promise.reject(new Error('damaged')) };
    expect(await takeTurns(broken, [one], now)).toBe(0);
    expect(await takeTurns({ ...rows, insert: async () => false }, [one], now)).toBe(0);
  });
});

import { expect, it } from 'vitest';
import { admitDeployment } from '../../../../../functions/deployment/steps/admission/admission.ts';
import { type Lock, readLock, releaseLock, takeLock } from '../../../../../functions/records/lock.ts';
import { hubId, request } from '../../../../shared/hub.ts';
import { vault } from '../vault.ts';

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

import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { DeploymentInstance } from '../../../functions/deployment/instances.ts';
import { readCard } from '../../../functions/records/cards.ts';
import { lastRecord } from '../../../functions/records/chain/chain.ts';
import { endInterrupted } from '../../../functions/records/interrupted.ts';
import { type Lock, readLock, takeLock } from '../../../functions/records/lock.ts';
import { remember } from '../../../functions/records/remember.ts';
import { documentsInFolder } from '../../../shared/azure/storage/documents-in-folder.ts';
import { rowsInFolder } from '../../../shared/azure/storage/rows-in-folder.ts';
import type { Order, TicketAnswer } from '../../../shared/deployment/contract.ts';
import { newDeploymentId } from '../../../shared/deployment/ids.ts';
import { newStages, stageRunning } from '../../../shared/deployment/progress/stages.ts';
import type { Ticket } from '../../../shared/deployment/record/record.ts';
import { temporaryFolder } from '../../../simulator/temporary-folder.ts';
import { gatewayId, hubId, request } from '../../shared/hub.ts';
import { durableHost } from '../durable-host.ts';

const at = '2030-01-01T00:00:00.000Z';
const id = newDeploymentId(hubId, new Date(at), 'one');
const ticket: Ticket = { system: 'jira', id: 'VPN-1' };
const joined: Ticket = { system: 'webhook', id: 'REQ2', callbackUrl: 'https://hooks.example/2' };
const order: Order = { request: request({ ticket }), fingerprint: 'f' };
const instance = (more: Partial<DeploymentInstance>): DeploymentInstance => ({
  ...{ instanceId: id, runtimeStatus: 'Terminated', input: order, customStatus: null, output: null },
  ...{ createdTime: at, lastUpdatedTime: '2030-01-01T00:30:00Z' },
  ...more,
});
const running = { startedAt: at, stages: stageRunning(newStages(), 'gateway', at) };

let close = async () => {};
afterEach(() => close());

/** What is there after the end of a deployment that one more ticket had joined. */
async function ended(more: Partial<DeploymentInstance>, its: Order = order) {
  const host = await durableHost();
  close = host.close;
  const { folder } = temporaryFolder('vpn-radius-interrupted-');
  const archive = {
    records: documentsInFolder(join(folder, 'records')),
    rows: rowsInFolder(join(folder, 'rows')),
  };
  await remember(archive, { id, order: its, entry: 'asked', at, change: {} });
  const lock: Lock = { id, at, order: its, furtherTickets: [joined] };
  await takeLock(archive.rows, undefined, lock);
  await endInterrupted(archive, host.context, lock, instance({ ...more, input: its }));
  const told = host.started.map(({ input }) => input as { ticket: Ticket; answer: TicketAnswer });
  return {
    told,
    answer: told[0]!.answer,
    lock: (await readLock(archive.rows, hubId))!.value,
    record: (await lastRecord(archive, (await readCard(archive.rows, id))!))!,
  };
}

describe('a deployment that was stopped from outside', () => {
  it('frees its VNet, and tells its ticket and those that joined, each as an answer of its own', async () => {
    const { told, answer, lock, record } = await ended({ customStatus: running });
    expect(lock.ended).toMatchObject({ ending: { status: 'Canceled', stage: 'gateway' } });
    expect(told.map((one) => one.ticket)).toEqual([ticket, joined]);
    expect(new Set(told.map((one) => one.answer.id)).size).toBe(2);
    expect(answer).toMatchObject({
      id: expect.stringContaining(`${id}-Canceled`),
      deploymentId: id,
      virtualNetworkId: hubId,
      status: 'Canceled',
      text: expect.stringContaining('was stopped from outside'),
      at: lock.ended!.at,
      error: { code: 'Interrupted' },
    });
    expect(answer).not.toHaveProperty('result');
    expect(record).toMatchObject({
      status: 'Canceled',
      endedAt: lock.ended!.at,
      ending: { stage: 'gateway', failure: { code: 'Interrupted' } },
      furtherTickets: [joined],
      answers: [
        { ticket, outcome: 'trying' },
        { ticket: joined, outcome: 'trying' },
      ],
    });
    expect(record.stages.find(({ name }) => name === 'gateway')).toMatchObject({ startedAt: at });
  });

  it('before it had shown any progress is ended too', async () => {
    const { record } = await ended({});
    expect(record).toMatchObject({ status: 'Canceled', ending: { failure: { code: 'Interrupted' } } });
    expect(record.stages.map(({ name }) => name)).toEqual(newStages().map(({ name }) => name));
  });

  it('by its host has failed, and says what exists', async () => {
    const result = { gatewayId, secrets: [] };
    const { answer, lock } = await ended({ runtimeStatus: 'Failed', customStatus: { ...running, result } });
    expect(lock.ended).toMatchObject({ ending: { status: 'Failed' }, result });
    expect(answer).toMatchObject({ status: 'Failed', result, error: { code: 'Interrupted' } });
  });

  it('while it removed a gateway is told as a removal', async () => {
    const { answer } = await ended({}, { ...order, removes: { gatewayId } });
    expect(answer.text).toContain('Nothing was removed.');
  });
});

describe('a deployment that had ended, and could not say so because storage failed', () => {
  it('and succeeded has no failure', async () => {
    const { answer, lock, record } = await ended({
      runtimeStatus: 'Completed',
      output: { value: { status: 'Succeeded' } },
    });
    expect(lock.ended?.ending).toEqual({ status: 'Succeeded' });
    expect(answer.status).toBe('Succeeded');
    expect(answer).not.toHaveProperty('error');
    expect(record.ending).toEqual({ status: 'Succeeded' });
  });

  it('is told with the failure by which it ended', async () => {
    const details = [{ code: 'RadiusServerMissing', message: 'It is not there.', target: '10.0.1.4' }];
    const failure = {
      code: 'VerificationFailed',
      message: 'It is not as planned.',
      target: gatewayId,
      details,
    };
    const ending = { status: 'Failed', stage: 'verify', failure } as const;
    const { answer, lock } = await ended({ runtimeStatus: 'Completed', output: { value: ending } });
    expect(lock.ended?.ending).toEqual(ending);
    expect(answer).toMatchObject({ status: 'Failed', error: failure });
  });
});

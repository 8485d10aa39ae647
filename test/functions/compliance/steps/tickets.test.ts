import { join } from 'node:path';
import { expect, it } from 'vitest';
import {
  closeFindingTicket,
  openFindingTicket,
  planTickets,
  readLedger,
  recordTickets,
} from '../../../../functions/compliance/steps/tickets.ts';
import { documentsInFolder } from '../../../../shared/azure/storage/documents-in-folder.ts';
import { failed, VpnRadiusError } from '../../../../shared/core/errors.ts';
import type { FindingTickets } from '../../../../shared/ports.ts';
import { temporaryFolder } from '../../../../simulator/temporary-folder.ts';

const store = () => documentsInFolder(join(temporaryFolder('vpn-radius-tickets-').folder, 'documents'));
const order = { finding: 'f1', ticket: { title: 'x' } } as never;
const refusing = (error: Error) =>
  ({ open: () => Promise.reject(error), close: () => Promise.reject(error) }) as FindingTickets;

it('without a ticket system there is nothing to do, and the run is not even read', async () => {
  expect(await planTickets(undefined, store())({ runId: 'never-begun' })).toEqual({
    open: [],
    close: [],
    postponed: 0,
  });
});

it('a ticket that cannot be made is told and does not keep the report back', async () => {
  const refused = openFindingTicket(refusing(failed('TicketRefused', 'The table is closed.')));
  expect(await refused(order)).toMatchObject({ problem: { code: 'TicketRefused' } });
});

it('a refusal that passes is tried again', async () => {
  const busy = new VpnRadiusError({ code: 'TicketSystemBusy', message: '429', transient: true });
  await expect(openFindingTicket(refusing(busy))(order)).rejects.toBe(busy);
  await expect(
    closeFindingTicket(refusing(busy))({ ...(order as object), number: 'INC1' } as never),
  ).rejects.toBe(busy);
});

it('a ticket that somebody has removed needs no closing', async () => {
  const close = closeFindingTicket(refusing(failed('TicketNotFound', 'gone')));
  expect(await close({ ...(order as object), number: 'INC1' } as never)).toBeUndefined();
});

it('remembers what it has opened until it has closed it', async () => {
  const documents = store();
  const runId = '20260302T090000Z-1';
  const record = recordTickets(documents);
  const opened = (finding: string, number: string) =>
    ({ finding, number, ticket: { title: finding } }) as never;
  await record({ runId, opened: [opened('f1', 'INC1'), opened('f2', 'INC2')], closed: [], problems: [] });
  await record({ runId, opened: [opened('f3', 'INC3')], closed: ['f1'], problems: [] });
  const ledger = await readLedger(documents);
  expect(Object.keys(ledger)).toEqual(['f2', 'f3']);
  expect(ledger.f3).toMatchObject({ number: 'INC3' });
});

import {
  type CloseOrder,
  type TicketLedger,
  type TicketOrder,
  type TicketWork,
  ticketWork,
} from '../../../shared/compliance/finding-tickets.ts';
import type { RepairPlans } from '../../../shared/compliance/repair.ts';
import type { Draft, TicketProblem } from '../../../shared/compliance/report/report.ts';
import { type Failure, failureOf } from '../../../shared/core/errors.ts';
import type { Documents, FindingTickets } from '../../../shared/ports.ts';
import { finalFailure } from './discovery.ts';
import { runFolder } from './run-folder.ts';

const ledgerName = 'tickets.json';

export async function readLedger(store: Documents): Promise<TicketLedger> {
  return JSON.parse((await store.read(ledgerName)) ?? '{}') as TicketLedger;
}

/** Which tickets to open and to close. Without a ticket system there are none. */
export const planTickets =
  (tickets: FindingTickets | undefined, store: Documents) =>
  async ({ runId }: { readonly runId: string }): Promise<TicketWork> => {
    if (!tickets) return { open: [], close: [], postponed: 0 };
    const folder = runFolder(store, runId);
    const { report } = await folder.readLarge<Draft>('draft');
    const plans = (await folder.find<RepairPlans>('repairs')) ?? {};
    const findings = report.findings.map((finding) => {
      const repair = plans[finding.id];
      return repair ? { ...finding, repair } : finding;
    });
    return ticketWork(findings, await readLedger(store));
  };

/** Opens a ticket. A refusal is returned, not thrown: one ticket that cannot be made must not stop the report. */
export const openFindingTicket =
  (tickets: FindingTickets | undefined) =>
  async ({ ticket }: TicketOrder): Promise<{ readonly number: string } | { readonly problem: Failure }> => {
    try {
      return { number: await tickets!.open(ticket) };
    } catch (error) {
      return { problem: finalFailure(error) };
    }
  };

export const closeFindingTicket =
  (tickets: FindingTickets | undefined) =>
  async ({ number, ticket, why }: CloseOrder): Promise<Failure | undefined> => {
    try {
      await tickets!.close(number, ticket, why);
      return undefined;
    } catch (error) {
      // A ticket that somebody removed needs no closing.
      const failure = finalFailure(error);
      return failure.code === 'TicketNotFound' ? undefined : failureOf(error);
    }
  };

export interface TicketsDone {
  readonly opened: readonly (TicketOrder & { readonly number: string })[];
  /** Ids of findings. */
  readonly closed: readonly string[];
  readonly problems: readonly TicketProblem[];
}

export const ticketProblems = 'ticket-problems';

export const recordTickets =
  (store: Documents) =>
  async ({ runId, opened, closed, problems }: TicketsDone & { readonly runId: string }): Promise<void> => {
    await runFolder(store, runId).write(ticketProblems, problems);
    const ledger = Object.fromEntries(
      Object.entries(await readLedger(store)).filter(([finding]) => !closed.includes(finding)),
    );
    for (const { finding, ticket, number } of opened) ledger[finding] = { number, ticket };
    await store.write(ledgerName, JSON.stringify(ledger), 'application/json');
  };

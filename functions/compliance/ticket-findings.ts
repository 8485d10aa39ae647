import type { OrchestrationContext } from 'durable-functions';
import type { TicketProblem } from '../../shared/compliance/report/report.ts';
import { minutes, type Retry, type Step, seconds, steps } from '../../shared/core/durable.ts';
import { failureOf } from '../../shared/core/errors.ts';
import type { Activities } from '../steps.ts';
import type { TicketsDone } from './steps/tickets.ts';

/** A ticket system that does not answer must not stop the report: the next run opens what was not opened now. */
const briefly: Retry = { first: seconds(10), longest: minutes(1), giveUpAfter: minutes(3) };

/**
 * Opens a ticket for each high finding that needs a person, and closes the tickets of findings that are gone. The report
 * says which tickets could not be opened or closed, and why.
 */
export function* ticketFindings(context: OrchestrationContext, runId: string): Step<void> {
  const run = steps<Activities>(context);
  const patiently = steps<Activities>(context, briefly);
  const work = yield* run.planTickets({ runId });
  const opened: TicketsDone['opened'][number][] = [];
  const closed: string[] = [];
  const problems: TicketProblem[] = [];
  try {
    for (const order of work.open) {
      const made = yield* patiently.openFindingTicket(order);
      if ('number' in made) opened.push({ ...order, number: made.number });
      else
        problems.push({
          finding: order.finding,
          reason: `No ticket could be opened. ${made.problem.message}`,
        });
    }
    for (const order of work.close) {
      const { finding, number } = order;
      const problem = yield* patiently.closeFindingTicket(order);
      if (!problem) closed.push(finding);
      else problems.push({ finding, ticket: number, reason: `It could not be closed. ${problem.message}` });
    }
  } catch (error) {
    // The ticket system was unreachable for longer than we wait: what was done until then is recorded.
    const left = work.open.length + work.close.length - opened.length - closed.length - problems.length;
    const reason = `The ticket system could not be reached, and ${left} ${left === 1 ? 'ticket was' : 'tickets were'} neither opened nor closed. ${failureOf(error).message}`;
    problems.push({ reason });
  }
  if (work.postponed > 0)
    problems.push({
      reason: `${work.postponed} high findings have no ticket yet: a run opens ${work.open.length} at most.`,
    });
  if (opened.length + closed.length + problems.length > 0)
    yield* run.recordTickets({ runId, opened, closed, problems });
}

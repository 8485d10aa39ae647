import type { OrchestrationContext } from 'durable-functions';
import { minutes, type Retry, type Step, seconds, steps } from '../../shared/core/durable.ts';
import type { Activities } from '../steps.ts';
import type { TicketsDone } from './steps/tickets.ts';

/** A ticket system that does not answer must not stop the report: the next run opens what was not opened now. */
const briefly: Retry = { first: seconds(10), longest: minutes(1), giveUpAfter: minutes(3) };

/** Opens a ticket for each high finding that needs a person, and closes the tickets of findings that are gone. */
export function* ticketed(context: OrchestrationContext, runId: string): Step<void> {
  const run = steps<Activities>(context);
  const patiently = steps<Activities>(context, briefly);
  const work = yield* run.planTickets({ runId });
  const opened: TicketsDone['opened'][number][] = [];
  const closed: string[] = [];
  try {
    for (const order of work.open) {
      const made = yield* patiently.openFindingTicket(order);
      if ('number' in made) opened.push({ ...order, number: made.number });
    }
    for (const order of work.close) {
      if (!(yield* patiently.closeFindingTicket(order))) closed.push(order.finding);
    }
  } catch {
    // The ticket system was unreachable for longer than we wait: what was done until then is recorded.
  }
  if (opened.length + closed.length > 0) yield* run.recordTickets({ opened, closed });
}

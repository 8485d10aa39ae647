import type { ComplianceReport } from '../../shared/compliance/report/report.ts';

/** Somebody waits for a ticket about a finding, so the page says which tickets are missing, and why. */
export function TicketProblems({ report: { ticketProblems = [] } }: { readonly report: ComplianceReport }) {
  if (ticketProblems.length === 0) return null;
  return (
    <section aria-labelledby="ticket-problems">
      <h2 id="ticket-problems">Tickets that were not opened or not closed</h2>
      <p class="note">The next check tries again.</p>
      <ul>
        {ticketProblems.map(({ finding, ticket, reason }) => (
          <li key={`${finding}${ticket}${reason}`}>
            {(ticket ?? finding) && <b>{ticket ?? finding}: </b>}
            {reason}
          </li>
        ))}
      </ul>
    </section>
  );
}

import { fixSentence } from '../core/check.ts';
import { nameOf } from '../core/resource-id.ts';
import type { ComplianceFinding } from './assessment.ts';
import { ruleOf } from './catalogue.ts';
import type { FindingTicket } from './finding-ticket.ts';

/** The open tickets, by finding. */
export type TicketLedger = Readonly<
  Record<string, { readonly number: string; readonly ticket: FindingTicket }>
>;

export interface TicketOrder {
  readonly finding: string;
  readonly ticket: FindingTicket;
}

export interface CloseOrder extends TicketOrder {
  readonly number: string;
  /** Why it is closed: a sentence for people. */
  readonly why: string;
}

export interface TicketWork {
  readonly open: readonly TicketOrder[];
  readonly close: readonly CloseOrder[];
  /** High findings that wait for a later run. */
  readonly postponed: number;
}

/** A first run over many gateways must not open hundreds of tickets at once. */
const mostAtOnce = 25;

/**
 * One ticket for each open high finding that no repair will fix. Tickets of findings that are gone, or waived, are
 * closed.
 */
export function ticketWork(findings: readonly ComplianceFinding[], ledger: TicketLedger): TicketWork {
  const found = new Map(findings.map((finding) => [finding.id, finding]));
  const wanted = findings.filter(
    ({ id, severity, status, repair }) =>
      severity === 'high' && status === 'open' && repair?.status !== 'planned' && !(id in ledger),
  );
  const close = Object.entries(ledger)
    .filter(([id]) => isOver(found.get(id)))
    .map(([finding, entry]) => ({ finding, ...entry, why: whyClosed(entry.ticket, found.get(finding)) }));
  return {
    open: wanted.slice(0, mostAtOnce).map((finding) => ({ finding: finding.id, ticket: ticketOf(finding) })),
    close: close.slice(0, mostAtOnce),
    postponed: Math.max(0, wanted.length - mostAtOnce),
  };
}

const isOver = (finding: ComplianceFinding | undefined) => !finding || finding.status === 'waived';

function whyClosed({ target }: FindingTicket, finding: ComplianceFinding | undefined): string {
  if (!finding?.waiver) return `The compliance check no longer finds this on ${nameOf(target)}.`;
  const { owner, reason, until } = finding.waiver;
  return `This is still so on ${nameOf(target)}, but it is waived until ${until} (${owner}: ${reason}).`;
}

/** What was waived meanwhile gets another ticket, because the one from before the waiver was closed. */
function ticketOf({
  id,
  rule: ruleId,
  target,
  evidence,
  repair,
  firstSeenAt,
  lastWaivedAt = firstSeenAt,
}: ComplianceFinding): FindingTicket {
  const rule = ruleOf.get(ruleId)!;
  return {
    id: `${id}-${lastWaivedAt.replaceAll(/\D/g, '').slice(0, 14)}`,
    title: `${rule.title}: ${nameOf(target)}`,
    text: [
      ...evidence,
      `Why it matters: ${rule.why}`,
      `What to do: ${fixSentence(rule)}`,
      ...(repair?.status === 'refused' ? [`It is not repaired automatically: ${repair.detail}.`] : []),
      `About ${target}`,
      `Rule ${rule.id}, ${rule.source}`,
    ].join('\n'),
    target,
    rule: ruleId,
  };
}

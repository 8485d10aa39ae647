import { expect, it } from 'vitest';
import type { ComplianceFinding } from '../../../shared/compliance/assessment.ts';
import { type TicketLedger, ticketWork } from '../../../shared/compliance/finding-tickets.ts';
import { gatewayId } from '../hub.ts';

const finding = (more: Partial<ComplianceFinding> = {}): ComplianceFinding => ({
  id: 'tunnel-sstp-1',
  rule: 'tunnel-sstp',
  severity: 'high',
  status: 'open',
  target: gatewayId,
  evidence: ['It allows SSTP.', 'So does its twin.'],
  firstSeenAt: '2030-06-01T05:00:07.123Z',
  checkedAt: '2030-06-02T05:00:00.000Z',
  ...more,
});
const opened = (one: ComplianceFinding) => ticketWork([one], {}).open.map(({ ticket }) => ticket);
const ledgerOf = (...findings: ComplianceFinding[]): TicketLedger =>
  Object.fromEntries(
    ticketWork(findings, {}).open.map(({ finding: id, ticket }, index) => [
      id,
      { number: `INC${index}`, ticket },
    ]),
  );

it('a ticket says what is wrong, why it matters, what to do, and where', () => {
  const [ticket] = opened(finding());
  expect(ticket).toMatchObject({
    id: 'tunnel-sstp-1-20300601050007',
    title: 'The gateway still allows SSTP: vpngw-hub',
    target: gatewayId,
    rule: 'tunnel-sstp',
  });
  const lines = ticket!.text.split('\n');
  expect(lines.slice(0, 2)).toEqual(['It allows SSTP.', 'So does its twin.']);
  expect(lines.slice(2).map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
    'Why it',
    'What to',
    `About ${gatewayId}`,
    'Rule tunnel-sstp,',
  ]);
  expect(lines[2]).toMatch(/^Why it matters: \S.*\.$/);
  expect(lines[3]).toMatch(/^What to do: \S.*\.$/);
  expect(lines[5]).toMatch(/, https:/);
});

it('a ticket about what is not repaired says why', () => {
  const repair = { status: 'refused', detail: 'it removes protocol SSTP' } as const;
  const [ticket] = opened(finding({ repair }));
  expect(ticket!.text).toContain('\nIt is not repaired automatically: it removes protocol SSTP.\nAbout');
  const done = { status: 'started', detail: 'vpn-1' } as never;
  expect(opened(finding({ repair: done }))[0]!.text).not.toContain('It is not repaired');
});

it('a finding that comes again gets another ticket', () => {
  const again = finding({ firstSeenAt: '2030-07-01T00:00:00.000Z' });
  expect(opened(again)[0]!.id).not.toBe(opened(finding())[0]!.id);
});

const waiver = { owner: 'anna@example.com', reason: 'clients move in March', until: '2030-06-30' };
const waived = finding({ status: 'waived', waiver });

it('the ticket of a finding that is gone is closed, and says that it is gone', () => {
  const ledger = ledgerOf(finding());
  const { ticket } = ledger['tunnel-sstp-1']!;
  const why = 'The compliance check no longer finds this on vpngw-hub.';
  expect(ticketWork([], ledger).close).toEqual([{ finding: 'tunnel-sstp-1', number: 'INC0', ticket, why }]);
  expect(ticketWork([finding()], ledger)).toEqual({ open: [], close: [], postponed: 0 });
  expect(ticketWork([finding({ status: 'unconfirmed' })], ledger).close).toEqual([]);
});

it('the ticket of a finding that somebody waives is closed, and says who accepts it and until when', () => {
  const work = ticketWork([waived], ledgerOf(finding()));
  expect(work).toMatchObject({ open: [], close: [{ finding: 'tunnel-sstp-1', number: 'INC0' }] });
  expect(work.close[0]!.why).toBe(
    'This is still so on vpngw-hub, but it is waived until 2030-06-30 (anna@example.com: clients move in March).',
  );
});

it('a finding whose waiver is over gets another ticket than the one that was closed', () => {
  const openAgain = finding({ lastWaivedAt: '2030-06-30T05:00:00.000Z' });
  expect(opened(openAgain)[0]!.id).toBe('tunnel-sstp-1-20300630050000');
});

it('no more than twenty-five tickets are closed at once; the rest stay for the next run', () => {
  const many = Array.from({ length: 30 }, (_, index) => finding({ id: `f-${index}` }));
  const ledger = { ...ledgerOf(...many.slice(0, 25)), ...ledgerOf(...many.slice(25)) };
  const first = ticketWork([], ledger).close;
  expect(first).toHaveLength(25);
  const left = Object.fromEntries(
    Object.entries(ledger).filter(([id]) => !first.some((one) => one.finding === id)),
  );
  expect(ticketWork([], left).close).toHaveLength(5);
});

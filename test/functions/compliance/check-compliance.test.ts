import { describe, expect, it } from 'vitest';
import { checkCompliance } from '../../../functions/compliance/check-compliance.ts';
import { VpnRadiusError } from '../../../shared/core/errors.ts';
import { virtualClock } from '../../../simulator/clock.ts';
import { play } from '../deployment/played.ts';

/**
 * A check of nothing. `answers` are those of the step that publishes the report, one for each time that it runs. `does`:
 * what other steps do.
 */
async function checked(
  answers: readonly unknown[],
  does: Readonly<Record<string, (input: never) => unknown>> = {},
) {
  const called: string[] = [];
  const waiting = [...answers];
  const given: Record<string, unknown> = {
    resolveSubscriptions: [],
    discoverGateways: { parts: [], waitSeconds: 0 },
    listSecrets: false,
    surveyGateways: [],
    checkRecords: {},
    planTickets: { open: [], close: [] },
  };
  const activities = new Proxy(
    {},
    {
      get: (_, name: string) => async (input: never) => {
        called.push(name);
        if (does[name]) return does[name](input);
        return name === 'publishReport' ? waiting.shift() : given[name];
      },
    },
  );
  const scope = { subscriptionIds: [], gatewayIds: [] };
  const outcome = await play(checkCompliance as unknown as Parameters<typeof play>[0], {
    clock: virtualClock(new Date('2030-01-01T05:00:00Z')),
    activities,
    orchestrations: {},
    instanceId: 'compliance',
    input: { trigger: 'timer', startedBy: { name: 'timer' }, scope, remediate: false },
  });
  // The orchestration hands its own outcome to whoever started it.
  return { outcome: 'value' in outcome && outcome.value, called };
}

describe('a report that another run has overtaken', () => {
  it('is put together again before it is published', async () => {
    const { outcome, called } = await checked(['outdated', 'outdated', { findings: 0 }]);
    expect(outcome).toEqual({ value: { findings: 0 } });
    const its = called.filter((name) => /Report$/.test(name));
    expect(its).toEqual(Array(3).fill(['assembleReport', 'publishReport']).flat());
    expect(called.filter((name) => name === 'publishEvent')).toHaveLength(1);
  });

  it('every time says so in the end, and nothing is announced', async () => {
    const { outcome, called } = await checked(Array(9).fill('outdated'));
    expect(outcome).toMatchObject({ failure: { code: 'ReportOutdated' } });
    expect(called.filter((name) => name === 'publishReport')).toHaveLength(5);
    expect(called).not.toContain('publishEvent');
    expect(called.at(-1)).toBe('tidyReports');
  });
});

describe('a ticket about a finding', () => {
  const findings = ['f1', 'f2', 'f3'].map((finding) => ({ finding, ticket: { title: finding } }));
  const closing = { finding: 'f0', number: 'INC0', ticket: { title: 'f0' } };
  const ended = [{ findings: 3 }];

  /** What was recorded of a run that has to open a ticket for each of three findings, and to close one. */
  async function recorded(does: Parameters<typeof checked>[1], postponed = 0) {
    const done: unknown[] = [];
    await checked(ended, {
      planTickets: () => ({ open: findings, close: [closing], postponed }),
      openFindingTicket: ({ finding }: { finding: string }) => ({ number: `INC-${finding}` }),
      closeFindingTicket: () => undefined,
      recordTickets: (input) => void done.push(input),
      ...does,
    });
    return done[0] as { opened: unknown[]; closed: unknown[]; problems: unknown[] };
  }

  it('that is opened and closed leaves nothing to tell', async () => {
    const { opened, closed, problems } = await recorded({});
    expect([opened.length, closed, problems]).toEqual([3, ['f0'], []]);
  });

  it('that is refused is told with what the ticket system said', async () => {
    const { opened, problems } = await recorded({
      openFindingTicket: ({ finding }: { finding: string }) =>
        finding === 'f2'
          ? { problem: { code: 'TicketAnswerRejected', message: 'The table is closed.' } }
          : { number: `INC-${finding}` },
      closeFindingTicket: () => ({ code: 'TicketAnswerRejected', message: 'Close notes are missing.' }),
    });
    expect(opened).toHaveLength(2);
    expect(problems).toEqual([
      { finding: 'f2', reason: 'No ticket could be opened. The table is closed.' },
      { finding: 'f0', ticket: 'INC0', reason: 'It could not be closed. Close notes are missing.' },
    ]);
  });

  it('for which the ticket system cannot be reached is told, with what was done before', async () => {
    const { opened, closed, problems } = await recorded({
      openFindingTicket: ({ finding }: { finding: string }) => {
        if (finding === 'f1') return { number: 'INC-f1' };
        throw new VpnRadiusError({ code: 'TicketSystemUnreachable', message: 'No answer.', transient: true });
      },
    });
    expect([opened.length, closed.length]).toEqual([1, 0]);
    expect(problems).toEqual([
      {
        reason:
          'The ticket system could not be reached, and 3 tickets were neither opened nor closed. No answer.',
      },
    ]);
  });

  it('that waits for a later run is counted', async () => {
    const { problems } = await recorded({}, 7);
    expect(problems).toEqual([{ reason: '7 high findings have no ticket yet: a run opens 3 at most.' }]);
  });
});

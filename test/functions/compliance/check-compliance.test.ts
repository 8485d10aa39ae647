import { describe, expect, it } from 'vitest';
import { checkCompliance } from '../../../functions/compliance/check-compliance.ts';
import { virtualClock } from '../../../simulator/clock.ts';
import { play } from '../deployment/played.ts';

/** A check of nothing. `answers` are those of the step that publishes the report, one for each time that it runs. */
async function checked(answers: readonly unknown[]) {
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
      get: (_, name: string) => async () => {
        called.push(name);
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

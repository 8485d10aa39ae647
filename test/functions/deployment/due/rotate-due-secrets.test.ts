import { describe, expect, it } from 'vitest';
import { rotateDueSecrets } from '../../../../functions/deployment/due/rotate-due-secrets.ts';
import type { DueState } from '../../../../functions/deployment/due/steps.ts';
import { parseRepairWindow } from '../../../../shared/compliance/repair-window.ts';
import { virtualClock } from '../../../../simulator/clock.ts';
import { play } from '../played.ts';

const aMinute = 60_000;

/**
 * Rotations of fifteen minutes each; those in `fail` do not succeed. Returns when each began, in hours after midnight.
 */
async function rotated(
  count: number,
  {
    atOnce = 2,
    fail = [],
    window,
    from = '2030-06-01T18:00:00.000Z',
  }: Partial<{
    atOnce: number;
    fail: readonly string[];
    window: string;
    from: string;
  }> = {},
) {
  const clock = virtualClock(new Date(from));
  const midnight = Date.parse('2030-06-01T00:00:00.000Z');
  const waiting = Array.from({ length: count }, (_, index) => `gw-${index + 1}`);
  const running = new Map<string, number>();
  const began: [string, number][] = [];
  let stopped = false;
  let most = 0;
  let looks = 0;
  const windows = window ? [parseRepairWindow(window)!] : [];
  const activities = {
    listDueSecrets: async () => undefined,
    followDueRotations: async (): Promise<DueState> => {
      looks++;
      for (const [id, endsAt] of running)
        if (endsAt <= clock.now().getTime()) {
          running.delete(id);
          stopped ||= fail.includes(id);
        }
      const next = stopped ? [] : waiting.slice(0, Math.max(0, atOnce - running.size));
      return { running: running.size, next, windows };
    },
    beginDueRotation: async ({ gatewayId }: { gatewayId: string }) => {
      waiting.splice(waiting.indexOf(gatewayId), 1);
      running.set(gatewayId, clock.now().getTime() + 15 * aMinute);
      most = Math.max(most, running.size);
      began.push([gatewayId, (clock.now().getTime() - midnight) / 3_600_000]);
    },
    endDueRotations: async () => ({ status: 'Ended' }),
  };
  const outcome = await play((context) => rotateDueSecrets(context) as never, {
    clock,
    activities,
    orchestrations: {},
    instanceId: 'rotations-due',
    input: { id: 'due-1' },
  });
  return { outcome, began, most, looks, left: waiting.length };
}

describe('rotations of all that is due', () => {
  it('run so many at a time, until all are done', async () => {
    const { outcome, began, most, left } = await rotated(7, { atOnce: 3 });
    expect(outcome).toMatchObject({ value: { value: { status: 'Ended' } } });
    expect([began.length, most, left]).toEqual([7, 3, 0]);
  });

  it('begin no other once one has failed; those that run come to their end', async () => {
    const { began, left } = await rotated(7, { atOnce: 2, fail: ['gw-3'] });
    expect([began.map(([id]) => id), left]).toEqual([['gw-1', 'gw-2', 'gw-3', 'gw-4'], 3]);
  });

  it('are started in the window alone, and none so late that it would end after it', async () => {
    const { began } = await rotated(6, { atOnce: 1, window: '22:00-23:00' });
    const hours = began.map(([, at]) => at);
    // Some begin on the first evening, and the others on later evenings.
    expect(hours.filter((at) => at < 24).length).toBeGreaterThan(1);
    expect(hours.every((at) => at % 24 >= 22 && at % 24 < 22.7)).toBe(true);
    expect(hours.at(-1)).toBeGreaterThan(24);
  });

  it('keep a short history, however many they are', async () => {
    const { began, looks } = await rotated(40, { atOnce: 1 });
    expect(began).toHaveLength(40);
    expect(looks).toBeGreaterThan(200);
  });

  it('are over at once where nothing is due', async () => {
    expect(await rotated(0)).toMatchObject({ looks: 1, began: [] });
  });
});

import { expect, it } from 'vitest';
import { planAgainInTurn, planInTurn } from '../../../../functions/deployment/admission/turn.ts';
import { runOf } from '../../../../functions/deployment/run.ts';
import type { Signal } from '../../../../shared/core/durable.ts';
import { failed } from '../../../../shared/core/errors.ts';
import type { Order } from '../../../../shared/deployment/contract.ts';
import { virtualClock } from '../../../../simulator/clock.ts';
import { request } from '../../../shared/hub.ts';
import { play } from '../played.ts';

const order: Order = { request: request(), fingerprint: 'wish' };

/** Plays the beginning of a deployment that has to wait so long; returns what its plan stage said, and when it planned. */
async function begun(milliseconds: number) {
  const clock = virtualClock(new Date('2030-01-01T00:00:00Z'));
  const told: string[] = [];
  let plannedAfter = Number.NaN;
  const outcome = await play(
    function* (context) {
      const run = runOf(context, { cancelLock: 'lock' });
      const began = context.df.currentUtcDateTime.getTime();
      const keep = run.progress.noteWait;
      run.progress.noteWait = (retrying) => {
        keep(retrying);
        told.push(run.progress.status.stages[0]!.detail ?? '');
      };
      // biome-ignore lint/correctness/useYield: it plans at once
      const planned = function* () {
        plannedAfter = context.df.currentUtcDateTime.getTime() - began;
        return 'planned';
      };
      return yield* run.progress.runStage('plan', planAgainInTurn(run, order, planned()));
    },
    {
      clock,
      activities: { admitDeployment: async () => milliseconds },
      orchestrations: {},
      instanceId: 'vpn-hub-1',
    },
  );
  return { outcome, told, plannedAfter };
}

it('a deployment whose turn has come plans at once and says nothing', async () => {
  const { outcome, told, plannedAfter } = await begun(0);
  expect(outcome).toEqual({ value: 'planned' });
  expect(told).toEqual([]);
  expect(plannedAfter).toBeLessThan(5_000);
});

it('one of many waits for its turn, and its plan stage says for what and until when', async () => {
  const { outcome, told, plannedAfter } = await begun(120_000);
  expect(outcome).toEqual({ value: 'planned' });
  expect(plannedAfter).toBeGreaterThanOrEqual(120_000);
  expect(told[0]).toMatch(
    /Many deployments of this subscription begin now.*WaitsItsTurn.*next try at 2030-01-01T00:02/,
  );
  expect(told[1]).toBe('');
});

it('a request to cancel ends the wait, and nothing is planned', async () => {
  const clock = virtualClock(new Date('2030-01-01T00:00:00Z'));
  const outcome = await play(
    function* (context) {
      const run = runOf(context, { cancelLock: 'lock' });
      const canceled: Signal = {
        ...run.canceled,
        isRaised: true,
        throwIfRaised() {
          throw failed('Canceled', 'Somebody canceled it.');
        },
      };
      // biome-ignore lint/correctness/useYield: it must not be reached
      const planned = function* (): Generator<never, string, unknown> {
        throw new Error('it planned');
      };
      const at = new Date(context.df.currentUtcDateTime.getTime() + 3_600_000);
      return yield* planInTurn({ ...run, canceled }, at, planned());
    },
    { clock, activities: {}, orchestrations: {}, instanceId: 'vpn-hub-1' },
  );
  expect(outcome).toMatchObject({ failure: { code: 'Canceled' } });
  expect(clock.now().getTime() - Date.parse('2030-01-01T00:00:00Z')).toBeLessThan(60_000);
});

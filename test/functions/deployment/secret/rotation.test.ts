import { describe, expect, it } from 'vitest';
import { effects } from '../mishaps.ts';
import { rotatedWorld } from './rotated-world.ts';

describe('a rotation of a gateway with two NPS servers cuts nobody off', () => {
  it('when nothing goes wrong', async () => {
    const world = rotatedWorld(2);
    const { outcome } = await world.rotate();
    expect(outcome).toHaveProperty('value');
    expect([world.cutOff(), world.agree(), world.isNew(), world.versions()]).toEqual([0, true, true, [2, 2]]);
    expect(world.signIns()).toBeGreaterThan(100);
  });

  it.each(effects)(
    'when any one request is %s; sent again, the rotation comes to its end',
    async (effect) => {
      const { requests } = await rotatedWorld(2).rotate();
      expect(requests).toBeGreaterThan(40);
      const wrong: unknown[] = [];
      for (let at = 1; at <= requests; at++) {
        const world = rotatedWorld(2);
        const { outcome } = await world.rotate({ at, effect });
        const seen = { at, outcome, cutOff: world.cutOff(), agree: world.agree() };
        // When nothing answers any more, a server may stay between its two sides: users sign in through the other one.
        if (seen.cutOff > 0 || (!seen.agree && !effect.startsWith('always'))) wrong.push(seen);
        if ('value' in outcome) continue;
        const again = await world.rotate();
        if (!('value' in again.outcome) || world.cutOff() > 0 || !world.agree() || !world.isNew())
          wrong.push({ ...seen, again: again.outcome, afterwards: world.cutOff() });
        if (world.versions().some((count) => count > 2)) wrong.push({ at, versions: world.versions() });
      }
      expect(wrong).toEqual([]);
    },
  );

  it.each([1, 2])('when the operation of write %i of the gateway fails', async (failsOperation) => {
    const world = rotatedWorld(2, { failsOperation });
    const { outcome } = await world.rotate();
    expect(outcome).toMatchObject({ failure: { code: 'OperationFailed' } });
    expect([world.cutOff(), world.agree()]).toEqual([0, true]);
    expect((await world.rotate()).outcome).toHaveProperty('value');
    expect([world.cutOff(), world.agree(), world.isNew(), world.versions()]).toEqual([0, true, true, [2, 2]]);
  });
});

describe('a rotation of a gateway with an only NPS server', () => {
  it('says for how long nobody could sign in, as a client saw it', async () => {
    const world = rotatedWorld(1);
    const { outcome, result } = await world.rotate();
    expect(outcome).toHaveProperty('value');
    const { seconds, atMostSeconds } = result!.signInGap!;
    expect(world.cutOff()).toBeGreaterThan(120);
    expect(seconds).toBeLessThanOrEqual(world.cutOff());
    expect(atMostSeconds).toBeGreaterThanOrEqual(world.cutOff());
  });

  it('lets users in again by the secret of before when the gateway does not take the new one', async () => {
    const world = rotatedWorld(1, { failsOperation: 1 });
    const { outcome, result } = await world.rotate();
    const { code, message } = 'failure' in outcome ? outcome.failure : { code: '', message: '' };
    expect(code).toBe('OperationFailed');
    expect(message).toMatch(
      /Nobody could sign in for [\d.]+ minutes, from \S+ to \S+ \(at most [\d.]+ minutes/,
    );
    expect(message).toContain('nps-01 has version v1 again, the gateway has version v1.');
    expect(result!.changes!.at(-1)).toMatch(
      /nps-01: the RADIUS client has version v1 of \S+ again, as the gateway has/,
    );
    expect([world.agree(), world.isNew(), world.stillCutOff()]).toEqual([true, false, false]);
    expect((await world.rotate()).outcome).toHaveProperty('value');
    expect([world.agree(), world.isNew(), world.versions()]).toEqual([true, true, [2]]);
  });

  it('says why the server could not get the earlier version back', async () => {
    const { outcome } = await rotatedWorld(1, { failsOperation: 1, refusesRun: 2 }).rotate();
    expect('failure' in outcome && outcome.failure).toMatchObject({
      code: 'OperationFailed',
      message: expect.stringContaining(
        'nps-01 could not get the earlier version of the secret back: The VM agent does not report. RADIUS server 10.0.1.4',
      ),
    });
  });

  it.each(effects.filter((effect) => !effect.startsWith('always')))(
    'leaves both sides with one secret when any one request is %s',
    async (effect) => {
      const { requests } = await rotatedWorld(1).rotate();
      const wrong: unknown[] = [];
      for (let at = 1; at <= requests; at++) {
        const world = rotatedWorld(1);
        const { outcome } = await world.rotate({ at, effect });
        if (!world.agree()) wrong.push({ at, outcome });
      }
      expect(wrong).toEqual([]);
    },
  );
});

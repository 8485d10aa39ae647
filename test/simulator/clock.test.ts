import { describe, expect, it } from 'vitest';
import { isVirtual, pacedClock, virtualClock } from '../../simulator/clock.ts';

const start = new Date('2030-01-01T00:00:00.000Z');

describe('a virtual clock', () => {
  it('does what is due in the order of time, and of asking', () => {
    const clock = virtualClock(start);
    const done: string[] = [];
    for (const [name, at] of [
      ['c', 3],
      ['a', 1],
      ['b', 1],
      ['d', 3],
      ['now', -5],
    ] as const) {
      clock.after(at, () => done.push(`${name} ${clock.now().getTime() - start.getTime()}`));
    }
    while (clock.step());
    expect(done).toEqual(['now 0', 'a 1', 'b 1', 'c 3', 'd 3']);
    expect(clock.nextDue()).toBeUndefined();
  });

  it('forgets what is cancelled, once and also when it is done', () => {
    const clock = virtualClock(start);
    const done: string[] = [];
    const cancels = ['a', 'b', 'c'].map((name) => clock.after(1, () => done.push(name)));
    cancels[1]!();
    cancels[1]!();
    clock.step();
    cancels[0]!();
    clock.advance(10);
    expect(done).toEqual(['a', 'c']);
    expect(clock.now().getTime() - start.getTime()).toBe(11);
  });

  it('advances over what comes up on the way', () => {
    const clock = virtualClock(start);
    let ticks = 0;
    const tick = () => {
      ticks++;
      clock.after(10, tick);
    };
    clock.after(10, tick);
    clock.advance(35);
    expect(ticks).toBe(3);
    expect(clock.nextDue()?.getTime()).toBe(start.getTime() + 40);
  });

  it('forgets each of many timers that are canceled', () => {
    const clock = virtualClock(start);
    const cancels = Array.from({ length: 20_000 }, (_, i) =>
      clock.after((i * 7919) % 20_000, () => undefined),
    );
    for (const cancel of cancels) cancel();
    expect(clock.step()).toBe(false);
  });
});

describe('a paced clock', () => {
  it('runs by itself, is never early, and can be cancelled', async () => {
    const clock = pacedClock(start, 1000);
    expect([isVirtual(clock), isVirtual(virtualClock(start))]).toEqual([false, true]);
    let cancelled = true;
    clock.after(10_000, () => {
      cancelled = false;
    })();
    const at = await new Promise<Date>((resolve) => clock.after(20_000, () => resolve(clock.now())));
    expect(at.getTime()).toBeGreaterThanOrEqual(start.getTime() + 20_000);
    expect(cancelled).toBe(true);
  });
});

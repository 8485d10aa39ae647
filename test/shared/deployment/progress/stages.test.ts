import { describe, expect, it } from 'vitest';
import { type Order, type Stage, stageNames } from '../../../../shared/deployment/contract.ts';
import {
  expectedEnd,
  newStages,
  percent,
  stageNamesOf,
  stageRunning,
  stageWaiting,
  waitedBy,
  waitOf,
  withAttempts,
} from '../../../../shared/deployment/progress/stages.ts';

const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();
const lastError = { code: 'Busy', message: 'It is busy.' };
const retrying = { step: 's', attempt: 1, lastError, since: at(10), nextTryAt: at(12) };
const named = (stages: readonly Stage[], name: Stage['name']) => stages.find((one) => one.name === name)!;

describe('the stages of an order run in the order in which it works', () => {
  const gatewayId = 'g';
  const usual = stageNames.join(' ');
  const backwards = 'plan approval pointToSite gateway nps radiusSecret publicIp gatewaySubnet verify answer';
  const sideBySide =
    'plan approval gatewaySubnet publicIp radiusSecret gateway nps pointToSite verify goAhead lastPart answer';
  it.each<[string, Pick<Order, 'removes' | 'migrates'>, string]>([
    ['a ticket', {}, usual],
    ['a removal: what uses a thing goes before the thing', { removes: { gatewayId } }, backwards],
    [
      'the way to Entra ID: RADIUS goes after users have moved',
      { migrates: { gatewayId, path: 'to-entra' } },
      'plan approval gateway goAhead pointToSite nps radiusSecret publicIp gatewaySubnet verify answer',
    ],
    ['a path with an end', { migrates: { gatewayId, path: 'without-sstp' } }, sideBySide],
    ['a path without an end', { migrates: { gatewayId, path: 'az-sku' } }, usual],
  ])('%s', (_, order, names) => {
    expect(stageNamesOf(order).join(' ')).toBe(names);
  });
});

describe('a wait', () => {
  it('shows of an error what is known of it, and no more', () => {
    expect(waitOf(retrying)).toEqual({
      attempt: 1,
      lastError,
      waitingSince: at(10),
      nextTryAt: at(12),
    });
    expect(Object.keys(waitOf(retrying).lastError!)).toEqual(['code', 'message']);
    const more = { ...lastError, target: '', correlationId: 'c', requestId: 'r' };
    expect(waitOf({ ...retrying, lastError: more }).lastError).toEqual(more);
  });

  it('is as long as from its beginning to the next attempt, and counts only when it has ended', () => {
    const ended = { ended: true, attempt: 2 } as const;
    expect(waitedBy(ended, { waitingSince: at(10) }, at(13))).toBe(3 * 60_000);
    expect(waitedBy(retrying, { waitingSince: at(10) }, at(13))).toBe(0);
    expect(waitedBy(ended, {}, at(13))).toBe(0);
    expect(waitedBy(ended, undefined, at(13))).toBe(0);
  });

  it('of the first attempt is told in the singular, and of a stage without a beginning too', () => {
    const running: Stage[] = [{ name: 'nps', status: 'Running' }];
    expect(stageWaiting(running, 'nps', waitOf(retrying))[0]).toEqual({
      name: 'nps',
      status: 'Running',
      attempt: 1,
      lastError,
      waitingSince: at(10),
      nextTryAt: at(12),
      detail: `Waits since ${at(10)}: It is busy. (Busy) Tried 1 time; next try at ${at(12)}.`,
    });
    const many = stageWaiting(
      stageRunning(newStages(), 'nps', at(5)),
      'nps',
      waitOf({ ...retrying, attempt: 2 }),
    );
    expect(named(many, 'nps')).toMatchObject({
      startedAt: at(5),
      detail: expect.stringContaining('Tried 2 times;'),
    });
  });

  it('is only that of a stage that runs', () => {
    const ended: Stage[] = [{ name: 'nps', status: 'Succeeded' }];
    expect(stageWaiting(ended, 'nps', waitOf(retrying))).toEqual(ended);
  });
});

describe('what branches tried', () => {
  const of = (stage: Stage['name'], attempt?: number) => ({
    stage,
    waiting:
      attempt === undefined ? {} : { attempt, lastError: { ...lastError, message: `Try ${attempt}.` } },
  });
  const told = (stage: Partial<Stage>, ...branches: ReturnType<typeof of>[]) =>
    withAttempts([{ name: 'nps', status: 'Succeeded', ...stage }], branches)[0];

  it('is that of the branch of the stage that tried most often', () => {
    expect(told({}, of('gateway', 9), of('nps', 2), of('nps'), of('nps', 3))).toMatchObject({
      attempt: 3,
      lastError: { message: 'Try 3.' },
    });
    expect(told({}, of('gateway', 9), of('nps'))).toEqual({ name: 'nps', status: 'Succeeded' });
  });

  it('is not shown where the stage itself tried as often, or waits', () => {
    expect(told({ attempt: 3, lastError }, of('nps', 3))).toMatchObject({ lastError });
    expect(told({ attempt: 2, lastError }, of('nps', 3))).toMatchObject({ attempt: 3 });
    expect(told({ attempt: 4, lastError }, of('nps', 3))).toMatchObject({ attempt: 4 });
    expect(told({ nextTryAt: at(9), attempt: 1 }, of('nps', 3))).toMatchObject({ attempt: 1 });
  });
});

describe('the time of a deployment', () => {
  it('is unknown before anybody has estimated it, and as estimated while nothing runs', () => {
    expect(expectedEnd(newStages(), at(5), {})).toBeNull();
    expect(expectedEnd(newStages(), at(5), { expectedEndAt: at(50) })).toBe(at(50));
  });

  it('counts from the first stage where nothing else is said, and not before it', () => {
    const running = stageRunning(newStages(), 'gateway', at(10));
    expect(percent(running, at(30), { expectedEndAt: at(50) })).toBe(50);
    expect(percent(newStages(), at(30), { expectedEndAt: at(50) })).toBe(0);
    expect(percent(running, at(30))).toBe(0);
  });

  it('goes on while one of two stages that run waits, and stands still from when both do', () => {
    const both = stageRunning(stageRunning(newStages(), 'gateway', at(0)), 'nps', at(0));
    const one = stageWaiting(both, 'nps', waitOf(retrying));
    const estimate = { expectedEndAt: at(50), countedFrom: at(0) };
    expect(expectedEnd(one, at(30), estimate)).toBe(at(50));
    const all = stageWaiting(one, 'gateway', waitOf({ ...retrying, since: at(20) }));
    expect(expectedEnd(all, at(30), estimate)).toBe(at(60));
    expect(percent(all, at(45), estimate)).toBe(40);
  });
});

import { describe, expect, it } from 'vitest';
import { batchesOf } from '../../../simulator/sweep/batches.ts';
import { disturbanceNames, kinds, pointName, pointOf } from '../../../simulator/sweep/disturbances.ts';
import { pointsOf } from '../../../simulator/sweep/points.ts';
import type { Sent } from '../../../simulator/sweep/run/disturbed-wire.ts';
import { inPlay } from '../../../simulator/sweep/run/points-in-play.ts';

const sent = (service: Sent['service'], method: string, hasBody = true): Sent => ({
  service,
  method,
  what: `${method} ${service}`,
  hasBody,
});
const course = {
  requests: [sent('arm', 'GET'), sent('tables', 'PUT', false), sent('jira', 'POST')],
  activities: ['planDeployment', 'writeGateway'],
  writes: 4,
  moments: ['half:1', 'after:3', 'answered:1'],
};
const all = { kinds, faults: disturbanceNames, seed: 7 };
const named = (choice: Partial<Parameters<typeof pointsOf>[1]>) =>
  pointsOf(course, { ...all, ...choice }).map(pointName);

describe('the points of a flow', () => {
  it('are every disturbance of every request that makes a difference there', () => {
    const met = (at: number) =>
      named({ kinds: ['faults'] })
        .filter((name) => name.endsWith(`:${at}`))
        .map((name) => name.split(':')[1]);
    const acted = ['dropped after', 'silence after'];
    const bodies = ['half a body', 'an empty body', 'a malformed body', 'HTML'];
    expect(met(0)).toEqual(disturbanceNames.filter((name) => !acted.includes(name)));
    expect(met(1)).toEqual(disturbanceNames.filter((name) => !bodies.includes(name)));
    // A ticket system that refuses this says so for good.
    expect(met(2)).toEqual(disturbanceNames.filter((name) => !['401', '404', '409'].includes(name)));
  });

  it('are every other state that a death leaves', () => {
    expect(named({ kinds: ['left'] })).toEqual(['left:half:1', 'left:after:3', 'left:answered:1']);
  });

  it('are a kill at every write, and after every answer to what was carried out', () => {
    const kills = named({ kinds: ['kills'], most: 1000 });
    expect(kills).toHaveLength(3 * 4 + 2);
    expect(kills).toEqual(expect.arrayContaining(['kill:before:1', 'kill:half:4', 'kill:answered:1']));
    expect(kills).not.toContain('kill:answered:0');
  });

  it('are every activity twice, all at once and each by itself', () => {
    expect(named({ kinds: ['twice'] })).toEqual([
      ...['answer lost', 'side by side', 'late'].map((runs) => `twice:${runs}`),
      ...[0, 1].flatMap((at) => ['answer lost', 'side by side', 'late'].map((runs) => `twice:${runs}:${at}`)),
    ]);
  });

  it('are chosen by the seed, spread over all of them', () => {
    expect(named({ most: 5 })).toEqual(named({ most: 5 }));
    expect(named({ most: 5, seed: 8 })).not.toEqual(named({ most: 5 }));
    expect(named({ kinds: ['storms'], most: 2 })).toEqual(['storm:7', 'storm:8']);
  });

  it('are played again by their names', () => {
    for (const name of named({ most: 50 })) expect(pointName(pointOf(name)!)).toBe(name);
    for (const name of [
      '',
      'fault:500',
      'fault:418:1',
      'kill:half',
      'kill:x:1',
      'twice:x',
      'storm:x',
      'rain:1',
    ])
      expect(pointOf(name)).toBeUndefined();
  });
});

describe('points that share a run', () => {
  const together = (most: number) =>
    batchesOf(pointsOf(course, all), course, most).map((batch) => batch.map(({ point }) => pointName(point)));

  it('are faults with faults, and repeats with repeats, as far apart as can be', () => {
    const batches = together(12);
    expect(batches.flat().sort()).toEqual(named({}).sort());
    for (const batch of batches) {
      expect(new Set(batch.map((name) => name.split(':')[0])).size).toBe(1);
      expect(batch.length).toBeLessThanOrEqual(12);
      if (/^(left|kill|storm|twice:[^:]+$)/.test(batch[0]!)) expect(batch).toHaveLength(1);
    }
    expect(batches.filter((batch) => batch.length > 1).length).toBeGreaterThan(2);
  });

  it('each have a run of their own where nothing is shared', () =>
    expect(together(1).every((batch) => batch.length === 1)).toBe(true));

  it('meet the request or the activity that is meant, although others came in between', () => {
    const met: number[] = [];
    const plannedFault = { point: { fault: '500', at: 7 }, place: { what: 'GET a', nth: 1 } } as const;
    const plannedRepeat = { point: { twice: 'late', at: 0 }, place: { what: 'verify', nth: 0 } } as const;
    const { disturb, activity } = inPlay([plannedFault, plannedRepeat], 0, (index) => met.push(index));
    const faults = ['GET a', 'GET b', 'GET a', 'GET a'].map((what, at) =>
      disturb!({ service: 'arm', method: 'GET', what }, at),
    );
    expect(faults).toEqual([undefined, undefined, '500', undefined]);
    expect(met).toEqual([0]);
    expect(['writeGateway', 'verify', 'verify'].map((name) => activity!(name))).toEqual([
      'once',
      'late',
      'once',
    ]);
    expect(met).toEqual([0, 1]);
  });
});

it('a storm brings the same again by its seed, another by another, and never the same request twice in a row', () => {
  const weather = (seed: number) => {
    const { disturb, activity } = inPlay([{ point: { storm: seed } }], 9);
    return Array.from({ length: 400 }, (_, at) => [
      disturb!({ service: 'arm', method: 'GET', what: `GET ${at % 2}` }, at),
      activity!('planDeployment'),
    ]);
  };
  expect(weather(1)).toEqual(weather(1));
  expect(weather(1)).not.toEqual(weather(2));
  const faults = weather(1).map(([fault]) => fault);
  expect(faults.filter(Boolean).length).toBeGreaterThan(10);
  faults.forEach((fault, at) => {
    if (fault) expect(faults[at + 2]).toBeUndefined();
  });
});

import { expect, it } from 'vitest';
import { count, level, recordTime } from '../../../shared/core/instruments.ts';
import { exportedScopes } from '../metrics.ts';

const scopes = exportedScopes();

/** What a dashboard sees, by the name of the metric. */
const exported = async () =>
  (await scopes()).flatMap(({ scope, metrics }) =>
    metrics.map(({ descriptor: { name, description, unit }, dataPoints }) => ({
      scope: scope.name,
      name,
      description,
      unit,
      points: dataPoints.map(({ attributes, value }) => ({ attributes, value })),
    })),
  );

it('a counter counts the same thing in one place, each time again', async () => {
  count('refused', 'Refused requests', { code: 'A' });
  count('refused', 'Refused requests', { code: 'A' });
  expect(await exported()).toEqual([
    {
      scope: 'vpn-radius',
      name: 'refused',
      description: 'Refused requests',
      unit: '',
      points: [{ attributes: { code: 'A' }, value: 2 }],
    },
  ]);
});

it('a time is in seconds, with places for what takes an hour', async () => {
  recordTime('duration', 'How long it took', 2000, { trigger: 'ticket' });
  const [duration] = await exported();
  expect(duration).toMatchObject({ name: 'duration', description: 'How long it took', unit: 's' });
  expect(duration!.points).toMatchObject([
    { value: { sum: 2000, count: 1, buckets: { boundaries: expect.arrayContaining([1800, 2400]) } } },
  ]);
});

it('a level is the last one', async () => {
  level('gateways', 'How many gateways there are', 3, { state: 'bad' });
  level('gateways', 'How many gateways there are', 1, { state: 'bad' });
  expect(await exported()).toMatchObject([
    {
      name: 'gateways',
      description: 'How many gateways there are',
      points: [{ attributes: { state: 'bad' }, value: 1 }],
    },
  ]);
});

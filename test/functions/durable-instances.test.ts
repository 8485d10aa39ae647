import { InvocationContext } from '@azure/functions';
import { afterEach, expect, it, vi } from 'vitest';
import { durableClient, timeOfHost } from '../../functions/durable-instances.ts';

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** A host whose answers tell the time in whole seconds, as the durable extension does; `own` is the clock of this machine. */
function hostAt(told: string, own: string, rpcBaseUrl: string): InvocationContext {
  vi.useFakeTimers({ now: new Date(own), toFake: ['Date'] });
  vi.stubGlobal('fetch', async () => new Response('', { headers: { date: new Date(told).toUTCString() } }));
  const context = new InvocationContext();
  context.extraInputs.set(durableClient, { rpcBaseUrl });
  return context;
}

it.each([
  ['our clock agrees', '2030-01-01T08:00:00.250Z'],
  ['our clock says something else', '2030-01-01T03:17:41.700Z'],
])('times of one second keep their order: %s', async (where, own) => {
  const context = hostAt('2030-01-01T08:00:00Z', own, `http://localhost/${where}/`);
  const times: string[] = [];
  for (let one = 0; one < 4; one++) times.push((await timeOfHost(context)).toISOString());
  expect(new Set(times).size).toBe(4);
  expect(times.toSorted()).toEqual(times);
  expect(times.every((time) => time.startsWith('2030-01-01T08:00:00.'))).toBe(true);
});

it('a host of its own has a time of its own, and a clock that was set back begins anew', async () => {
  const late = hostAt('2030-01-01T08:00:00Z', '2030-01-01T08:00:00.500Z', 'http://localhost/late/');
  expect((await timeOfHost(late)).toISOString()).toBe('2030-01-01T08:00:00.500Z');
  const other = hostAt('2030-01-01T07:00:00Z', '2030-01-01T07:00:00.500Z', 'http://localhost/other/');
  expect((await timeOfHost(other)).toISOString()).toBe('2030-01-01T07:00:00.500Z');
  const setBack = hostAt('2030-01-01T06:00:00Z', '2030-01-01T06:00:00.500Z', 'http://localhost/late/');
  expect((await timeOfHost(setBack)).toISOString()).toBe('2030-01-01T06:00:00.500Z');
});

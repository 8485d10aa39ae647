import { describe, expect, it } from 'vitest';
import { parseSchedule } from '../../../../simulator/host/triggers/ncrontab.ts';
import { beginning, type TestHost, testHost } from '../hosts.ts';

const url = '/runtime/webhooks/eventgrid?functionName=onEvent';
const event = {
  id: '1',
  subject: 'a',
  eventType: 'T',
  eventTime: '2030-01-01T00:00:00Z',
  data: { n: 1 },
  dataVersion: '1',
};
const cloudEvent = { specversion: '1.0', id: '2', source: '/s', subject: 'b', type: 'T', data: { n: 2 } };

const post = (host: TestHost, body: unknown, type = 'Notification', path = url) => {
  return host.fetch(path, {
    method: 'POST',
    headers: { 'aeg-event-type': type },
    body: JSON.stringify(body),
  });
};
const events = (host: TestHost) =>
  host.seen.filter((item) => (item as { subject?: string }).subject !== undefined);

describe('Event Grid', () => {
  it('delivers events of either schema, one invocation each', async () => {
    const host = await testHost();
    expect((await post(host, [event, { ...event, id: '3' }])).status).toBe(202);
    expect((await post(host, cloudEvent)).status).toBe(202);
    expect((await post(host, [cloudEvent])).status).toBe(202);
    expect(events(host)).toEqual([event, { ...event, id: '3' }, cloudEvent, cloudEvent]);
  });

  it('is told to deliver again when a single event fails', async () => {
    const host = await testHost();
    expect((await post(host, [event, { ...event, subject: 'poison' }])).status).toBe(500);
    expect(events(host)).toEqual([event]);
  });

  it('is answered its handshakes', async () => {
    const host = await testHost();
    const validation = [{ ...event, data: { validationCode: 'code-1' } }];
    expect(await (await post(host, validation, 'SubscriptionValidation')).json()).toEqual({
      validationResponse: 'code-1',
    });
    const cloudValidation = { ...cloudEvent, data: JSON.stringify({ validationCode: 'code-2' }) };
    expect(await (await post(host, cloudValidation, 'SubscriptionValidation')).json()).toEqual({
      validationResponse: 'code-2',
    });
    const options = await host.fetch(url, {
      method: 'OPTIONS',
      headers: { 'WebHook-Request-Origin': 'eventgrid.azure.net', 'WebHook-Request-Rate': '120' },
    });
    expect([
      options.status,
      options.headers.get('webhook-allowed-origin'),
      options.headers.get('webhook-allowed-rate'),
    ]).toEqual([200, 'eventgrid.azure.net', '120']);
    expect(events(host)).toEqual([]);
  });

  it.each([
    ['an unknown function', '/runtime/webhooks/eventgrid?functionName=nobody', 'Notification', 404],
    [
      'a function with another trigger',
      '/runtime/webhooks/eventgrid?functionName=mirror',
      'Notification',
      404,
    ],
    ['a request that does not say what it is', url, '', 400],
    ['an unsubscription', url, 'Unsubscribe', 202],
  ])('%s', async (_, path, type, status) => {
    const host = await testHost();
    expect((await post(host, [event], type, path)).status).toBe(status);
    expect(events(host)).toEqual([]);
  });

  it('can be done without HTTP, and fails as the function does', async () => {
    const host = await testHost();
    await host.deliver('onEvent', event);
    expect(events(host)).toEqual([event]);
    await expect(host.deliver('onEvent', { ...event, subject: 'poison' })).rejects.toThrow(
      'cannot handle this',
    );
    await expect(host.deliver('mirror', event)).rejects.toThrow(
      '"mirror" is not a function with an Event Grid trigger',
    );
  });
});

describe('timer triggers', () => {
  const ticks = (host: TestHost) => {
    return host.seen.filter((item) => (item as { schedule?: unknown }).schedule !== undefined) as Record<
      string,
      unknown
    >[];
  };

  it('fire on their schedule as the clock goes', async () => {
    const host = await testHost();
    await host.runFor(44);
    expect(ticks(host)).toHaveLength(2);
    await host.runFor(1);
    expect(ticks(host)).toHaveLength(3);
    expect(ticks(host)[2]).toEqual({
      schedule: { adjustForDST: true },
      scheduleStatus: {
        last: '2030-01-01T00:30:00+00:00',
        next: '2030-01-01T00:45:00+00:00',
        lastUpdated: '2030-01-01T00:30:00+00:00',
      },
      isPastDue: false,
    });
  });

  it('take their schedule from a setting, and refuse to start without it', async () => {
    const host = await testHost({ settings: { NIGHTLY: '0 0 3 * * *' } });
    await host.runFor(3 * 60);
    expect(host.seen).toContainEqual({ nightly: false });
    await expect(testHost({ settings: { NIGHTLY: '0 0 25 * * *' } })).rejects.toThrow(
      'hour "25" is not within 0 to 23',
    );
  });

  it('run at the start when they say so, and by hand', async () => {
    const host = await testHost();
    await host.settled();
    expect(host.seen).toContain('started up');
    await host.trigger('everyQuarter');
    const response = await host.fetch('/admin/functions/everyQuarter', { method: 'POST', body: '{}' });
    expect(response.status).toBe(202);
    await host.settled();
    expect(ticks(host)).toHaveLength(2);
    expect((await host.fetch('/admin/functions/nobody', { method: 'POST' })).status).toBe(404);
    expect(host.minutes()).toBe(0);
  });

  it('and Event Grid functions can be started by hand over the admin endpoint, with its key', async () => {
    const host = await testHost({ functionKey: 'key' });
    const body = JSON.stringify({ input: JSON.stringify(event) });
    expect((await host.fetch('/admin/functions/onEvent', { method: 'POST', body })).status).toBe(401);
    expect((await host.fetch('/admin/functions/onEvent?code=key', { method: 'POST', body })).status).toBe(
      202,
    );
    await host.settled();
    expect(events(host)).toEqual([event]);
  });
});

describe('NCRONTAB', () => {
  it.each([
    ['0 */15 * * * *', '2030-01-01T00:15:00.000Z'],
    ['*/15 * * * *', '2030-01-01T00:15:00.000Z'],
    ['30 * * * * *', '2030-01-01T00:00:30.000Z'],
    ['0 0 0 * * *', '2030-01-02T00:00:00.000Z'],
    ['0 5/20 * * * *', '2030-01-01T00:05:00.000Z'],
    ['0 0 9-17/4 * * Mon-Fri', '2030-01-01T09:00:00.000Z'],
    ['0 30 2 * Feb,Mar Sunday', '2030-02-03T02:30:00.000Z'],
    ['0 0 0 13 * 5', '2030-09-13T00:00:00.000Z'],
    ['0 0 12 29 2 *', '2032-02-29T12:00:00.000Z'],
    // The very next second, and the last value of every field.
    ['1 * * * * *', '2030-01-01T00:00:01.000Z'],
    ['59 59 23 31 12 *', '2030-12-31T23:59:59.000Z'],
    ['0 0 0 * * 6', '2030-01-05T00:00:00.000Z'],
    ['00:05:00', '2030-01-01T00:05:00.000Z'],
    ['1.00:00:00', '2030-01-02T00:00:00.000Z'],
  ])('%s comes next at %s', (expression, next) => {
    expect(parseSchedule(expression).next(beginning)?.toISOString()).toBe(next);
  });

  it('knows what never comes', () => {
    expect(parseSchedule('0 0 0 31 2 *').next(beginning)).toBeUndefined();
  });

  it.each([
    ['* * *', 'expected six fields'],
    ['0 60 * * * *', 'minute "60" is not within 0 to 59'],
    ['0 0 0 0 * *', 'day "0" is not within 1 to 31'],
    ['0 0 0 * * 7', 'day of week "7" is not within 0 to 6'],
    ['0 a * * * *', 'minute "a" is not a number'],
    ['0 5-1 * * * *', 'minute "5-1" is a range that ends before it begins'],
    ['0 */0 * * * *', 'minute "*/0" has a step'],
    ['0 1,,2 * * * *', 'minute "1,,2" is not'],
  ])('%s is refused: %s', (expression, why) => {
    expect(() => parseSchedule(expression)).toThrow(why);
  });
});

import { describe, expect, it } from 'vitest';
import { createTicketing, isTicketingPath } from '../../simulator/ticketing.ts';

const url = 'https://127.0.0.1:8443/ticketing/REQ0012345';

describe('the simulated ticket system', () => {
  it('takes down what it is told, in order, with headers and bodies, also when it fails', async () => {
    const ticketing = createTicketing(() => new Date('2027-01-04T08:00:00Z'));
    ticketing.fail(503);
    const post = (body: string) =>
      ticketing.handle({ method: 'POST', url, headers: { 'x-signature': 'abc' }, body });
    expect((await post('{"status":"Succeeded"}')).status).toBe(503);
    expect((await post('plain')).status).toBe(200);
    expect(ticketing.requests).toEqual([
      {
        at: '2027-01-04T08:00:00.000Z',
        method: 'POST',
        path: '/ticketing/REQ0012345',
        headers: { 'x-signature': 'abc' },
        body: { status: 'Succeeded' },
      },
      expect.objectContaining({ body: 'plain' }),
    ]);
  });

  it('answers what it was told to know, and 404 to the rest', async () => {
    const ticketing = createTicketing(() => new Date(0));
    ticketing.answerWith('/ticketing/REQ0012345', { state: 'open' });
    const get = (path: string) =>
      ticketing.handle({ method: 'GET', url: `https://127.0.0.1${path}`, headers: {} });
    expect(JSON.parse((await get('/ticketing/REQ0012345')).body)).toEqual({ state: 'open' });
    expect((await get('/ticketing/other')).status).toBe(404);
  });

  it.each([
    ['/ticketing', true],
    ['/ticketing/a', true],
    ['/ticketings', false],
  ])('%s is its path: %s', (path, its) => {
    expect(isTicketingPath(path)).toBe(its);
  });
});

import { expect, it } from 'vitest';
import { ConnectionDropped, json } from '../../../../simulator/azure/wire/messages.ts';
import { type Disturbance, disturbanceNames } from '../../../../simulator/sweep/disturbances.ts';
import { disturbedWire } from '../../../../simulator/sweep/run/disturbed-wire.ts';

const request = {
  method: 'PUT',
  url: 'https://127.0.0.1/subscriptions/1/resourceGroups/rg-hub/providers/Microsoft.Network/publicIPAddresses/ip',
  headers: {},
};

/** What comes of one request, and whether it was carried out. */
async function met(fault: Disturbance | undefined, url = request.url) {
  let acted = false;
  const { wire, requests } = disturbedWire({ disturb: () => fault });
  // The client gives up after a minute; the test does not take that long.
  const limit = AbortSignal.timeout(60_000);
  const givenUp = new Promise<string>((resolve) =>
    limit.addEventListener('abort', () => resolve('given up')),
  );
  const answer = wire({ ...request, url }, async () => {
    acted = true;
    return json(200, { name: 'ip' });
  }).then(
    ({ status, body, headers }) => `${status} ${headers['Retry-After'] ?? ''} ${body}`.replace(/\s+/g, ' '),
    (error: unknown) => (error instanceof ConnectionDropped ? 'dropped' : String(error)),
  );
  return { came: await Promise.race([answer, givenUp]), acted, requests };
}

const whole = '200 {"name":"ip"}';

it.each([
  [undefined, whole, true],
  ['429 with Retry-After', /^429 30 \{"error":\{"code":"TooManyRequests"/, false],
  ['429 without', /^429 \{"error":\{"code":"TooManyRequests"/, false],
  ['500', /^500 /, false],
  ['503', /^503 /, false],
  ['409', /^409 .*AnotherOperationInProgress/, false],
  ['401', /^401 .*ExpiredAuthenticationToken/, false],
  ['404', /^404 .*ResourceNotFound/, false],
  ['dropped before', 'dropped', false],
  ['dropped after', 'dropped', true],
  ['silence before', 'given up', false],
  ['silence after', 'given up', true],
  ['half a body', '200 {"name', true],
  ['an empty body', '200 ', true],
  ['a malformed body', /^200 \{"name\0/, true],
  ['HTML', /^200 <!DOCTYPE html>/, true],
] as const)('%s of a write is %s, carried out: %s', async (fault, comes, isActed) => {
  const { came, acted, requests } = await met(fault);
  expect(came.trim()).toMatch(comes instanceof RegExp ? comes : comes.trim());
  expect(acted).toBe(isActed);
  expect(requests.map(({ what }) => what)).toEqual(['PUT Microsoft.Network/publicIPAddresses/write']);
});

it('no disturbance is left out of the table above', () => expect(disturbanceNames).toHaveLength(15));

it.each([
  ['https://127.0.0.1/blobs/vpn-radius-records/a.json', /^500 <\?xml .*<Code>InternalServerError</],
  ['https://127.0.0.1/tables/vpnradius', /^500 \{"odata.error":\{"code":"InternalServerError"/],
  ['https://127.0.0.1/rest/api/3/issue/NET-1', /^500 \{"errorMessages":\[/],
  ['https://127.0.0.1/api/now/table/sc_task', /^500 \{"error":\{"message":.*"status":"failure"/],
  ['https://127.0.0.1/secrets/radius-hub', /^500 \{"error":\{"code":"InternalServerError"/],
])('%s refuses as its service does', async (url, comes) => {
  expect((await met('500', url)).came).toMatch(comes);
});

import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { bodyTexts, fitting } from './bodies.ts';
import { claimsOf, inBase64, principal, roles } from './everybody.ts';
import type { Known } from './known-values.ts';
import { nasty, odd, spoilt } from './odd-values.ts';
import type { DocumentedRoute } from './routes.ts';

export interface FuzzedRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

/** The secret of the webhooks, if the world has one. */
export const webhookSecret = 'a secret that ticket systems sign with';

/** Requests for a route. `rightBodies` are used in addition to what its schema allows. */
export function requestsFor(
  { method, path, query, body }: DocumentedRoute,
  known: Known,
  rightBodies: readonly unknown[],
): fc.Arbitrary<FuzzedRequest> {
  const right = fc.oneof(
    ...(rightBodies.length > 0 ? [{ weight: 2, arbitrary: fc.constantFrom(...rightBodies) }] : []),
    { weight: 1, arbitrary: body ? fitting(body, known) : odd },
  );
  return fc
    .record({
      path: filledPath(path, known),
      search: searchOf(query, known),
      headers: headersFrom,
      body: method === 'POST' ? bodyTexts(right) : fc.constant(undefined),
    })
    .map(({ path, search, headers, body }) => ({
      path: path + search,
      headers: signed(headers, body ?? ''),
      body,
    }));
}

const encoded = (text: string) => encodeURIComponent(text.replaceAll(/\p{Surrogate}/gu, '\ufffd'));

/** A known value of the parameter, or any text; encoded, or unchanged if a path can hold it. */
function filledPath(template: string, known: Known): fc.Arbitrary<string> {
  const parts = template.split('/').map((part) => {
    const [, name] = /^\{\*?(\w+)/.exec(part) ?? [];
    if (!name) return fc.constant(part);
    const raw = nasty.map((text) => text.replaceAll(/[\s?#]/g, '_'));
    return fc.oneof(
      { weight: 3, arbitrary: (known[`{${name}}`] ?? known[name] ?? nasty).map(encoded) },
      { weight: 1, arbitrary: nasty.map(encoded) },
      { weight: 1, arbitrary: raw },
    );
  });
  return fc.tuple(...parts).map((texts) => texts.join('/'));
}

function searchOf(names: readonly string[], known: Known): fc.Arbitrary<string> {
  const parameter = fc.oneof(
    ...names.map((name) => fc.tuple(fc.constant(name), known[name] ?? nasty)),
    ...names.map((name) => fc.tuple(fc.constant(name), nasty)),
    fc.tuple(nasty, nasty),
  );
  return fc
    .array(parameter, { maxLength: 3 })
    .map((pairs) => pairs.map(([name, value]) => `${encoded(name)}=${encoded(value)}`).join('&'))
    .map((search) => search && `?${search}`);
}

/** What a header can hold. */
const headerText = (text: string) => text.replaceAll(/[^\x20-\x7e\x80-\xff]/g, '').trim();
const odder = nasty.map(headerText);
/** Left out in this number of ten requests. */
const leftOut = <T>(inTen: number, arbitrary: fc.Arbitrary<T>) =>
  fc.oneof({ weight: inTen, arbitrary: fc.constant(undefined) }, { weight: 10 - inTen, arbitrary });

const callers = fc.oneof(
  { weight: 12, arbitrary: fc.constant(principal(roles)) },
  { weight: 4, arbitrary: fc.subarray([...roles]).map(principal) },
  {
    weight: 1,
    arbitrary: fc
      .subarray([...roles])
      .map(claimsOf)
      .chain(spoilt)
      .map(inBase64),
  },
  // What is no base64 of JSON never reaches the app: the host answers 500.
  { weight: 1, arbitrary: odd.map(inBase64) },
);

const headersFrom: fc.Arbitrary<Record<string, string>> = fc
  .record({
    'content-type': leftOut(
      1,
      fc.oneof(
        { weight: 8, arbitrary: fc.constant('application/json') },
        { weight: 1, arbitrary: fc.constantFrom('text/plain', 'application/json; charset=utf-16', '') },
        { weight: 1, arbitrary: odder },
      ),
    ),
    'x-ms-client-principal': leftOut(1, callers),
    'x-ms-client-principal-name': leftOut(8, odder),
    'x-ms-client-principal-id': leftOut(8, odder),
    'x-vpn-radius-page': leftOut(1, fc.constantFrom('1', '')),
    'x-vpnradius-timestamp': leftOut(8, fc.oneof(fc.constantFrom('1893456000', '9'.repeat(12), '-1'), odder)),
    'x-vpnradius-signature': leftOut(
      8,
      fc.oneof(fc.constantFrom('right', 'v1=00', `v1=${'f'.repeat(64)}`), odder),
    ),
    'x-vpnradius-token': leftOut(3, fc.oneof({ weight: 8, arbitrary: fc.constant(webhookSecret) }, odder)),
    'x-hub-signature': leftOut(8, fc.oneof(fc.constantFrom('right', 'sha256=', 'sha1=00'), odder)),
    'transfer-encoding': leftOut(9, fc.constant('chunked')),
    'accept-encoding': leftOut(5, fc.constantFrom('gzip', 'br', '')),
    accept: leftOut(5, fc.constantFrom('text/html', '*/*', '')),
    traceparent: leftOut(9, odder),
  })
  .map((headers) =>
    Object.fromEntries(
      Object.entries(headers).filter((one): one is [string, string] => one[1] !== undefined),
    ),
  );

/** When a signature is `right`, the signature of the body replaces it. */
function signed(headers: Record<string, string>, body: string): Record<string, string> {
  const mac = (text: string) => createHmac('sha256', webhookSecret).update(text).digest('hex');
  return {
    ...headers,
    ...(headers['x-hub-signature'] === 'right' && { 'x-hub-signature': `sha256=${mac(body)}` }),
    ...(headers['x-vpnradius-signature'] === 'right' && {
      'x-vpnradius-signature': `v1=${mac(`${headers['x-vpnradius-timestamp'] ?? ''}.${body}`)}`,
    }),
  };
}

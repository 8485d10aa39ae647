import type { HttpRequest, InvocationContext } from '@azure/functions';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { answering, bodyOf, optionalBodyOf, parsedBy } from '../../../functions/http/answers.ts';
import { failed, refused, VpnRadiusError } from '../../../shared/core/errors.ts';

/** What a caller gets, and what is logged, when the handler throws. */
async function answered(error: unknown) {
  const logged: unknown[][] = [];
  const context = { error: (...line: unknown[]) => void logged.push(line) } as unknown as InvocationContext;
  const answer = await answering(() => Promise.reject(error))({} as HttpRequest, context);
  return { answer: answer as { status: number; jsonBody: object; headers?: object }, logged };
}

describe('what a handler throws', () => {
  it.each([
    ['InvalidRequest', 400],
    ['SecretReserved', 400],
    ['Unauthorized', 401],
    ['Forbidden', 403],
    ['NotFound', 404],
    ['DeploymentInProgress', 409],
    ['NotAwaitingApproval', 409],
    ['PlanChanged', 409],
    ['DeploymentEnded', 409],
    ['RotationsInProgress', 409],
    ['GatewayNotReady', 409],
    ['RequestTooLarge', 413],
    ['RowUnreadable', 500],
    ['AuthorizationFailed', 502],
  ])('with the code %s is answered with %i', async (code, status) => {
    const { answer, logged } = await answered(failed(code, 'So it is.', 'it'));
    expect(answer).toEqual({ status, jsonBody: { error: { code, message: 'So it is.', target: 'it' } } });
    expect(logged.map(([line]) => line)).toEqual(status < 500 ? [] : [`${code}: So it is.`]);
  });

  it('and may pass is answered with 503, and says when to come again', async () => {
    const busy = { code: 'TooManyRequests', message: 'Later.', transient: true };
    const { answer } = await answered(new VpnRadiusError({ ...busy, retryAfterSeconds: 17 }));
    expect(answer).toEqual({
      status: 503,
      headers: { 'Retry-After': '17' },
      jsonBody: { error: { code: 'TooManyRequests', message: 'Later.' } },
    });
    expect((await answered(new VpnRadiusError(busy))).answer).not.toHaveProperty('headers');
  });

  it('names every problem at once, and nothing that is only for the app', async () => {
    const details = [{ code: 'FieldInvalid', message: 'must be a CIDR', target: 'gatewaySubnetPrefix' }];
    const error = new VpnRadiusError({
      ...{ code: 'InvalidRequest', message: 'No.', details, correlationId: 'abc', requestId: 'def' },
    });
    expect((await answered(error)).answer.jsonBody).toEqual({
      error: { code: 'InvalidRequest', message: 'No.', details },
    });
  });

  it.each([
    [new RangeError('the secret is k9'), 'RangeError'],
    ['the secret is k9', 'string'],
  ])('without a code is a fault of the app, whose words are in no answer: %j', async (error, kind) => {
    const { answer, logged } = await answered(error);
    const message = `An unexpected ${kind} stopped this step. The log says where in the code this was.`;
    expect(answer).toEqual({ status: 500, jsonBody: { error: { code: 'InternalError', message } } });
    expect(logged).toHaveLength(1);
    expect(logged[0]![0]).toBe(`InternalError: ${message}`);
  });
});

it('what a handler answers is answered', async () => {
  const answer = { status: 202, jsonBody: { id: 'vpn-1' } };
  expect(await answering(async () => answer)({} as HttpRequest, {} as InvocationContext)).toBe(answer);
});

describe('the body of a request', () => {
  const schema = z.strictObject({ approved: z.boolean(), by: z.string().optional() });
  const requestOf = (text: string, headers: Record<string, string> = {}) =>
    ({ text: async () => text, headers: new Headers(headers) }) as unknown as HttpRequest;
  const failure = (promise: Promise<unknown>) =>
    promise.then(
      (value) => expect.fail(`it is ${JSON.stringify(value)}`),
      (error) => error.failure,
    );
  const noBody = {
    code: 'InvalidRequest',
    message: 'No body arrived: send Content-Length, not Transfer-Encoding: chunked.',
    details: [{ code: 'NoBody', message: 'no body arrived: send Content-Length' }],
  };

  it('is JSON of its shape', async () => {
    expect(await bodyOf(requestOf('{"approved":true}'), schema)).toEqual({ approved: true });
    expect(await optionalBodyOf(requestOf('{"approved":true}'), schema)).toEqual({ approved: true });
  });

  it.each([[''], [' \n']])(
    'that is %j is none: an error, or as if it were empty where it may be left out',
    async (text) => {
      expect(await failure(bodyOf(requestOf(text), schema))).toEqual(noBody);
      expect(await optionalBodyOf(requestOf(text), schema.partial())).toEqual({});
    },
  );

  it('that came in chunks was lost on the way, and is not taken for none', async () => {
    const lost = requestOf('', { 'transfer-encoding': 'chunked' });
    expect(await failure(optionalBodyOf(lost, schema.partial()))).toEqual(noBody);
    const came = requestOf('{"approved":true}', { 'transfer-encoding': 'chunked' });
    expect(await bodyOf(came, schema)).toEqual({ approved: true });
  });

  it('has at most 64 KB', async () => {
    const filled = (length: number) => requestOf(`{"by":"${'x'.repeat(length - 9)}"}`);
    expect(await bodyOf(filled(65_536), schema.partial())).toHaveProperty('by');
    expect(await failure(bodyOf(filled(65_537), schema.partial()))).toEqual({
      code: 'RequestTooLarge',
      message: 'The body has 65537 characters. At most 65536 are allowed.',
      details: [],
    });
  });

  it('that is not JSON is told so', async () => {
    expect(await failure(bodyOf(requestOf('approved=true'), schema))).toEqual({
      code: 'InvalidRequest',
      message: 'The body is not JSON.',
      details: [{ code: 'NotJson', message: 'The body must be a JSON object, sent as application/json.' }],
    });
  });

  it('is told every wrong field, with the problems that the shape does not know', () => {
    const more = [
      { code: 'FieldInvalid', message: 'must be somebody else', target: 'by' },
      { code: 'X', message: 'nor this' },
    ];
    const wrong = () => parsedBy({ approved: 'yes', aproved: true }, schema, more);
    expect(wrong).toThrow(VpnRadiusError);
    expect(wrong).toThrow(
      /^The request is not valid: .*approved: .*; .*aproved.*; by: must be somebody else; nor this\.$/,
    );
    expect(() => parsedBy({ approved: true }, schema, more.slice(0, 1))).toThrow(
      refused('InvalidRequest', 'The request is not valid: by: must be somebody else.', more.slice(0, 1)),
    );
    expect(parsedBy({ approved: true }, schema)).toEqual({ approved: true });
  });
});

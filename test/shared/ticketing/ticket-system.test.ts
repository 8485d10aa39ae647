import { describe, expect, it } from 'vitest';
import type { HttpsAnswer } from '../../../shared/ticketing/https.ts';
import { Unreachable } from '../../../shared/ticketing/https.ts';
import { ticketSystem } from '../../../shared/ticketing/ticket-system.ts';
import { scriptedClient } from './scripted-client.ts';

const party = { prefix: 'TicketSystem', label: 'Jira', target: 'JIRA_BASE_URL' } as const;

/** The system as these answers; `tokens` are the headers that the authorization gives, one after it forgot another. */
function systemOf(answers: readonly (Partial<HttpsAnswer> | Error)[], ...tokens: string[]) {
  const { client, sent } = scriptedClient(...answers);
  const left = ['Bearer first', ...tokens];
  const call = ticketSystem({
    ...{ party, client, baseUrl: 'https://jira.example/site//', credentialSetting: 'JIRA_CREDENTIAL_SECRET' },
    authorization: {
      header: async () => left[0]!,
      forget: () => left.length > 1 && left.shift() !== undefined,
    },
  });
  return { call, sent };
}
const failureOf = (...answers: (Partial<HttpsAnswer> | Error)[]) =>
  systemOf(answers)
    .call('NET-1', 'GET', '/rest')
    .then(
      (value) => expect.fail(`it gave ${JSON.stringify(value)}`),
      (error) => error.failure ?? error,
    );

describe('a call', () => {
  it('reads without a body, and writes JSON, each with the credential', async () => {
    const { call, sent } = systemOf([{ body: '{"key":"NET-1"}' }, { status: 204 }]);
    expect(await call('NET-1', 'GET', '/rest/api/3/issue/NET-1')).toEqual({ key: 'NET-1' });
    expect(await call('NET-1', 'POST', '/rest/api/3/issue', { fields: {} })).toBeUndefined();
    expect(sent).toEqual([
      {
        method: 'GET',
        url: 'https://jira.example/site/rest/api/3/issue/NET-1',
        headers: { Authorization: 'Bearer first', Accept: 'application/json' },
        maxAnswerBytes: 4 * 1024 * 1024,
      },
      {
        method: 'POST',
        url: 'https://jira.example/site/rest/api/3/issue',
        headers: {
          Authorization: 'Bearer first',
          Accept: 'application/json',
          'Content-Type': 'application/json',
        },
        body: '{"fields":{}}',
        maxAnswerBytes: 4 * 1024 * 1024,
      },
    ]);
  });

  it('is made again with another token where the first one was revoked, and only once', async () => {
    const { call, sent } = systemOf([{ status: 401 }, { body: '{}' }], 'Bearer second', 'Bearer third');
    expect(await call('NET-1', 'GET', '/')).toEqual({});
    expect(sent.map(({ headers }) => headers.Authorization)).toEqual(['Bearer first', 'Bearer second']);

    const refusing = systemOf([{ status: 401 }], 'Bearer second', 'Bearer third');
    await expect(refusing.call('NET-1', 'GET', '/')).rejects.toThrow('does not accept the credential');
    expect(refusing.sent).toHaveLength(2);
  });

  it('is not made again for a credential that stays the same, nor for another refusal', async () => {
    for (const [status, ...tokens] of [[401], [403, 'Bearer second']] as const) {
      const { call, sent } = systemOf([{ status }], ...tokens);
      await expect(call('NET-1', 'GET', '/')).rejects.toThrow();
      expect(sent).toHaveLength(1);
    }
  });
});

describe('a failure says what the other side said, and whether to try again', () => {
  const final = (code: string, message: string, target = 'ticket.id') => ({ code, message, target });
  const passing = (code: string, message: string, target = 'JIRA_BASE_URL') => ({
    ...{ code, message, target, transient: true },
  });
  it.each([
    [
      { status: 401 },
      final(
        'TicketSystemUnauthorized',
        'Jira does not accept the credential that JIRA_CREDENTIAL_SECRET names.',
        'JIRA_CREDENTIAL_SECRET',
      ),
    ],
    [{ status: 404 }, final('TicketNotFound', 'Jira has no ticket NET-1, or its account may not see it.')],
    ...[199, 400, 403].map((status) => [
      { status },
      final('TicketAnswerRejected', `Jira refused to update NET-1 (${status}).`),
    ]),
    [{ status: 409 }, passing('TicketAnswerRejected', 'Jira refused to update NET-1 (409).', 'ticket.id')],
    [{ status: 408 }, passing('TicketSystemUnavailable', 'Jira answered 408.')],
    [{ status: 500 }, passing('TicketSystemUnavailable', 'Jira answered 500.')],
    [
      { status: 429, retryAfterSeconds: 17 },
      { ...passing('TicketSystemUnavailable', 'Jira answered 429.'), retryAfterSeconds: 17 },
    ],
    [
      { status: 503, retryAfterSeconds: 86_400 },
      { ...passing('TicketSystemUnavailable', 'Jira answered 503.'), retryAfterSeconds: 3600 },
    ],
    ...[300, 399].map((status) => [
      { status },
      final(
        'TicketSystemRedirected',
        `Jira answered with a redirect (${status}). Redirects are not followed: give the final URL in JIRA_BASE_URL.`,
        'JIRA_BASE_URL',
      ),
    ]),
    [
      new Unreachable('the connection failed (ECONNRESET)'),
      passing('TicketSystemUnreachable', 'Jira could not be reached: the connection failed (ECONNRESET).'),
    ],
    [
      { body: '<html>Your instance is hibernating</html>' },
      passing(
        'TicketSystemUnavailable',
        'Jira answered with something that is not JSON. It may be in hibernation, or JIRA_BASE_URL may be wrong.',
      ),
    ],
    [
      { body: '{"comments":[', isTruncated: true },
      final('TicketAnswerRejected', 'Jira sent more than 4 MB about NET-1.'),
    ],
  ] as [Partial<HttpsAnswer> | Error, object][])('%j', async (answer, failure) => {
    expect(await failureOf(answer)).toEqual(failure);
  });

  it('which is no failure of the other side stays what it is', async () => {
    const fault = new RangeError('a fault of this app');
    expect(await failureOf(fault)).toBe(fault);
  });

  it.each([
    [
      { error: { message: 'Operation Failed', detail: 'ACL\n  Exception.' } },
      ': Operation Failed; ACL Exception.',
    ],
    [{ error: { message: 'No', detail: '' } }, ': No.'],
    [{ error: { message: 7, detail: null } }, '.'],
    [{ errorMessages: ['Not valid.', 'Not open'], errors: {} }, ': Not valid.; Not open.'],
    [{ errorMessages: [], errors: { resolution: 'It is required.' } }, ': resolution: It is required.'],
    [{ errorMessages: 'none', errors: null }, '.'],
    [{ error: { message: 'x'.repeat(400) } }, `: ${'x'.repeat(300)}.`],
    [null, '.'],
  ])('%j', async (body, said) => {
    const { message } = await failureOf({ status: 400, body: JSON.stringify(body) });
    expect(message).toBe(`Jira refused to update NET-1 (400)${said}`);
  });

  it('with a page for people says nothing of it', async () => {
    const { message } = await failureOf({ status: 400, body: '<html>SECRET</html>' });
    expect(message).toBe('Jira refused to update NET-1 (400).');
  });
});

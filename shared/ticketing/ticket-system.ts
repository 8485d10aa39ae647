import { failed, VpnRadiusError } from '../core/errors.ts';
import { jsonIn } from '../core/json-parts.ts';
import { commonFailure, type Party, unreachableError } from './answers.ts';
import type { Authorization } from './credential.ts';
import { type HttpsClient, Unreachable } from './https.ts';

/** Journals of long-lived tickets are large. An answer larger than this is not a journal. */
const maxAnswerBytes = 4 * 1024 * 1024;

export interface TicketSystemOptions {
  readonly party: Party;
  readonly baseUrl: string;
  readonly credentialSetting: string;
  readonly client: HttpsClient;
  readonly authorization: Authorization;
}

/**
 * One call of the system's REST API on behalf of the ticket `ticketId`. Returns the parsed answer, or undefined when
 * that of a write is empty.
 */
export type TicketSystemCall = (
  ticketId: string,
  method: 'GET' | 'POST' | 'PATCH',
  path: string,
  body?: unknown,
) => Promise<unknown>;

/**
 * Errors: `TicketSystemUnavailable` and `TicketSystemUnreachable` (transient), `TicketSystemRedirected`,
 * `TicketSystemUnauthorized` (401), `TicketNotFound` (404), and `TicketAnswerRejected` for any other refusal, with the
 * system's own words.
 */
export function ticketSystem(options: TicketSystemOptions): TicketSystemCall {
  const { party, baseUrl, credentialSetting, client, authorization } = options;
  const base = baseUrl.replace(/\/+$/, '');

  return async (ticketId, method, path, body) => {
    const send = async () =>
      client({
        method,
        url: `${base}${path}`,
        headers: {
          Authorization: await authorization.header(),
          Accept: 'application/json',
          ...(body !== undefined && { 'Content-Type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        maxAnswerBytes,
      });
    try {
      let answer = await send();
      // An access token may be revoked before it expires.
      if (answer.status === 401 && authorization.forget()) answer = await send();

      const failure = commonFailure(party, answer);
      if (failure) throw failure;
      const { status } = answer;
      if (status === 401) {
        throw failed(
          'TicketSystemUnauthorized',
          `${party.label} does not accept the credential that ${credentialSetting} names.`,
          credentialSetting,
        );
      }
      if (status === 404) {
        throw failed(
          'TicketNotFound',
          `${party.label} has no ticket ${ticketId}, or its account may not see it.`,
          'ticket.id',
        );
      }
      if (status < 200 || status >= 300) {
        throw new VpnRadiusError({
          code: 'TicketAnswerRejected',
          message: `${party.label} refused to update ${ticketId} (${status})${saidIn(answer.body)}`,
          target: 'ticket.id',
          // A conflict with another update of the same ticket at the same moment.
          ...(status === 409 && { transient: true }),
        });
      }
      if (answer.isTruncated) {
        throw failed(
          'TicketAnswerRejected',
          `${party.label} sent more than 4 MB about ${ticketId}.`,
          'ticket.id',
        );
      }
      // A read always has an answer. Without one it is no answer, and must not end what the ticket is to be told.
      return answer.body === '' && method !== 'GET' ? undefined : json(answer.body);
    } catch (error) {
      throw error instanceof Unreachable ? unreachableError(party, error) : error;
    }
  };

  /** A sleeping ServiceNow instance, and some proxies, answer 200 with a page for people. */
  function json(text: string): unknown {
    try {
      return JSON.parse(text);
    } catch {
      throw new VpnRadiusError({
        code: 'TicketSystemUnavailable',
        message: `${party.label} answered with something that is not JSON. It may be in hibernation, or ${party.target} may be wrong.`,
        target: party.target,
        transient: true,
      });
    }
  }
}

/**
 * The text of a refusal: ServiceNow has it in `error.message` and `error.detail`, Jira in `errorMessages` and `errors`.
 */
function saidIn(body: string): string {
  const { error, errorMessages, errors } = (jsonIn(body) ?? {}) as {
    error?: { message?: unknown; detail?: unknown };
    errorMessages?: unknown[];
    errors?: Record<string, unknown>;
  };
  const parts = [
    error?.message,
    error?.detail,
    ...(Array.isArray(errorMessages) ? errorMessages : []),
    ...Object.entries(errors ?? {}).map(([field, message]) => `${field}: ${message}`),
  ].filter((part) => typeof part === 'string' && part !== '');
  const text = parts.join('; ').replaceAll(/\s+/g, ' ').slice(0, 300);
  return text === '' ? '.' : `: ${text.replace(/\.$/, '')}.`;
}

import { createHttpHeaders, type HttpClient, RestError } from '@azure/core-rest-pipeline';
import { expect } from 'vitest';
import { type Azure, connectAzure } from '../../../shared/azure/wire/connection.ts';
import { VpnRadiusError } from '../../../shared/core/errors.ts';

export interface Sent {
  readonly method: string;
  readonly url: URL;
  readonly href: string;
  readonly headers: Record<string, string>;
  readonly body: Record<string, unknown>;
  readonly timeout: number;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
}

export const endpoint = 'https://management.example';
export const subscriptionId = '11111111-2222-4333-8444-555555555555';
export const group = `/subscriptions/${subscriptionId}/resourceGroups/rg-hub/providers`;

/**
 * A connection whose requests are kept, and answered by `answer`. When `answer` gives a code, the connection breaks
 * with that code.
 */
export function recordedAzure(answer: (sent: Sent, index: number) => Answer | string): {
  azure: Azure;
  sent: Sent[];
  pauses: number[];
} {
  const sent: Sent[] = [];
  const pauses: number[] = [];
  const httpClient: HttpClient = {
    async sendRequest(request) {
      const one = {
        method: request.method,
        url: new URL(request.url),
        href: request.url,
        headers: request.headers.toJSON(),
        body: JSON.parse(String(request.body ?? '{}')),
        timeout: request.timeout,
      };
      sent.push(one);
      const answered = answer(one, sent.length - 1);
      if (typeof answered === 'string')
        throw new RestError(`socket: ${request.body}`, { code: answered, request });
      return {
        request,
        status: answered.status,
        headers: createHttpHeaders({ 'content-type': 'application/json', ...answered.headers }),
        bodyAsText: answered.body === undefined ? '' : JSON.stringify(answered.body),
      };
    },
  };
  const azure = connectAzure({
    resourceManagerEndpoint: endpoint,
    authorityHost: 'https://login.example',
    keyVaultUrl: 'https://hub.vault.azure.net',
    version: '1.2.3',
    credential: { getToken: async () => ({ token: 'a-token', expiresOnTimestamp: Date.now() + 3_600_000 }) },
    httpClient,
    pause: async (seconds) => {
      pauses.push(seconds);
    },
  });
  return { azure, sent, pauses };
}

export const refusal = (
  status: number,
  code: string,
  message: string,
  headers: Record<string, string> = {},
): Answer => ({
  status,
  headers,
  body: { error: { code, message, details: [] } },
});

export const notFound = refusal(404, 'ResourceNotFound', 'The Resource was not found.');

/** What a call throws, which is always an error of ours. */
export const failureOf = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.fail('nothing was thrown'),
    (error: unknown) => {
      expect(error).toBeInstanceOf(VpnRadiusError);
      return error as VpnRadiusError;
    },
  );

import type { AccessToken, TokenCredential } from '@azure/core-auth';
import {
  createHttpHeaders,
  type HttpClient,
  type PipelineRequest,
  type PipelineResponse,
  RestError,
} from '@azure/core-rest-pipeline';
import type { Azure } from '../azure.ts';
import { ConnectionDropped } from './messages.ts';

/** Lets the clients of the Azure SDK speak to the simulator without a socket: pass it as their `httpClient`. */
export function inProcessHttpClient(azure: Azure): HttpClient {
  return {
    async sendRequest(request: PipelineRequest): Promise<PipelineResponse> {
      if (request.abortSignal?.aborted) throw aborted();
      const answer = azure.handle({
        method: request.method,
        url: request.url,
        headers: request.headers.toJSON(),
        body: bodyText(request),
      });
      const response = await (request.abortSignal ? raced(answer, request.abortSignal) : answer).catch(
        (error) => {
          if (!(error instanceof ConnectionDropped)) throw error;
          throw new RestError('socket hang up', { code: 'ECONNRESET', request });
        },
      );
      return {
        request,
        status: response.status,
        headers: createHttpHeaders(response.headers),
        bodyAsText: response.body,
      };
    },
  };
}

/** A credential with the tokens of the app's managed identity. */
export function simulatedCredential(azure: Azure): TokenCredential {
  return {
    async getToken(scopes): Promise<AccessToken> {
      const scope = Array.isArray(scopes) ? scopes[0]! : scopes;
      const { token, expiresOn } = azure.token(scope.replace(/\/\.default$/, ''));
      return { token, expiresOnTimestamp: expiresOn * 1000 };
    },
  };
}

function bodyText(request: PipelineRequest): string | undefined {
  const { body } = request;
  if (body === undefined || body === null) return undefined;
  if (typeof body === 'string') return body;
  if (body instanceof Uint8Array) return Buffer.from(body).toString('utf8');
  throw new RestError('The in-process client takes text bodies only.', { request });
}

const aborted = () => Object.assign(new Error('The operation was aborted.'), { name: 'AbortError' });

function raced<T>(answer: Promise<T>, signal: NonNullable<PipelineRequest['abortSignal']>): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(aborted());
    signal.addEventListener('abort', abort);
    answer.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

import type { PipelinePolicy, PipelineRequest, RestError } from '@azure/core-rest-pipeline';

/** What an error body says. */
export interface Said {
  readonly code?: string;
  readonly message?: string;
  readonly target?: string;
  readonly inner?: string;
  readonly details?: readonly Said[];
}

const bodies = new WeakMap<PipelineRequest, string>();

/** Keeps what a refusal says as long as its request lives: the paging of @azure-rest/core-client throws a status alone. */
export const refusalKept: PipelinePolicy = {
  name: 'refusalKeptPolicy',
  async sendRequest(request, next) {
    const response = await next(request);
    if (response.status >= 400 && response.bodyAsText) bodies.set(response.request, response.bodyAsText);
    return response;
  },
};

/**
 * ARM says `{"error":{"code",…}}`, some of its providers `{"Error":{"Code",…}}`. Where the client kept no text of the body,
 * it took its own message from there; where it did, the message may be the whole body, and is not looked at.
 */
export function said(error: RestError): Said {
  const text = error.response?.bodyAsText ?? (error.request && bodies.get(error.request));
  const body = parsed(text) ?? error.details;
  const inner = member(body, 'error') ?? body;
  return asSaid(inner, {
    ...(error.code ? { code: error.code } : {}),
    ...(typeof text === 'string' ? {} : { message: error.message }),
  });
}

function asSaid(value: unknown, otherwise: Said = {}): Said {
  const [code, message, target] = ['code', 'message', 'target'].map((name) => member(value, name));
  const inner = member(member(value, 'innererror'), 'code');
  const details = member(value, 'details');
  return {
    ...otherwise,
    ...(typeof code === 'string' && code !== '' ? { code } : {}),
    ...(typeof message === 'string' && message !== '' ? { message } : {}),
    ...(typeof target === 'string' && target !== '' ? { target } : {}),
    ...(typeof inner === 'string' ? { inner } : {}),
    ...(Array.isArray(details) ? { details: details.map((detail) => asSaid(detail)) } : {}),
  };
}

function member(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  const key = Object.keys(value).find((candidate) => candidate.toLowerCase() === name);
  return key === undefined ? undefined : (value as Record<string, unknown>)[key];
}

function parsed(text: string | null | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}

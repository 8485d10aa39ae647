import type { HttpHandler, HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import type * as z from 'zod';
import { type Failure, failureOf, type Problem, refused, VpnRadiusError } from '../../shared/core/errors.ts';
import { wrongFields } from '../../shared/core/wrong-fields.ts';

/** A ticket is a few hundred bytes: a larger body is no ticket. */
const largestBody = 64 * 1024;

const statusOf: Readonly<Record<string, number>> = {
  InvalidRequest: 400,
  SecretReserved: 400,
  Unauthorized: 401,
  Forbidden: 403,
  NotFound: 404,
  DeploymentInProgress: 409,
  NotAwaitingApproval: 409,
  PlanChanged: 409,
  DeploymentEnded: 409,
  RotationsInProgress: 409,
  GatewayNotReady: 409,
  RequestTooLarge: 413,
  RowUnreadable: 500,
};

/** Runs a handler. What it throws becomes the error body that API.md promises, with a status that fits its code. */
export function answering(
  handler: (request: HttpRequest, context: InvocationContext) => Promise<HttpResponseInit>,
): HttpHandler {
  return async (request, context) => {
    try {
      return await handler(request, context);
    } catch (error) {
      const failure = failureOf(error);
      const status =
        statusOf[failure.code] ?? (failure.transient ? 503 : error instanceof VpnRadiusError ? 502 : 500);
      if (status >= 500)
        context.error(`${failure.code}: ${failure.message}`, error instanceof Error ? error.stack : '');
      return errorAnswer(status, failure);
    }
  };
}

function errorAnswer(status: number, failure: Failure): HttpResponseInit {
  const { code, message, target, details, retryAfterSeconds } = failure;
  return {
    status,
    jsonBody: {
      error: { code, message, ...(target !== undefined && { target }), ...(details && { details }) },
    },
    ...(retryAfterSeconds !== undefined && { headers: { 'Retry-After': String(retryAfterSeconds) } }),
  };
}

/** The body as JSON of that shape. Throws `InvalidRequest` with a problem for every wrong field. */
export async function bodyOf<T extends z.ZodType>(request: HttpRequest, schema: T): Promise<z.output<T>> {
  return parsedBy(jsonOf(await textOf(request)), schema);
}

/** The same, for a body that may be left out. */
export async function optionalBodyOf<T extends z.ZodType>(
  request: HttpRequest,
  schema: T,
): Promise<z.output<T>> {
  const text = await textOf(request);
  return parsedBy(text.trim() === '' ? {} : jsonOf(text), schema);
}

/**
 * The Functions host hands on a body that comes in chunks as an empty one (azure-functions-host#4926). That is not the
 * same as no body.
 */
export async function textOf(request: HttpRequest): Promise<string> {
  const text = await request.text();
  if (text === '' && request.headers.get('transfer-encoding') !== null) throw noBody();
  if (text.length > largestBody) {
    const limit = `The body has ${text.length} characters. At most ${largestBody} are allowed.`;
    throw refused('RequestTooLarge', limit, []);
  }
  return text;
}

/** `more` are problems that the schema does not know. All problems are told at once. */
export function parsedBy<T extends z.ZodType>(
  body: unknown,
  schema: T,
  more: readonly Problem[] = [],
): z.output<T> {
  const result = schema.safeParse(body);
  if (result.success && more.length === 0) return result.data;
  const problems = [...(result.error?.issues ?? []).flatMap(wrongFields), ...more];
  const sentences = problems
    .map(({ target, message }) => (target ? `${target}: ${message}` : message))
    .join('; ');
  throw refused('InvalidRequest', `The request is not valid: ${sentences}.`, problems);
}

function noBody() {
  return refused('InvalidRequest', 'No body arrived: send Content-Length, not Transfer-Encoding: chunked.', [
    { code: 'NoBody', message: 'no body arrived: send Content-Length' },
  ]);
}

export function jsonOf(text: string): unknown {
  if (text.trim() === '') throw noBody();
  try {
    return JSON.parse(text);
  } catch {
    throw refused('InvalidRequest', 'The body is not JSON.', [
      { code: 'NotJson', message: 'The body must be a JSON object, sent as application/json.' },
    ]);
  }
}

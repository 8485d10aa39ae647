/**
 * The webhook through which Event Grid invokes functions: `/runtime/webhooks/eventgrid?functionName=X`. It behaves as
 * `EventGridExtensionConfigProvider` and `HttpRequestProcessor` in azure-sdk-for-net
 * (sdk/eventgrid/Microsoft.Azure.WebJobs.Extensions.EventGrid). The CloudEvents webhook handshake is added.
 */
import type { AppFunction } from '../functions-core.ts';
import type { Invocation } from '../invocation.ts';

type Call = (fn: AppFunction, invocation: Omit<Invocation, 'invocationId'>) => Promise<unknown>;

/** Runs one event through one function; rejects with what the function threw. */
export async function deliverEvent(fn: AppFunction, event: unknown, call: Call): Promise<void> {
  const data = (event as { data?: unknown } | null)?.data;
  await call(fn, {
    inputData: [{ name: fn.triggerName, data: { json: JSON.stringify(event) } }],
    ...(data !== undefined && { triggerMetadata: { data: { json: JSON.stringify(data) } } }),
  });
}

/**
 * Every event of a request is one invocation, and all run at once. When a single one fails, the answer is 500, and
 * Event Grid then delivers the whole request again. A request must say in `aeg-event-type` what it is.
 */
export async function answerEventGrid(
  functions: Map<string, AppFunction>,
  request: Request,
  call: Call,
): Promise<Response> {
  const name = new URL(request.url).searchParams.get('functionName') ?? '';
  const fn = functions.get(name);
  if (fn?.trigger.type !== 'eventGridTrigger') {
    return new Response(`cannot find function: '${name}'`, { status: 404 });
  }
  if (request.method === 'OPTIONS') return allowOrigin(request);
  if (request.method !== 'POST') return new Response(null, { status: 404 });

  const kind = request.headers.get('aeg-event-type')?.toLowerCase();
  if (kind === 'unsubscribe') return new Response(null, { status: 202 });
  if (kind !== 'notification' && kind !== 'subscriptionvalidation') {
    return new Response(
      'The header aeg-event-type must be Notification, SubscriptionValidation or Unsubscribe.',
      {
        status: 400,
      },
    );
  }
  let body: unknown;
  try {
    body = await request.json();
  } catch {
    body = undefined;
  }
  if (typeof body !== 'object' || body === null) {
    return new Response('The request content should be parseable into a JSON object or array.', {
      status: 500,
    });
  }
  const events: unknown[] = Array.isArray(body) ? body : [body];
  if (kind === 'subscriptionvalidation')
    return Response.json({ validationResponse: validationCode(events[0]) });

  const results = await Promise.allSettled(events.map((event) => deliverEvent(fn, event, call)));
  if (results.some((result) => result.status === 'rejected')) {
    return new Response(`Exception while executing function: Functions.${name}`, { status: 500 });
  }
  return new Response(null, { status: 202 });
}

/** In a CloudEvent the validation data is JSON within a string. */
function validationCode(event: unknown): unknown {
  const data = (event as { data?: unknown } | undefined)?.data;
  const parsed = typeof data === 'string' ? JSON.parse(data) : data;
  return (parsed as { validationCode?: unknown } | undefined)?.validationCode;
}

/** HTTP 1.1 Web Hooks for Event Delivery (CloudEvents 1.0), section 4: the sender asks whether it may deliver here. */
function allowOrigin(request: Request): Response {
  const origin = request.headers.get('webhook-request-origin');
  if (!origin) return new Response('The header WebHook-Request-Origin is missing.', { status: 400 });
  return new Response(null, {
    status: 200,
    headers: {
      'WebHook-Allowed-Origin': origin,
      'WebHook-Allowed-Rate': request.headers.get('webhook-request-rate') ?? '*',
      Allow: 'POST',
    },
  });
}

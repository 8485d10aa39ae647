import type { PipelinePolicy } from '@azure/core-rest-pipeline';
import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { count } from '../../core/instruments.ts';

/**
 * Counts every request to Azure and adds it to the trace that it belongs to. Only the path of an address is
 * recorded, never the query, because the signatures of operation URLs and SAS URLs are there.
 */
export const requestTelemetry: PipelinePolicy = {
  name: 'requestTelemetryPolicy',
  async sendRequest(request, next) {
    const { hostname, pathname } = new URL(request.url);
    const { service, operation } = operationCalled(hostname, pathname);
    const span = trace.getTracer('vpn-radius').startSpan(`${request.method} ${operation}`, {
      kind: SpanKind.CLIENT,
      attributes: {
        'http.request.method': request.method,
        'server.address': hostname,
        'url.path': pathname,
      },
    });
    let status = 0;
    try {
      const response = await (span.isRecording()
        ? context.with(trace.setSpan(context.active(), span), () => next(request))
        : next(request));
      status = response.status;
      return response;
    } catch (error) {
      status = (error as { statusCode?: number }).statusCode ?? 0;
      throw error;
    } finally {
      if (status > 0) span.setAttribute('http.response.status_code', status);
      // The first answer of a vault is a challenge, and a read may find nothing: neither is a fault.
      if (status === 0 || status === 403 || status === 429 || status >= 500)
        span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
      measureRequest(service, operation, request.method, status);
    }
  },
};

/** The service and the kind of resource: few enough values to count by. */
export function operationCalled(hostname: string, path: string): { service: string; operation: string } {
  if (/^\/(?:deleted)?secrets(?:\/|$)/i.test(path)) return { service: 'KeyVault', operation: 'secrets' };
  if (/^\/api\/events$/i.test(path)) return { service: 'EventGrid', operation: 'events' };
  if (hostname.includes('.blob.')) return { service: 'Storage', operation: 'blobs' };
  const [, namespace, rest] = /\/providers\/([^/]+)\/([^?]+)$/i.exec(path) ?? [];
  if (!namespace || !rest) return { service: 'ResourceManager', operation: 'other' };
  const [type, , ...further] = rest.split('/');
  if (type?.toLowerCase() === 'locations')
    return { service: 'ResourceManager', operation: `${namespace}/locations/${further[0] ?? ''}` };
  const kinds = further.filter((_, index) => index % 2 === 0);
  return { service: 'ResourceManager', operation: [namespace, type, ...kinds].join('/') };
}

/** One request to Azure. `status` 0: no answer came. */
function measureRequest(service: string, operation: string, method: string, status: number): void {
  const attributes = { service, operation, method };
  count('vpn_radius.azure.requests', 'Requests to Azure.', { ...attributes, status });
  if (status === 429) count('vpn_radius.azure.throttles', 'Requests that Azure throttled.', attributes);
}

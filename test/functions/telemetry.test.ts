import { createHttpHeaders, type HttpClient } from '@azure/core-rest-pipeline';
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { inTraceOf, startTelemetry } from '../../functions/telemetry.ts';
import { connectAzure } from '../../shared/azure/wire/connection.ts';

const monitoring = vi.hoisted(() => ({ loaded: 0, begun: [] as unknown[] }));
vi.mock('../../shared/azure/azure-monitor.ts', () => {
  monitoring.loaded++;
  return { beginMonitoring: (...given: unknown[]) => void monitoring.begun.push(given) };
});

const spans = new InMemorySpanExporter();
const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] });
beforeAll(() => provider.register());
beforeEach(() => spans.reset());
afterAll(() => provider.shutdown());

const gateway =
  '/subscriptions/1/resourceGroups/rg/providers/Microsoft.Network/virtualNetworkGateways/vpngw-hub';

const answering =
  (status: number): HttpClient['sendRequest'] =>
  async (request) => ({
    request,
    status,
    headers: createHttpHeaders(),
    bodyAsText: JSON.stringify({
      id: gateway,
      name: 'vpngw-hub',
      type: 'Microsoft.Network/virtualNetworkGateways',
    }),
  });

const azure = (sendRequest: HttpClient['sendRequest']) =>
  connectAzure({
    resourceManagerEndpoint: 'https://management.azure.com',
    authorityHost: 'https://login.microsoftonline.com',
    keyVaultUrl: 'https://kv-hub.vault.azure.net',
    version: '1.0.0',
    credential: { getToken: async () => ({ token: 'a-token', expiresOnTimestamp: Date.now() + 3_600_000 }) },
    httpClient: { sendRequest },
  });

describe('a request to Azure', () => {
  it('stands in the trace that the host calls the function in', async () => {
    const traceId = '0af7651916cd43dd8448eb211c80319c';
    const traceParent = `00-${traceId}-b7ad6b7169203331-01`;
    const { arm } = azure(answering(200));
    await inTraceOf({ traceParent }, async () => {
      await arm({ method: 'GET', url: `${gateway}?api-version=2025-01-01&sig=signature` });
    })();
    const [span, ...more] = spans.getFinishedSpans();
    expect(more).toEqual([]);
    expect(span).toMatchObject({
      name: 'GET Microsoft.Network/virtualNetworkGateways',
      parentSpanContext: { spanId: 'b7ad6b7169203331' },
      attributes: {
        'http.request.method': 'GET',
        'server.address': 'management.azure.com',
        'url.path': gateway,
        'http.response.status_code': 200,
      },
    });
    expect(span!.spanContext().traceId).toBe(traceId);
    expect(JSON.stringify(span!.attributes)).not.toContain('signature');
  });
});

it('a function that is called in no trace runs as it is', () => {
  const handler = () => 1;
  expect(inTraceOf({}, handler)).toBe(handler);
});

it('what sends telemetry is loaded only where there is somewhere to send it', async () => {
  const settings = (more: object) => more as Parameters<typeof startTelemetry>[0];
  startTelemetry(settings({}));
  await new Promise(setImmediate);
  expect(monitoring.loaded).toBe(0);
  startTelemetry(settings({ APPLICATIONINSIGHTS_CONNECTION_STRING: 'InstrumentationKey=1' }));
  await vi.waitFor(() => expect(monitoring.begun).toEqual([['InstrumentationKey=1', undefined]]));
  expect(monitoring.loaded).toBe(1);
});

import { createHttpHeaders, type HttpClient } from '@azure/core-rest-pipeline';
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { inTraceOf, startTelemetry } from '../../functions/telemetry.ts';
import { connectAzure } from '../../shared/azure/wire/connection.ts';
import { operationCalled } from '../../shared/azure/wire/request-telemetry.ts';

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

  it.each([
    [200, 0],
    [404, 0],
    [403, 2],
    [429, 2],
    [503, 2],
  ])('that is answered with %i has the span status %i', async (status, code) => {
    await azure(answering(status))
      .arm({ method: 'GET', url: `${gateway}?api-version=2025-01-01` })
      .catch(() => {});
    expect(spans.getFinishedSpans().map((span) => span.status.code)).toEqual([code]);
  });

  it('that is not answered is a failed one', async () => {
    const { arm } = azure(async () => {
      throw new Error('the connection was dropped');
    });
    await expect(
      arm({ method: 'PUT', url: `${gateway}?api-version=2025-01-01`, body: {} }),
    ).rejects.toThrow();
    const [span] = spans.getFinishedSpans();
    expect(span!.status.code).toBe(2);
    expect(span!.attributes).not.toHaveProperty('http.response.status_code');
  });
});

it('a function that is called in no trace runs as it is', () => {
  const handler = () => 1;
  expect(inTraceOf({}, handler)).toBe(handler);
});

it.each([
  [gateway, 'ResourceManager', 'Microsoft.Network/virtualNetworkGateways'],
  [
    `${gateway}/generatevpnprofile`,
    'ResourceManager',
    'Microsoft.Network/virtualNetworkGateways/generatevpnprofile',
  ],
  [
    '/subscriptions/1/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/nps/runCommands/vpn-radius',
    'ResourceManager',
    'Microsoft.Compute/virtualMachines/runCommands',
  ],
  [
    '/subscriptions/1/providers/Microsoft.Network/locations/westeurope/operations/0-1',
    'ResourceManager',
    'Microsoft.Network/locations/operations',
  ],
  ['/providers/Microsoft.ResourceGraph/resources', 'ResourceManager', 'Microsoft.ResourceGraph/resources'],
  ['/subscriptions/1', 'ResourceManager', 'other'],
  ['/secrets/radius-hub/0001', 'KeyVault', 'secrets'],
  ['/api/events', 'EventGrid', 'events'],
])('%s is counted as %s %s', (path, service, operation) => {
  expect(operationCalled('management.azure.com', path)).toEqual({ service, operation });
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

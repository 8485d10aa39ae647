import { context, trace } from '@opentelemetry/api';
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { operationCalled } from '../../../../shared/azure/wire/request-telemetry.ts';
import { dashboard } from '../../metrics.ts';
import { type Answer, group, recordedAzure } from '../recorded-azure.ts';

const gateway = `${group}/Microsoft.Network/virtualNetworkGateways/vpngw-hub`;
const url = `${gateway}?api-version=2025-01-01&sig=signature`;
const spans = new InMemorySpanExporter();
const seen = dashboard();

beforeEach(() => new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] }).register());
afterEach(() => {
  spans.reset();
  trace.disable();
  context.disable();
});

const asked = async (answer: Answer | string, method: 'GET' | 'PUT' = 'GET') => {
  const { azure } = recordedAzure(() => answer);
  await azure.arm({ method, url }).catch(() => undefined);
  return spans.getFinishedSpans();
};

describe('a request to Azure', () => {
  it.each([
    [200, 0],
    [404, 0],
    [401, 0],
    [403, 2],
    [429, 2],
    [499, 0],
    [500, 2],
    [503, 2],
  ])('that is answered with %i has the span status %i', async (status, code) => {
    const [span, ...more] = await asked({ status, body: { id: gateway } });
    expect(more).toEqual([]);
    expect(span).toMatchObject({
      name: 'GET Microsoft.Network/virtualNetworkGateways',
      // A client: what is asked is at the other end.
      kind: 2,
      instrumentationScope: { name: 'vpn-radius' },
      status: { code },
      attributes: { 'http.response.status_code': status, 'url.path': gateway },
    });
    expect(JSON.stringify(span?.attributes)).not.toContain('signature');
  });

  it('that is not answered is a failed one, without a status', async () => {
    const [span] = await asked('ECONNRESET', 'PUT');
    expect(span?.status.code).toBe(2);
    expect(span?.attributes).not.toHaveProperty('http.response.status_code');
  });

  it('has in its span what is done for it', async () => {
    let within: string | undefined;
    const { azure } = recordedAzure(() => {
      within = trace.getActiveSpan()?.spanContext().spanId;
      return { status: 200, body: { id: gateway } };
    });
    await azure.arm({ method: 'GET', url });
    expect(within).toBe(spans.getFinishedSpans()[0]?.spanContext().spanId);
  });

  it('is counted, and once more when Azure throttled it', async () => {
    const of = { service: 'ResourceManager', operation: 'Microsoft.Network/virtualNetworkGateways' };
    await asked({ status: 200, body: { id: gateway } }, 'PUT');
    await asked({ status: 429 });
    await asked('ECONNREFUSED', 'PUT');
    expect(await seen()).toEqual([
      ['vpn_radius.azure.requests', { ...of, method: 'PUT', status: 200 }, 1],
      ['vpn_radius.azure.requests', { ...of, method: 'GET', status: 429 }, 1],
      ['vpn_radius.azure.requests', { ...of, method: 'PUT', status: 0 }, 1],
      ['vpn_radius.azure.throttles', { ...of, method: 'GET' }, 1],
    ]);
  });
});

it.each([
  [gateway, 'ResourceManager', 'Microsoft.Network/virtualNetworkGateways'],
  [
    `${gateway}/generatevpnprofile`,
    'ResourceManager',
    'Microsoft.Network/virtualNetworkGateways/generatevpnprofile',
  ],
  [
    `${group}/Microsoft.Compute/virtualMachines/nps/runCommands/vpn-radius`,
    'ResourceManager',
    'Microsoft.Compute/virtualMachines/runCommands',
  ],
  [
    `${group}/Microsoft.Network/virtualNetworks/hub/subnets/servers/ipConfigurations/1`,
    'ResourceManager',
    'Microsoft.Network/virtualNetworks/subnets/ipConfigurations',
  ],
  [
    '/subscriptions/1/providers/Microsoft.Network/locations/westeurope/operations/0-1',
    'ResourceManager',
    'Microsoft.Network/locations/operations',
  ],
  [
    '/subscriptions/1/providers/Microsoft.Network/Locations/westeurope',
    'ResourceManager',
    'Microsoft.Network/locations/',
  ],
  ['/providers/Microsoft.ResourceGraph/resources', 'ResourceManager', 'Microsoft.ResourceGraph/resources'],
  ['/subscriptions/1', 'ResourceManager', 'other'],
  ['/subscriptions/1/providers/Microsoft.Network', 'ResourceManager', 'other'],
  ['/secrets/radius-hub/0001', 'KeyVault', 'secrets'],
  ['/Secrets', 'KeyVault', 'secrets'],
  ['/deletedsecrets/radius-hub/recover', 'KeyVault', 'secrets'],
  ['/vpn/secrets/radius-hub', 'ResourceManager', 'other'],
  ['/secretsanctions', 'ResourceManager', 'other'],
  ['/api/events', 'EventGrid', 'events'],
  ['/api/events/more', 'ResourceManager', 'other'],
  ['/v1/api/events', 'ResourceManager', 'other'],
])('%s is counted as %s %s', (path, service, operation) => {
  expect(operationCalled('management.azure.com', path)).toEqual({ service, operation });
});

it('what is asked of a blob service is counted as one, whatever the name of the blob', () => {
  const called = operationCalled('storage.blob.core.windows.net', `/reports${gateway}`);
  expect(called).toEqual({ service: 'Storage', operation: 'blobs' });
});

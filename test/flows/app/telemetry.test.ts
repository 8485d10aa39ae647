import { readFileSync } from 'node:fs';
import { metrics, trace } from '@opentelemetry/api';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type HttpsServer, serveHttps } from '../../../simulator/azure/wire/https-server.ts';
import { json } from '../../../simulator/azure/wire/messages.ts';
import { trustAuthority } from '../../../simulator/local/trust.ts';
import { actions, gatewayId, hub, type Stage, stage } from '../stage/stage.ts';

/** One item as Application Insights accepts it. */
interface Envelope {
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly data: {
    readonly baseData: {
      readonly name?: string;
      readonly target?: string;
      readonly properties?: Readonly<Record<string, string>>;
      readonly metrics?: readonly {
        readonly name: string;
        readonly value: number;
        readonly count?: number;
      }[];
    };
  };
}

const received: Envelope[] = [];
let ingestion: HttpsServer;
beforeAll(async () => {
  // The library's telemetry about itself, which it would send to its makers.
  vi.stubEnv('APPLICATION_INSIGHTS_NO_STATSBEAT', 'true');
  ingestion = await serveHttps({ handle: async ({ body = '[]' }) => taken(body) });
  trustAuthority(readFileSync(ingestion.caFile, 'utf8'));
});
afterAll(async () => {
  await ingestion.close();
  vi.unstubAllEnvs();
});

/** Answers as Application Insights does. */
function taken(body: string) {
  const items = JSON.parse(body) as Envelope[];
  received.push(...items);
  return json(200, { itemsReceived: items.length, itemsAccepted: items.length, errors: [] });
}

interface Flushing {
  forceFlush?(): Promise<void>;
  getDelegate?(): Flushing;
}

/** What the app has measured so far, as it arrives at Application Insights. */
async function sent() {
  const tracing = trace.getTracerProvider() as Flushing;
  await (tracing.getDelegate?.() ?? tracing).forceFlush?.();
  await (metrics.getMeterProvider() as Flushing).forceFlush?.();
  const ofMetric = (name: string) =>
    received.flatMap(({ data: { baseData } }) =>
      (baseData.metrics ?? [])
        .filter((metric) => metric.name === name)
        .map(({ value, count }) => ({ ...baseData.properties, value, count })),
    );
  return { ofMetric, requests: received.filter(({ name }) => name.endsWith('RemoteDependency')) };
}

async function observed(): Promise<Stage> {
  const story = await stage({
    settings: {
      APPLICATIONINSIGHTS_CONNECTION_STRING: `InstrumentationKey=00000000-0000-0000-0000-000000000001;IngestionEndpoint=${ingestion.origin}/`,
    },
  });
  await vi.waitFor(() => expect(metrics.getMeterProvider()).toHaveProperty('forceFlush'), 300_000);
  return story;
}

it('a deployment is measured: outcome, stages, provisioning, requests, throttles, findings; and none of it holds a secret', async () => {
  const story = await observed();
  story.world.azure.faults.add({
    match: { method: 'PUT', action: actions.gateway },
    effect: { kind: 'respond', status: 429, retryAfterSeconds: 7 },
  });
  const deployment = await story.ended(await story.send(story.ticket()));
  expect(deployment.status).toBe('Succeeded');
  await story.call('POST', 'compliance/runs', {});
  await story.host.runFor(60);
  const refused = await story.ended(
    await story.send(story.ticket({ gateway: { sku: 'VpnGw5AZ', name: 'another' } })),
  );
  expect(refused.status).toBe('Failed');

  const { ofMetric, requests } = await sent();
  expect(ofMetric('vpn_radius.deployments')).toEqual([
    expect.objectContaining({ outcome: 'Succeeded', value: 1 }),
    expect.objectContaining({ outcome: 'Failed', stage: 'plan', code: 'RequestRefused', value: 1 }),
  ]);
  const stages = ofMetric('vpn_radius.stage.duration').map((one) => (one as Record<string, unknown>).stage);
  expect(stages).toEqual(
    expect.arrayContaining(['plan', 'gatewaySubnet', 'publicIp', 'radiusSecret', 'gateway', 'nps', 'verify']),
  );
  const [provisioning] = ofMetric('vpn_radius.gateway.provisioning');
  expect(provisioning).toMatchObject({ count: 1 });
  expect(provisioning!.value).toBeGreaterThanOrEqual(40 * 60);
  expect(ofMetric('vpn_radius.azure.throttles')).toMatchObject([
    {
      service: 'ResourceManager',
      operation: 'Microsoft.Network/virtualNetworkGateways',
      method: 'PUT',
      value: 1,
    },
  ]);
  expect(ofMetric('vpn_radius.azure.requests')).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ service: 'KeyVault', operation: 'secrets', method: 'PUT', status: '200' }),
      expect.objectContaining({ service: 'EventGrid', operation: 'events', method: 'POST' }),
      expect.objectContaining({
        operation: 'Microsoft.Compute/virtualMachines/runCommands',
        method: 'DELETE',
      }),
    ]),
  );
  const severities = ofMetric('vpn_radius.findings').map((one) => (one as Record<string, unknown>).severity);
  expect(new Set(severities)).toEqual(new Set(['high', 'medium', 'low', 'info']));
  expect(requests.map(({ data }) => data.baseData.name)).toContain(
    'PUT Microsoft.Network/virtualNetworkGateways',
  );

  const everything = JSON.stringify(received);
  const { vault, application } = story.world.azure.world;
  const secrets = [...vault.secrets.values()].flat().map(({ value }) => value);
  expect(secrets.length).toBeGreaterThan(3);
  for (const secret of [...secrets, application.clientSecret]) expect(everything).not.toContain(secret);
  // Signatures are in the query of an address.
  expect(everything).not.toMatch(/[?&](?:sig|t|c|s|h)=/);
  expect(everything).not.toContain('api-version');
});

it('the log has lines that name the deployment and its ticket', async () => {
  const story = await stage();
  const { id } = await story.ended(await story.send(story.ticket()));
  const lines = story.logs
    .map(({ message }) => /^(VpnRadius\.\S+) (\S+) (\{.*\})$/.exec(message))
    .filter((found) => found !== null)
    .map(([, what, subject, details]) => ({ what, subject, ...JSON.parse(details!) }));
  expect(lines).toEqual(
    expect.arrayContaining([
      expect.objectContaining({
        what: 'VpnRadius.Deployment.Planned',
        subject: hub,
        instance: id,
        ticket: 'webhook/REQ0012345',
        steps: expect.arrayContaining(['create gateway']),
      }),
      expect.objectContaining({
        what: 'VpnRadius.Deployment.Succeeded',
        subject: hub,
        instance: id,
        ticket: 'webhook/REQ0012345',
        status: 'Succeeded',
      }),
    ]),
  );
  expect(story.properties(gatewayId)!.provisioningState).toBe('Succeeded');
});

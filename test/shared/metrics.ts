import { metrics } from '@opentelemetry/api';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { afterEach, beforeEach, expect } from 'vitest';

type Seen = readonly [name: string, attributes: object, value: number | undefined];

/** What was recorded in each test, as it is exported: a scope of metrics after the other. */
export function exportedScopes() {
  let exporter: InMemoryMetricExporter;
  let provider: MeterProvider;
  beforeEach(() => {
    exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
    provider = new MeterProvider({ readers: [new PeriodicExportingMetricReader({ exporter })] });
    metrics.setGlobalMeterProvider(provider);
  });
  afterEach(async () => {
    metrics.disable();
    await provider.shutdown();
  });
  return async () => {
    await provider.forceFlush();
    return exporter.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics);
  };
}

/** What a dashboard sees in each test: the name, what it is about, and the number or the seconds. */
export function dashboard(): () => Promise<readonly Seen[]> {
  const scopes = exportedScopes();
  return async () =>
    (await scopes())
      .flatMap((scope) => scope.metrics)
      .flatMap(({ descriptor: { name, description }, dataPoints }) => {
        expect(description).toMatch(/ .*\.$/);
        return dataPoints.map(
          ({ attributes, value }): Seen => [name, attributes, typeof value === 'number' ? value : value.sum],
        );
      });
}

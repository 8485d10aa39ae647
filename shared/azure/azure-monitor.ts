import { DefaultAzureCredential } from '@azure/identity';
import { AzureMonitorMetricExporter, AzureMonitorTraceExporter } from '@azure/monitor-opentelemetry-exporter';
import { metrics } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';

/**
 * Sends metrics and traces to Application Insights. `authentication` is the setting of the Functions host,
 * `Authorization=AAD;ClientId=…`. With it, they are sent with the app's identity; without it, the connection
 * string alone is used. The two exporters are used directly. The package that usually brings them also
 * instruments every library, and those instrumentations record whole addresses, some of which hold a
 * signature. Every trace is kept: there are few, and the one that somebody looks for must be among them.
 */
export function beginMonitoring(connectionString: string, authentication = ''): void {
  const managedIdentityClientId = /ClientId=([0-9a-f-]+)/i.exec(authentication)?.[1];
  const options = {
    connectionString,
    ...(/Authorization=AAD/i.test(authentication) && {
      credential: new DefaultAzureCredential(managedIdentityClientId ? { managedIdentityClientId } : {}),
    }),
  };
  const { WEBSITE_SITE_NAME: app, WEBSITE_INSTANCE_ID: instance } = process.env;
  // What Application Insights shows as role and instance. The platform sets both.
  const resource = resourceFromAttributes({
    'service.name': app ?? 'vpn-radius',
    ...(instance && { 'service.instance.id': instance }),
  });
  const spanProcessors = [new BatchSpanProcessor(new AzureMonitorTraceExporter(options))];
  new NodeTracerProvider({ resource, spanProcessors }).register();
  const exporter = new AzureMonitorMetricExporter(options);
  const readers = [new PeriodicExportingMetricReader({ exporter })];
  metrics.setGlobalMeterProvider(new MeterProvider({ resource, readers }));
}

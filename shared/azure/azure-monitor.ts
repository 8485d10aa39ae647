import { DefaultAzureCredential } from '@azure/identity';
import { useAzureMonitor } from '@azure/monitor-opentelemetry';

/**
 * Sends metrics and traces to Application Insights. `authentication` is the setting of the Functions host,
 * `Authorization=AAD;ClientId=…`: with it they are sent with the app's identity, else by the connection string alone.
 * Nothing is instrumented by itself: the libraries record whole addresses, and a signature stands in some of them.
 */
export function beginMonitoring(connectionString: string, authentication = ''): void {
  const off = { enabled: false };
  const managedIdentityClientId = /ClientId=([0-9a-f-]+)/i.exec(authentication)?.[1];
  useAzureMonitor({
    azureMonitorExporterOptions: {
      connectionString,
      ...(/Authorization=AAD/i.test(authentication) && {
        credential: new DefaultAzureCredential(managedIdentityClientId ? { managedIdentityClientId } : {}),
      }),
    },
    // Whole traces: there are few, and the one that is looked for must be among them.
    samplingRatio: 1,
    tracesPerSecond: 0,
    enableLiveMetrics: false,
    enableStandardMetrics: false,
    enablePerformanceCounters: false,
    instrumentationOptions: {
      http: off,
      azureSdk: off,
      mongoDb: off,
      mySql: off,
      postgreSql: off,
      redis: off,
      redis4: off,
      bunyan: off,
      winston: off,
    },
  });
}

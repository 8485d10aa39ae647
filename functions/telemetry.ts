import { app } from '@azure/functions';
import { context, propagation } from '@opentelemetry/api';
import type { Settings } from '../shared/config.ts';
import { failureOf } from '../shared/core/errors.ts';
import { logLine } from '../shared/core/log-line.ts';

/**
 * Metrics and traces, when there is somewhere to send them. It is loaded after the functions are registered, and no
 * start waits for it. What it cannot do is logged and stops nothing. Logs go through the Functions host.
 */
export function startTelemetry({
  APPLICATIONINSIGHTS_CONNECTION_STRING: connectionString,
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: authentication,
}: Settings): void {
  if (!connectionString) return;
  app.hook.preInvocation((invocation) => {
    const { traceContext } = invocation.invocationContext;
    invocation.functionHandler = inTraceOf(traceContext, invocation.functionHandler);
  });
  import('../shared/azure/azure-monitor.ts')
    .then(({ beginMonitoring }) => beginMonitoring(connectionString, authentication))
    .catch((error: unknown) => {
      console.error(logLine('VpnRadius.Telemetry.Failed', 'azure-monitor', { ...failureOf(error) }));
    });
}

interface TraceContext {
  readonly traceParent?: string | undefined;
  readonly traceState?: string | undefined;
}

/**
 * The handler as a part of the trace in which the host calls it. Durable Functions (`durableTask.tracing` in host.json)
 * hands one trace from the ticket's request through the orchestrations to their activities. So the requests to Azure
 * are in that trace.
 */
export function inTraceOf<A extends unknown[], R>(
  { traceParent, traceState }: TraceContext = {},
  handler: (...args: A) => R,
): (...args: A) => R {
  if (!traceParent) return handler;
  return (...args) => {
    const caller = propagation.extract(context.active(), {
      traceparent: traceParent,
      ...(traceState && { tracestate: traceState }),
    });
    return context.with(caller, () => handler(...args));
  };
}

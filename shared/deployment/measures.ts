import {
  type Attributes,
  type Counter,
  type Gauge,
  type Histogram,
  type Meter,
  metrics,
} from '@opentelemetry/api';
import type { Severity } from '../core/rule.ts';
import type { Stage } from './contract.ts';

/** Created on first use, and again when telemetry has begun: what a meter counts that was got before is lost. */
const instruments = new WeakMap<Meter, Map<string, Counter | Histogram | Gauge>>();

function instrument<T extends Counter | Histogram | Gauge>(name: string, create: (meter: Meter) => T): T {
  const meter = metrics.getMeter('vpn-radius');
  const made = instruments.get(meter) ?? new Map<string, Counter | Histogram | Gauge>();
  instruments.set(meter, made);
  const found = made.get(name) ?? create(meter);
  made.set(name, found);
  return found as T;
}

function count(name: string, description: string, attributes: Attributes): void {
  instrument(name, (meter) => meter.createCounter(name, { description })).add(1, attributes);
}

/** Long enough for a gateway: the usual boundaries end at ten seconds. */
const explicitBucketBoundaries = [1, 5, 15, 30, 60, 120, 300, 600, 1200, 1800, 2400, 3000, 3600, 5400, 7200];

function time(name: string, description: string, seconds: number, attributes: Attributes): void {
  instrument(name, (meter) =>
    meter.createHistogram(name, { description, unit: 's', advice: { explicitBucketBoundaries } }),
  ).record(seconds, attributes);
}

/** One deployment that has ended. `status` is Succeeded, Failed, Canceled or Rejected. */
export function measureDeployment(
  status: string,
  stages: readonly Stage[],
  failure: { readonly code: string } | undefined,
): void {
  const stage = stages.find((one) => one.status === 'Failed')?.name;
  count('vpn_radius.deployments', 'Deployments that have ended.', {
    outcome: status,
    ...(stage && { stage }),
    ...(failure && { code: failure.code }),
  });
  for (const one of stages) {
    const seconds = durationOf(one);
    if (seconds === undefined) continue;
    time('vpn_radius.stage.duration', 'How long the stages of deployments took.', seconds, {
      stage: one.name,
      outcome: one.status,
    });
    // The stage of a gateway that was there already takes as long as a look at it.
    if (one.name === 'gateway' && one.status === 'Succeeded' && one.detail?.endsWith(' created'))
      time('vpn_radius.gateway.provisioning', 'How long Azure took to create gateways.', seconds, {});
  }
}

function durationOf({ status, startedAt, endedAt }: Stage): number | undefined {
  if ((status !== 'Succeeded' && status !== 'Failed') || !startedAt || !endedAt) return undefined;
  return (Date.parse(endedAt) - Date.parse(startedAt)) / 1000;
}

/** One request to Azure. `status` 0: no answer came. */
export function measureRequest(service: string, operation: string, method: string, status: number): void {
  const attributes = { service, operation, method };
  count('vpn_radius.azure.requests', 'Requests to Azure.', { ...attributes, status });
  if (status === 429) count('vpn_radius.azure.throttles', 'Requests that Azure throttled.', attributes);
}

/** The open findings of the newest report. */
export function measureFindings(open: Readonly<Record<Severity, number>>): void {
  const name = 'vpn_radius.findings';
  const gauge = instrument(name, (meter) =>
    meter.createGauge(name, { description: 'Open findings of the newest compliance report.' }),
  );
  for (const [severity, number] of Object.entries(open)) gauge.record(number, { severity });
}

export function measureUndelivered(type: string, code: string): void {
  count('vpn_radius.events.undelivered', 'Events that the topic did not take.', { type, code });
}

import {
  type Attributes,
  type Counter,
  type Gauge,
  type Histogram,
  type Meter,
  metrics,
} from '@opentelemetry/api';

/**
 * Created at first use, and again after telemetry has started: what a meter counts is lost when the meter was made before
 * that.
 */
const instruments = new WeakMap<Meter, Map<string, Counter | Histogram | Gauge>>();

function instrument<T extends Counter | Histogram | Gauge>(name: string, create: (meter: Meter) => T): T {
  const meter = metrics.getMeter('vpn-radius');
  const made = instruments.get(meter) ?? new Map<string, Counter | Histogram | Gauge>();
  instruments.set(meter, made);
  const found = made.get(name) ?? create(meter);
  made.set(name, found);
  return found as T;
}

export function count(name: string, description: string, attributes: Attributes): void {
  instrument(name, (meter) => meter.createCounter(name, { description })).add(1, attributes);
}

/** Long enough for a gateway: the usual boundaries end at ten seconds. */
const explicitBucketBoundaries = [1, 5, 15, 30, 60, 120, 300, 600, 1200, 1800, 2400, 3000, 3600, 5400, 7200];

export function recordTime(name: string, description: string, seconds: number, attributes: Attributes): void {
  instrument(name, (meter) =>
    meter.createHistogram(name, { description, unit: 's', advice: { explicitBucketBoundaries } }),
  ).record(seconds, attributes);
}

export function level(name: string, description: string, value: number, attributes: Attributes): void {
  instrument(name, (meter) => meter.createGauge(name, { description })).record(value, attributes);
}

import type { HttpHeaders } from '@azure/core-rest-pipeline';
import { secondsUntilRetry } from '../../core/errors.ts';

/**
 * The seconds that an answer asks to wait: `Retry-After` (seconds or a date), its forms in milliseconds, or
 * Resource Graph's quota.
 */
export function retryAfterSeconds(headers: Pick<HttpHeaders, 'get'>): number | undefined {
  for (const name of ['retry-after-ms', 'x-ms-retry-after-ms']) {
    const milliseconds = Number(headers.get(name) ?? Number.NaN);
    if (milliseconds >= 0) return Math.ceil(milliseconds / 1000);
  }
  const after = headers.get('retry-after');
  if (after) {
    const wait = secondsUntilRetry(after, serverTime(headers));
    if (wait !== undefined) return wait;
  }
  // https://learn.microsoft.com/azure/governance/resource-graph/concepts/guidance-for-throttled-requests
  const reset = /^(\d+):(\d\d):(\d\d)/.exec(headers.get('x-ms-user-quota-resets-after') ?? '');
  if (reset && Number(headers.get('x-ms-user-quota-remaining') ?? 0) === 0)
    return Number(reset[1]) * 3600 + Number(reset[2]) * 60 + Number(reset[3]);
  return undefined;
}

/**
 * The time of the service, in milliseconds since 1970. The clock of the service decides when something there
 * ends, not our clock.
 */
export function serverTime(headers: Pick<HttpHeaders, 'get'> | undefined): number {
  const date = Date.parse(headers?.get('date') ?? '');
  return Number.isNaN(date) ? Date.now() : date;
}

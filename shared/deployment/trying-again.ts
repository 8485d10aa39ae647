import type { Failure } from '../core/errors.ts';
import type { Ending, Order } from './contract.ts';

/** What passes without anybody mending the request; other codes pass where Azure says so (`transient`). */
const passing: ReadonlySet<string> = new Set([
  'GatewayNotProvisionedInTime',
  'InternalServerError',
  'Interrupted',
  'NotProvisionedInTime',
  'NpsHostAgentNotReady',
  'NpsHostStopped',
  'NpsRunTimedOut',
  'NpsServerBusy',
  'OperationPreempted',
  'RunCommandMissing',
  'StepInterrupted',
  'VMAgentStatusCommunicationError',
]);

/** Whether the same may succeed later. Of several problems each has to pass. */
export function mayPass({ status, failure }: Ending): boolean {
  if (status !== 'Failed' || !failure) return false;
  if (failure.transient || passing.has(failure.code)) return true;
  const { details = [] } = failure;
  return details.length > 0 && details.every(({ code }) => passing.has(code));
}

const hour = 60 * 60_000;
/** After each try; then a person has to look at it, or write the VNet again. */
const waits = [hour / 2, 2 * hour, 8 * hour];

/**
 * How many milliseconds after its end a deployment that an event began is tried again by itself: nobody waits for it who
 * would send it again. Undefined when it is not.
 */
export function tryAgainAfter({ tries }: Order, ending: Ending): number | undefined {
  if (tries === undefined || !mayPass(ending)) return undefined;
  const wait = waits[tries - 1];
  return wait && Math.max(wait, (ending.failure?.retryAfterSeconds ?? 0) * 1000);
}

/** The failure, and when the same is tried again. */
export const withNextTry = (failure: Failure, at: Date): Failure => ({
  ...failure,
  message: `${failure.message} It is tried again by itself at ${at.toISOString().slice(0, 16).replace('T', ' ')} UTC.`,
});

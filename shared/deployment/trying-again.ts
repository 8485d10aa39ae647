import type { Failure } from '../core/errors.ts';
import type { Ending, Order } from './contract.ts';

/** Failures that pass without a change of the request. Other codes pass when Azure says so (`transient`). */
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

/** Whether the same request may succeed later. When there are several problems, each of them has to pass. */
export function mayPass({ status, failure }: Ending): boolean {
  if (status !== 'Failed' || !failure) return false;
  if (failure.transient || passing.has(failure.code)) return true;
  const { details = [] } = failure;
  return details.length > 0 && details.every(({ code }) => passing.has(code));
}

/**
 * Whether the tags of a VNet start the same wish once more: when it failed for a passing reason and the VNet was
 * written since. The deployment's own writes came before its end.
 */
export function isTriedAgain(
  { order: before, ended }: { readonly order: Order; readonly ended?: Ended | undefined },
  order: Order,
  writtenAt: string | undefined,
): boolean {
  if (!ended || before.fingerprint !== order.fingerprint || writtenAt === undefined) return false;
  return mayPass(ended.ending) && Date.parse(writtenAt) > Date.parse(ended.at);
}

interface Ended {
  readonly ending: Ending;
  /** ISO 8601 */
  readonly at: string;
}

const hour = 60 * 60_000;
/** The wait after each try. After the last one a person has to look at it, or write the VNet again. */
const waits = [hour / 2, 2 * hour, 8 * hour];

/**
 * How many milliseconds after its end a deployment that an event started is tried again by itself, because there is no
 * person who would send it again. Undefined when it is not tried again.
 */
export function tryAgainAfter({ tries }: Order, ending: Ending): number | undefined {
  if (tries === undefined || !mayPass(ending)) return undefined;
  const wait = waits[tries - 1];
  return wait && Math.max(wait, (ending.failure?.retryAfterSeconds ?? 0) * 1000);
}

/** The failure, and when the same order is tried again. */
export const withNextTry = (failure: Failure, at: Date): Failure => ({
  ...failure,
  message: `${failure.message} The app tries again automatically at ${at.toISOString().slice(0, 16).replace('T', ' ')} UTC.`,
});

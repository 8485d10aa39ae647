import type { InvocationContext } from '@azure/functions';
import { type Failure, failureOf } from '../../../shared/core/errors.ts';
import { logLine, ticketName } from '../../../shared/core/log-line.ts';
import type { OutgoingEvent, Stage } from '../../../shared/deployment/contract.ts';
import { measureDeployment, measureUndelivered } from '../../../shared/deployment/measures.ts';
import type { EventTopic } from '../../../shared/ports.ts';

/** `stages` are those of a deployment that has ended. They are measured, and are no part of the event. */
export type Announcement = OutgoingEvent & { readonly stages?: readonly Stage[] };

interface Told {
  readonly deploymentId?: string;
  readonly ticket?: { readonly system: string; readonly id: string };
  readonly status?: string;
  readonly error?: { readonly code: string; readonly message: string };
}

/**
 * Tells the log, the metrics, and the topic when one is set. A deployment never fails because of the topic: what went
 * wrong is logged, counted and shown by `GET /health`.
 */
export const publishEvent =
  (topic: EventTopic | undefined) =>
  async ({ stages, ...event }: Announcement, context: InvocationContext): Promise<Failure | undefined> => {
    const { deploymentId, ticket, status, error } = event.data as Told;
    const about = {
      instance: deploymentId,
      ...(ticket && { ticket: ticketName(ticket) }),
      ...(status && { status }),
    };
    context.log(logLine(event.type, event.subject, { ...about, ...(error && { error }) }));
    if (stages && status) measureDeployment(status, stages, error);
    try {
      await topic?.publish(event);
      return undefined;
    } catch (cause) {
      const failure = failureOf(cause);
      const { code, message } = failure;
      context.error(
        logLine('VpnRadius.Event.NotPublished', event.subject, { type: event.type, ...about, code, message }),
      );
      measureUndelivered(event.type, code);
      return failure;
    }
  };

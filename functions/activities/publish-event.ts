import { type Failure, failureOf } from '../../shared/errors.ts';
import type { EventTopic, OutgoingEvent } from '../../shared/ports.ts';

/** Tells the topic, when one is set. A topic that fails never fails a deployment: what went wrong is returned for the log. */
export const publishEvent =
  (topic: EventTopic | undefined) =>
  async (event: OutgoingEvent): Promise<Failure | undefined> => {
    try {
      await topic?.publish(event);
      return undefined;
    } catch (error) {
      return failureOf(error);
    }
  };

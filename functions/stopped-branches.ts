import type { PreInvocationHandler } from '@azure/functions';

/** `EventType` of the history. */
const subOrchestrationFailed = 9;

/**
 * Lets an orchestration read that one of its branches was terminated by the durable API. The extension then gives a
 * reason, or none, and no details (`HandleExecutionTerminatedEvent` of DurableTask.Core). durable-functions 3.5 accepts
 * only texts for both. Otherwise it throws where no orchestrator can catch it: the deployment would end with
 * "Non-Deterministic workflow detected", keep the lock of its VNet, and answer nobody.
 */
export const readStoppedBranches: PreInvocationHandler = (invocation) => {
  const [binding, ...others] = invocation.inputs as [Binding?, ...unknown[]];
  if (!binding?.history?.some(isUnreadable)) return;
  const history = binding.history.map((event) =>
    isUnreadable(event)
      ? { ...event, Reason: event.Reason ?? 'Terminated.', Details: event.Details ?? '' }
      : event,
  );
  invocation.inputs = [{ ...binding, history }, ...others];
};

interface Binding {
  readonly history?: readonly HistoryEvent[];
}

interface HistoryEvent {
  readonly EventType: number;
  readonly Reason?: string | null;
  readonly Details?: string | null;
  readonly FailureDetails?: unknown;
}

const isUnreadable = ({ EventType, Reason, Details, FailureDetails }: HistoryEvent) =>
  EventType === subOrchestrationFailed &&
  !FailureDetails &&
  (typeof Reason !== 'string' || typeof Details !== 'string');

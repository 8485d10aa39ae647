/** The events of an orchestration's history, as DurableTask.Core serializes them and durable-functions reads them. */

export const EventType = {
  ExecutionStarted: 0,
  ExecutionCompleted: 1,
  ExecutionTerminated: 3,
  TaskScheduled: 4,
  TaskCompleted: 5,
  TaskFailed: 6,
  SubOrchestrationInstanceCreated: 7,
  SubOrchestrationInstanceCompleted: 8,
  SubOrchestrationInstanceFailed: 9,
  TimerCreated: 10,
  TimerFired: 11,
  OrchestratorStarted: 12,
  OrchestratorCompleted: 13,
  EventSent: 14,
  EventRaised: 15,
  ExecutionSuspended: 19,
  ExecutionResumed: 20,
} as const;

/** `OrchestrationStatus` of DurableTask.Core: ExecutionCompleted uses it to say how it ended. */
export const StatusCode = { Completed: 1, ContinuedAsNew: 2, Failed: 3, Terminated: 5 } as const;

export type RuntimeStatus = 'Pending' | 'Running' | 'Completed' | 'Failed' | 'Terminated' | 'Suspended';

export interface HistoryEvent {
  EventType: number;
  EventId: number;
  /** Whether the orchestrator has seen this event before: an event is new in one replay only. */
  IsPlayed: boolean;
  /** ISO 8601. durable-functions changes it to a date in the events that it is given, which is the same in JSON. */
  Timestamp: string | Date;
  Name?: string;
  Version?: string | null;
  Input?: string | null;
  Result?: string | null;
  Reason?: string | null;
  Details?: string | null;
  FailureDetails?: null;
  TaskScheduledId?: number;
  TimerId?: number;
  FireAt?: string;
  InstanceId?: string;
  OrchestrationStatus?: number;
  OrchestrationInstance?: ExecutionRef;
  ParentInstance?: ParentRef | null;
  Tags?: null;
}

/** An event on its way to an instance. With an execution id, only that execution gets it. */
export interface Message {
  event: HistoryEvent;
  executionId?: string;
}

export interface ExecutionRef {
  InstanceId: string;
  ExecutionId: string;
}

/** The caller of a sub-orchestration, and the number of its task there. */
export interface ParentRef {
  Name: string;
  OrchestrationInstance: ExecutionRef;
  TaskScheduleId: number;
  Version: string;
}

export function historyEvent(type: number, at: Date, fields: Partial<HistoryEvent> = {}): HistoryEvent {
  return { EventType: type, EventId: -1, IsPlayed: false, Timestamp: at.toISOString(), ...fields };
}

export function isEnded(status: RuntimeStatus): boolean {
  return status === 'Completed' || status === 'Failed' || status === 'Terminated';
}

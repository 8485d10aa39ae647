/** How the durable extension changes an activity's input, its result, and its failure. */

import type { TypedData } from '../functions-core.ts';
import { EventType, type HistoryEvent, historyEvent } from './history.ts';

/**
 * `DurableActivityContext.GetInput`: a value that is not an object arrives as .NET's text for it, so `true` as "True".
 */
export function activityInput(input: string): TypedData | undefined {
  const [value] = JSON.parse(input) as unknown[];
  if (value === null) return undefined;
  if (typeof value === 'string') return { string: value };
  if (typeof value === 'boolean') return { string: value ? 'True' : 'False' };
  return { string: JSON.stringify(value) };
}

/** JSON text. Null for a function that returns nothing. */
export function activityResult(value: TypedData | null | undefined): string | null {
  if (!value) return null;
  if (value.json !== undefined) return value.json;
  if (value.bytes !== undefined) return JSON.stringify(Buffer.from(value.bytes).toString('base64'));
  return JSON.stringify(value.string ?? value.int ?? value.double ?? null);
}

/**
 * The text of `TaskActivityShim`. The message begins with a space, because the extension cuts it out of "Result:
 * Failure\nException: …\nStack: …". The details are a serialized .NET exception around that text.
 */
export function activityFailed(
  at: Date,
  id: number,
  name: string,
  message: string,
  stack: string,
): HistoryEvent {
  const details = {
    $type: 'System.Exception, System.Private.CoreLib',
    ClassName: 'System.Exception',
    Message: message,
    Data: null,
    InnerException: {
      $type: 'Microsoft.Azure.WebJobs.Script.Workers.Rpc.RpcException, Microsoft.Azure.WebJobs.Script.Grpc',
      IsUserException: false,
      RemoteStackTrace: stack,
      RemoteMessage: message.trimStart(),
      Result: 'Failure',
      Type: '',
      RemoteTypeName: '',
      Message: `Result: Failure\nException: ${message.trimStart()}\nStack: ${stack}`,
    },
    HelpURL: null,
    StackTraceString: null,
    RemoteStackTraceString: null,
    RemoteStackIndex: 0,
    ExceptionMethod: null,
    HResult: -2146233088,
    Source: null,
    WatsonBuckets: null,
  };
  return historyEvent(EventType.TaskFailed, at, {
    TaskScheduledId: id,
    Reason: `Activity function '${name}' failed: ${message}`,
    Details: JSON.stringify(details),
    FailureDetails: null,
  });
}

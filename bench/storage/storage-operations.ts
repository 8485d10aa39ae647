import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { sep } from 'node:path';
import { EventType } from '../../simulator/host/durable/history.ts';
import type { Host } from '../../simulator/host/host.ts';

export interface Operations {
  /** Reads and writes of the app's own rows: one operation on a table each. */
  readonly rowReads: number;
  readonly rowWrites: number;
  /** Documents of records and reports: one operation on a blob each. */
  readonly documentReads: number;
  readonly documentWrites: number;
}

/** Counts from now on what the app does with its rows and documents, which the local host keeps in a folder. */
export function countOperations(): () => Operations {
  const counted = { looks: 0, rowWrites: 0, documentReads: 0, documentWrites: 0 };
  const isRow = (path: unknown) => String(path).includes(`${sep}rows${sep}`);
  const isDocument = (path: unknown) =>
    /[\\/](reports|records|chains)[\\/]/.test(String(path)) && !isRow(path);
  const { statSync, appendFileSync } = fs;
  const { readFile, writeFile } = fs.promises;
  Object.assign(fs, {
    statSync: (...given: Parameters<typeof statSync>) => {
      // Each read and each write of a row looks once whether the file has grown.
      if (isRow(given[0])) counted.looks += 1;
      return statSync(...given);
    },
    appendFileSync: (...given: Parameters<typeof appendFileSync>) => {
      if (isRow(given[0])) counted.rowWrites += 1;
      appendFileSync(...given);
    },
  });
  Object.assign(fs.promises, {
    readFile: (...given: Parameters<typeof readFile>) => {
      if (isDocument(given[0])) counted.documentReads += 1;
      return readFile(...given);
    },
    writeFile: (...given: Parameters<typeof writeFile>) => {
      if (isDocument(given[0])) counted.documentWrites += 1;
      return writeFile(...given);
    },
  });
  syncBuiltinESMExports();
  return () => {
    const { looks, ...others } = counted;
    return { rowReads: looks - counted.rowWrites, ...others };
  };
}

const messages: ReadonlySet<number> = new Set([
  EventType.ExecutionStarted,
  EventType.TaskScheduled,
  EventType.TaskCompleted,
  EventType.TaskFailed,
  EventType.TimerFired,
  EventType.EventRaised,
  EventType.SubOrchestrationInstanceCompleted,
  EventType.SubOrchestrationInstanceFailed,
]);

/**
 * Messages of the task hub: what starts an orchestration or an activity, ends an activity, a timer or a branch, or
 * raises an event. The Durable Task Scheduler counts the same things as actions (Microsoft Learn, "Durable Task
 * Scheduler billing").
 */
export function messagesOf(host: Host): number {
  return host.durable
    .instances()
    .flatMap(({ instanceId }) => host.durable.history(instanceId))
    .filter(({ EventType: type }) => messages.has(type)).length;
}

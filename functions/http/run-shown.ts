import type { HttpRequest, InvocationContext } from '@azure/functions';
import { failed, type Problem } from '../../shared/core/errors.ts';
import { type Instance, isRunning, readInstance } from '../durable-instances.ts';

/** What a status route tells of every run: whether it goes on, since when, and why it ended. */
export interface RunShown {
  readonly id: string;
  readonly status: 'Running' | 'Succeeded' | 'Failed';
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly error?: Problem;
}

/**
 * The run of the id in the path. A run that was stopped from outside has no outcome of its own: `broken` is told
 * instead.
 */
export async function runIn<T extends Instance>(
  http: HttpRequest,
  context: InvocationContext,
  prefix: string,
  what: string,
  broken: Problem,
): Promise<{ readonly instance: T; readonly shown: RunShown }> {
  const id = http.params.id ?? '';
  const instance = id.startsWith(prefix) ? await readInstance<T>(context, id) : undefined;
  if (!instance) throw failed('NotFound', `There is no ${what} ${id}.`, id);
  const { output, createdTime, lastUpdatedTime } = instance;
  const startedAt = new Date(createdTime).toISOString();
  if (isRunning(instance)) return { instance, shown: { id, status: 'Running', startedAt, endedAt: null } };
  const times = { startedAt, endedAt: new Date(lastUpdatedTime).toISOString() };
  if (output && 'value' in output) return { instance, shown: { id, status: 'Succeeded', ...times } };
  const { code, message } = output?.failure ?? broken;
  return { instance, shown: { id, status: 'Failed', ...times, error: { code, message } } };
}

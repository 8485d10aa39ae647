import { setTimeout } from 'node:timers/promises';
import type { InvocationContext } from '@azure/functions';
import { type DurableClient, getClient, input } from 'durable-functions';
import { askingExtension, instancePages, readTimeOfExtension } from '../shared/azure/durable-api.ts';
import type { Outcome } from '../shared/core/durable.ts';
import { VpnRadiusError } from '../shared/core/errors.ts';

/** An orchestration instance as the Durable Functions HTTP API shows it. */
export interface Instance<I = unknown, S = unknown, O = unknown> {
  readonly instanceId: string;
  readonly runtimeStatus:
    | 'Pending'
    | 'Running'
    | 'Completed'
    | 'Failed'
    | 'Terminated'
    | 'Suspended'
    | 'ContinuedAsNew'
    | 'Canceled';
  readonly input: I;
  readonly customStatus: S | null;
  readonly output: Outcome<O> | null;
  readonly createdTime: string;
  readonly lastUpdatedTime: string;
}

/** The durable client binding. A function that needs the client is registered with it as an extra input. */
export const durableClient = input.durableClient();

/** The orchestration that an activity runs for. The extension gives it beside the input of the activity. */
export const instanceOf = ({ triggerMetadata }: InvocationContext) =>
  typeof triggerMetadata?.instanceId === 'string' ? triggerMetadata.instanceId : undefined;

const ended = ['Completed', 'Failed', 'Terminated', 'Canceled'];

export function isRunning({ runtimeStatus }: Pick<Instance, 'runtimeStatus'>): boolean {
  return !ended.includes(runtimeStatus);
}

/**
 * Ids that the app gives. Any other text would become a path at the durable API, where `\\..\\` leads to another
 * instance.
 */
const instanceId = /^[a-z0-9][a-z0-9-]{0,199}$/i;

export async function readInstance<T extends Instance>(
  context: InvocationContext,
  id: string,
): Promise<T | undefined> {
  if (!instanceId.test(id)) return undefined;
  const client = getClient(context);
  return askingExtension(async () => {
    try {
      return withOutcome((await client.getStatus(id, { showInput: true })) as unknown as T);
    } catch (error) {
      if (error instanceof Error && error.message.includes('HTTP 404')) return undefined;
      throw error;
    }
  });
}

/** Every instance whose id begins with `prefix`. */
export async function listInstances<T extends Instance>(
  context: InvocationContext,
  prefix: string,
  filter: { readonly runtimeStatus?: readonly string[]; readonly createdTimeFrom?: Date } = {},
): Promise<T[]> {
  const query = {
    ...{ instanceIdPrefix: prefix, top: '100', showInput: 'true' },
    ...(filter.runtimeStatus && { runtimeStatus: filter.runtimeStatus.join(',') }),
    ...(filter.createdTimeFrom && { createdTimeFrom: filter.createdTimeFrom.toISOString() }),
  };
  const found: T[] = [];
  for await (const page of pagesOf<T>(context, query)) found.push(...page);
  return found;
}

/** Every instance that has ended, in pages, without its input. */
export function endedInstances(context: InvocationContext): AsyncGenerator<readonly Instance[]> {
  return pagesOf<Instance>(context, { runtimeStatus: ended.join(','), top: '200', showInput: 'false' });
}

/** The output of an instance that was stopped from outside is the reason, or what its host said: no outcome of ours. */
const withOutcome = <T extends Instance>(instance: T): T =>
  typeof instance.output === 'object' ? instance : { ...instance, output: null };

async function* pagesOf<T extends Instance>(
  context: InvocationContext,
  query: Readonly<Record<string, string>>,
): AsyncGenerator<T[]> {
  for await (const page of instancePages<T>(rpcBaseUrlOf(context), query)) yield page.map(withOutcome);
}

const rpcBaseUrlOf = (context: InvocationContext) =>
  (context.extraInputs.get(durableClient) as { readonly rpcBaseUrl: string }).rpcBaseUrl;

/**
 * An instance that another process may be about to start, once it exists; undefined when that takes longer than two
 * seconds.
 */
export async function soon<T>(look: () => Promise<T | undefined>): Promise<T | undefined> {
  for (let left = 5; ; left--) {
    const found = await look();
    if (found || left === 0) return found;
    await setTimeout(400);
  }
}

/** Starts an orchestration unless an instance of that id runs; false when one does. */
export async function startOnce(
  client: DurableClient,
  orchestrator: string,
  instanceId: string,
  order: unknown,
): Promise<boolean> {
  try {
    await client.startNew(orchestrator, { instanceId, input: order });
    return true;
  } catch (error) {
    const status = await client.getStatus(instanceId).catch(() => undefined);
    if (status && isRunning(status as unknown as Instance)) return false;
    throw new VpnRadiusError(
      { code: 'StartFailed', message: 'The orchestration could not be started. Try again.', transient: true },
      error,
    );
  }
}

/** By host: a process may have several, one after the other. */
const last = new Map<string, number>();

/**
 * The time of the durable extension. Each time is later than the one before, so ids that are made from it sort in the
 * order in which they were made. The extension's answers give whole seconds. Where our own clock agrees with it, our
 * clock gives the finer time.
 */
export async function timeOfHost(context: InvocationContext): Promise<Date> {
  const rpcBaseUrl = rpcBaseUrlOf(context);
  const told = await readTimeOfExtension(rpcBaseUrl);
  const own = Date.now();
  const agrees = Number.isNaN(told) || Math.abs(own - told) < 2000;
  const now = agrees ? own : told;
  const before = last.get(rpcBaseUrl) ?? 0;
  // A clock that was set back begins anew.
  const time = Math.abs(now - before) < 5000 ? Math.max(now, before + 1) : now;
  last.set(rpcBaseUrl, time);
  return new Date(time);
}

/** Milliseconds since a time in ISO 8601. */
export async function passedSince(context: InvocationContext, at: string): Promise<number> {
  return (await timeOfHost(context)).getTime() - Date.parse(at);
}

/**
 * Runs entity functions: one batch of operations at a time for each entity, in the order of arrival, as
 * `TaskEntityShim.ExecuteOutOfProcBatch` of azure-functions-durable-extension does for languages other than .NET.
 *
 * A batch's state, answers and signals are one record of the journal. After a crash its operations are run again on the
 * state before it, and nobody has seen anything of the first run.
 */
import type { Clock } from '../../clock.ts';
import type { AppFunction, InvocationResponse } from '../functions-core.ts';
import type { Invocation } from '../invocation.ts';
import { functionNotFound } from './actions.ts';
import {
  answer,
  type Batch,
  type Entity,
  type EntityRef,
  entityInstanceId,
  entityRef,
  type RequestMessage,
} from './entities.ts';
import type { Store } from './store.ts';

export interface EntityRuns {
  names(): string[];
  has(name: string): boolean;
  /** An operation that a client asks for. `input` is JSON text. Throws {@link BadEntity}. */
  signal(entity: EntityRef, op: string, input: string | undefined): void;
  /** Must be called when requests may have come for this instance id. It need not be the id of an entity. */
  wake(instanceId: string): void;
  isIdle(): boolean;
  running(): string[];
  resume(): void;
  stop(): void;
}

/** No such entity function, or a key that is not allowed. */
export class BadEntity extends Error {}

interface EntityHost {
  store: Store;
  clock: Clock;
  /** By lower-cased name. */
  functions: Map<string, AppFunction>;
  newGuid(): string;
  call(fn: AppFunction, invocation: Omit<Invocation, 'invocationId'>): Promise<InvocationResponse>;
  /** Runs an action that records something, unless recording has stopped. */
  guarded(action: () => void): void;
  /** There is something new for this orchestration. */
  onMessage(instanceId: string): void;
  onChange(): void;
  onError(instanceId: string, reason: string): void;
}

/** What durable-functions returns for a batch. Texts are JSON. */
interface BatchResult {
  entityExists: boolean;
  entityState?: string | null;
  results: { isError: boolean; result?: string }[];
  signals: { target: EntityRef; name: string; input: string }[];
}

/** `maxEntityOperationBatchSize`, unless the plan is Consumption. */
const maxBatchSize = 5000;

export function entityRuns(host: EntityHost): EntityRuns {
  const { store, clock, functions } = host;
  const running = new Set<string>();
  const armed = new Map<string, () => void>();
  let isStopped = false;

  const now = () => clock.now();
  const names = () => [...functions.values()].map((fn) => fn.name);

  const wake = (instanceId: string) => {
    const entity = store.entities.get(instanceId);
    if (!entity || isStopped) return;
    for (const request of entity.scheduled) arm(instanceId, request);
    if (entity.inbox.length === 0 || running.has(instanceId)) return;
    running.add(instanceId);
    void run(entity).finally(() => {
      running.delete(instanceId);
      wake(instanceId);
      host.onChange();
    });
  };

  const arm = (instanceId: string, { id, due }: RequestMessage) => {
    if (armed.has(id)) return;
    const cancel = clock.after(new Date(due!).getTime() - now().getTime(), () => {
      armed.delete(id);
      host.guarded(() => {
        store.commit({ at: now().toISOString(), t: 'due', to: instanceId, id });
        wake(instanceId);
      });
    });
    armed.set(id, cancel);
  };

  const run = async (entity: Entity) => {
    // Requests that are sent in the same turn of the event loop make one batch, and its state makes one record.
    await new Promise(setImmediate);
    if (isStopped) return;
    const requests = entity.inbox.slice(0, maxBatchSize);
    const result = await runFunction(entity, requests);
    host.guarded(() => {
      const batch = outcome(entity, requests, result);
      store.commit({ at: now().toISOString(), t: 'batch', batch });
      for (const { to } of batch.answers) host.onMessage(to);
      for (const { to } of batch.signals) wake(to);
    });
  };

  const runFunction = async (entity: Entity, requests: RequestMessage[]): Promise<BatchResult> => {
    const self = entityRef(entity.instanceId);
    const fn = functions.get(self.name);
    try {
      if (!fn) throw new Error(functionNotFound(self.name, 'entity', names()));
      const trigger = {
        self,
        exists: entity.exists,
        state: entity.state,
        batch: requests.map(({ op, input = null, signal = false, id }) => ({
          name: op,
          input,
          isSignal: signal,
          id,
        })),
      };
      const data = { json: JSON.stringify(trigger) };
      const response = await host.call(fn, { inputData: [{ name: fn.triggerName, data }] });
      const result = JSON.parse(response.returnValue?.json ?? 'null') as BatchResult | null;
      if (result?.results?.length === undefined || result.results.length < requests.length) {
        throw new Error('the function has not returned a result for each operation.');
      }
      return result;
    } catch (error) {
      // Azure tries such a batch again and again. Here its callers get an error, and the state stays as it was.
      const message = error instanceof Error ? error.message : String(error);
      host.onError(entity.instanceId, message);
      return {
        entityExists: entity.exists,
        entityState: entity.state,
        results: requests.map(() => ({ isError: true, result: JSON.stringify(message) })),
        signals: [],
      };
    }
  };

  const outcome = (entity: Entity, requests: RequestMessage[], result: BatchResult): Batch => {
    const at = now();
    requests.forEach(({ op }, index) => {
      const { isError, result: reason } = result.results[index]!;
      if (isError) host.onError(entity.instanceId, `Error in operation '${op}': ${reason}`);
    });
    return {
      instanceId: entity.instanceId,
      consumed: requests.length,
      exists: result.entityExists,
      state: result.entityState ?? null,
      answers: requests.flatMap((request, index) => {
        const { isError, result: text } = result.results[index]!;
        return request.signal ? [] : [answer(request, text, isError, at)];
      }),
      signals: result.signals.map(({ target, name, input }) => ({
        to: entityInstanceId(target),
        request: {
          op: name,
          signal: true,
          ...(input && { input }),
          id: host.newGuid(),
          parent: entity.instanceId,
        },
      })),
    };
  };

  return {
    names,
    has: (name) => functions.has(name.toLowerCase()),
    signal(entity, op, input) {
      checkKey(entity.key);
      if (!functions.has(entity.name.toLowerCase())) {
        throw new BadEntity(functionNotFound(entity.name.toLowerCase(), 'entity', names()));
      }
      const to = entityInstanceId(entity);
      const request: RequestMessage = {
        op,
        signal: true,
        ...(input !== undefined && { input }),
        id: host.newGuid(),
      };
      store.commit({ at: now().toISOString(), t: 'request', to, request });
      wake(to);
    },
    wake,
    isIdle: () => running.size === 0,
    running: () => [...running].map((instanceId) => `entity ${instanceId}`),
    resume() {
      for (const instanceId of store.entities.keys()) wake(instanceId);
    },
    stop() {
      isStopped = true;
      for (const cancel of armed.values()) cancel();
      armed.clear();
    },
  };
}

/** The rule of `DurableClient.SignalEntityAsync`. */
function checkKey(key: string): void {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what the rule forbids
  if (/[/\\#?\u0000-\u001f\u007f]/.test(key)) {
    throw new BadEntity('Entity keys must not contain /, \\, #, ?, or control characters.');
  }
}

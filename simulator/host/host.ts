/**
 * An Azure Functions host in one process, without Azure. It runs an app as built (programming model v4 and
 * durable-functions), serves its HTTP routes, delivers Event Grid events and timers, and is its durable engine.
 */

import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { afterWallTime } from '../clock.ts';
import { jsonOrText } from '../parsed-json.ts';
import { appRoot, loadApp } from './app-loader.ts';
import { applySettings, type Settings } from './app-settings.ts';
import { type Busy, type BusySource, busy } from './busy.ts';
import { durableEngine } from './durable/engine.ts';
import type { HistoryEvent, RuntimeStatus } from './durable/history.ts';
import { answerDurable, clientBinding, type DurableUrls } from './durable/http-api.ts';
import { type Instance, openStore } from './durable/store.ts';
import { type QueueOptions, taskQueues } from './durable/task-queues.ts';
import { checkImitated, type FunctionInfo, functionInfos } from './function-list.ts';
import type { AppFunction } from './functions-core.ts';
import { readHostJson } from './host-json.ts';
import { listen } from './http-server.ts';
import { type Invocation, invoke, type LogEntry, type OnLog } from './invocation.ts';
import { journalInMemory, openJournal } from './journal.ts';
import { hasKey } from './keys.ts';
import { answerEventGrid, deliverEvent } from './triggers/event-grid.ts';
import { answerHttp, httpTriggers, maxRequestBodyBytes } from './triggers/http.ts';
import { startTimers } from './triggers/timers.ts';

export type { FunctionInfo } from './function-list.ts';
export { lastKnownTime } from './journal.ts';

export interface HostOptions {
  /** The app's entry file, JavaScript: an ES module or CommonJS. */
  appFile: string;
  clock: Clock;
  /** Where instances survive the end of the process. Without it they are only in memory. One host for each folder. */
  stateDir?: string;
  /** In place of `stateDir`: a state folder whose content the host begins with. Nothing is written to it. */
  beginsWith?: string;
  /** App settings: set in `process.env` before the app is loaded, and removed again when the host stops. */
  settings?: Record<string, string>;
  /** 0: any free port. Undefined: no socket, only `fetch`. */
  port?: number;
  /** The key for `authLevel` function and admin, for the webhooks and `/admin`. Without it, no key is required. */
  functionKey?: string;
  /** It gets every request from the socket first. It returns the request, perhaps changed, or answers it. */
  door?: (request: Request) => Request | Response;
  onLog?: OnLog;
  /** Makes invocation, execution and generated instance ids repeatable. */
  seed?: string | number;
  /** How the queues of the task hub deliver. */
  queues?: QueueOptions;
  /** Answers requests that match no route of the app and no endpoint of the host. */
  otherwise?: (request: Request) => Response | Promise<Response> | undefined;
  /** When work does not end within this wall time, `settled` and `runUntil` fail. Default 30. */
  stallSeconds?: number;
}

export interface DurableInstance {
  instanceId: string;
  name: string;
  status: RuntimeStatus;
  parentInstanceId?: string;
  createdTime: string;
  lastUpdatedTime: string;
  input: unknown;
  output: unknown;
  customStatus: unknown;
}

export interface Counts {
  /** Runs of orchestrator functions since this host started. */
  replays: number;
  historyEvents: number;
  /** UTF-8 bytes of the histories as JSON, as an orchestrator function gets them. */
  historyBytes: number;
}

export interface Host {
  /** `http://127.0.0.1:PORT`. Undefined without a socket. */
  url: string | undefined;
  functions: FunctionInfo[];
  /** A request inside the process, through the same routing as the socket. `path` begins with a slash. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** Gives one event to one function with an Event Grid trigger. Rejects with the error that the function threw. */
  deliver(functionName: string, event: unknown): Promise<void>;
  /** Runs a timer's function now. Rejects with the error that it threw. */
  trigger(functionName: string): Promise<void>;
  durable: {
    instances(): DurableInstance[];
    /** Undefined when there is none. */
    instance(instanceId: string): DurableInstance | undefined;
    /** A copy. Throws when there is no such instance. */
    history(instanceId: string): HistoryEvent[];
    /** Of one instance, or of all instances. */
    counts(instanceId?: string): Counts;
  };
  /** Another part of the simulation. Time must stand still while it works. */
  addBusySource(source: BusySource): void;
  /** Resolves when nothing is running. Simulated time does not move. */
  settled(): Promise<void>;
  /**
   * Moves a virtual clock from one due action to the next, whenever nothing is running, until the condition is true (it
   * is checked after every step). Rejects when that takes longer than `limitMinutes` of simulated time (default: a
   * day).
   */
  runUntil(condition: () => boolean | Promise<boolean>, options?: { limitMinutes?: number }): Promise<void>;
  /** Lets this much simulated time pass, with everything that is due in it. */
  runFor(minutes: number): Promise<void>;
  stop(): Promise<void>;
}

const drainSeconds = 5;

/**
 * Rejects when the app cannot be loaded or uses what is not imitated, or when the state folder is in use or damaged.
 */
export async function startHost(options: HostOptions): Promise<Host> {
  const onLog = options.onLog ?? (() => {});
  const settings = applySettings({
    FUNCTIONS_WORKER_RUNTIME: 'node',
    AZURE_FUNCTIONS_ENVIRONMENT: 'Development',
    ...withoutProxy(process.env),
    WEBSITE_HOSTNAME: options.port ? `127.0.0.1:${options.port}` : 'localhost',
    ...options.settings,
  });
  const undo: (() => unknown)[] = [() => settings.takeBack()];
  try {
    return await start(options, settings, onLog, undo);
  } catch (error) {
    for (const action of undo.reverse()) await action();
    throw error;
  }
}

async function start(
  options: HostOptions,
  settings: Settings,
  onLog: OnLog,
  undo: (() => unknown)[],
): Promise<Host> {
  const { clock, functionKey: key } = options;
  const configuration = readHostJson(appRoot(options.appFile), process.env);
  const journal =
    options.stateDir === undefined ? journalInMemory(options.beginsWith) : openJournal(options.stateDir);
  undo.push(() => journal.close());
  const store = openStore(journal, clock.now());
  const newGuid = guids(options.seed, store.epoch);

  const app = await loadApp(options.appFile, (level, _category, message) => {
    onLog({ level: level as LogEntry['level'], message });
  });
  checkImitated(app, onLog);
  undo.push(watchRejections(options.onLog));

  const sources: BusySource[] = [];
  const urls: DurableUrls = { baseUrl: '', rpcBaseUrl: '', taskHubName: configuration.taskHubName, key };

  const call = async (fn: AppFunction, invocation: Omit<Invocation, 'invocationId'>) => {
    const invocationId = newGuid();
    const inputData = [...invocation.inputData, ...clientInputs(fn, urls)];
    try {
      return await invoke(app, fn, { ...invocation, inputData, invocationId }, onLog);
    } catch (error) {
      // The error of an orchestrator carries its whole state. The engine reports what has failed.
      if (fn.trigger.type !== 'orchestrationTrigger') {
        const message = `Executed 'Functions.${fn.name}' (Failed): ${(error as Error).stack ?? error}`;
        onLog({ level: 'error', message, functionName: fn.name, invocationId });
      }
      throw error;
    }
  };
  const engine = durableEngine({
    store,
    clock,
    functions: app.functions,
    queues: taskQueues(String(options.seed ?? ''), options.queues),
    hidden: configuration.hidden,
    maxConcurrentActivities: configuration.maxConcurrentActivityFunctions,
    overridable: configuration.overridable,
    defaultVersion: configuration.defaultVersion,
    newGuid: () => newGuid().replaceAll('-', ''),
    call,
    onChange: () => work.changed(),
    onFailed: ({ name, instanceId }, reason) => {
      onLog({ level: 'error', functionName: name, message: `Instance ${instanceId} has failed: ${reason}` });
    },
    onEntityError: (instanceId, reason) =>
      onLog({ level: 'error', message: `Entity ${instanceId}: ${reason}` }),
    onFatal: (error) => {
      const message = `The durable engine has stopped: ${error instanceof Error ? error.message : error}`;
      onLog({ level: 'critical', message });
      work.fail(new Error(message, { cause: error }));
    },
  });
  const work: Busy = busy(clock, engine, sources, options.stallSeconds ?? 30);
  undo.push(() => engine.kill());

  const triggers = httpTriggers(app.functions.values(), configuration.routePrefix);
  const callTracked = (fn: AppFunction, invocation: Omit<Invocation, 'invocationId'>) => {
    return work.track(fn.name, call(fn, invocation));
  };
  const answer = async (request: Request): Promise<Response> => {
    const { pathname } = new URL(request.url);
    const webhook = /^\/runtime\/webhooks\/(durabletask|eventgrid)(\/.*)?$/i.exec(pathname);
    if (webhook) {
      if (!hasKey(request, key)) return new Response(null, { status: 401 });
      return webhook[1]!.toLowerCase() === 'durabletask'
        ? answerDurable(engine, urls, request, webhook[2] ?? '')
        : answerEventGrid(app.functions, request, callTracked);
    }
    const admin = /^\/admin\/functions\/([^/]+)\/?$/i.exec(pathname);
    if (admin) {
      if (!hasKey(request, key)) return new Response(null, { status: 401 });
      return invokeByHand(decodeURIComponent(admin[1]!), request);
    }
    return (
      (await answerHttp(triggers, request, key, call)) ??
      (await options.otherwise?.(request)) ??
      new Response(null, { status: 404 })
    );
  };
  const failed = (request: Request) => (error: unknown) => {
    if (error instanceof URIError) return new Response(null, { status: 400 });
    onLog({
      level: 'error',
      message: `${request.method} of the host's own API failed: ${(error as Error).stack}`,
    });
    return new Response(null, { status: 500 });
  };
  const answerTracked = (request: Request) => {
    const { pathname } = new URL(request.url);
    return work.track(`${request.method} ${pathname}`, answer(request)).catch(failed(request));
  };

  const atDoor = async (request: Request) => {
    const next = options.door?.(request) ?? request;
    return next instanceof Response ? next : answerTracked(next);
  };

  /** `POST /admin/functions/NAME` with `{"input": …}`: the function is started, and the answer does not wait for it. */
  const invokeByHand = async (name: string, request: Request): Promise<Response> => {
    const fn = app.functions.get(name);
    if (!fn || request.method !== 'POST') return new Response(null, { status: 404 });
    const text = await request.text();
    let input: unknown;
    try {
      input = text === '' ? undefined : (JSON.parse(text) as { input?: unknown }).input;
      if (fn.trigger.type === 'eventGridTrigger')
        input = typeof input === 'string' ? JSON.parse(input) : input;
    } catch {
      return new Response('The body must be JSON: {"input": …}', { status: 400 });
    }
    if (fn.trigger.type === 'timerTrigger') quietly(work.track(name, timers.trigger(name)));
    else if (fn.trigger.type === 'eventGridTrigger') quietly(deliverEvent(fn, input, callTracked));
    else
      return new Response(`Starting a ${fn.trigger.type} by hand is not imitated by this host.`, {
        status: 400,
      });
    return new Response(null, { status: 202 });
  };

  // The path holds a secret: other users of this machine can reach the port, and the API asks for no key.
  const secret = randomBytes(24).toString('base64url');
  const rpcPath = `/${secret}/durabletask/`;
  const rpc = await listen(0, maxRequestBodyBytes, async (request) => {
    const { pathname } = new URL(request.url);
    if (!pathname.startsWith(rpcPath)) return new Response(null, { status: 404 });
    const path = pathname.slice(rpcPath.length);
    const answered = await answerDurable(engine, urls, request, path).catch(failed(request));
    // Every server sends the time of its answer. Here it is the time in which the instances live.
    answered.headers.set('date', clock.now().toUTCString());
    return answered;
  });
  undo.push(() => rpc.close());
  urls.rpcBaseUrl = `http://127.0.0.1:${rpc.port}${rpcPath}`;

  const socket =
    options.port === undefined ? undefined : await listen(options.port, maxRequestBodyBytes, atDoor);
  if (socket) undo.push(() => socket.close());
  const origin = socket ? `http://127.0.0.1:${socket.port}` : 'http://localhost';
  urls.baseUrl = `${origin}/runtime/webhooks/durabletask`;
  if (!options.settings?.WEBSITE_HOSTNAME) settings.set('WEBSITE_HOSTNAME', new URL(origin).host);

  for (const hook of app.hooks.get('appStart') ?? []) await hook({ hookData: {}, appHookData: app.hookData });
  const timers = startTimers(app.functions.values(), {
    clock,
    environment: process.env,
    statuses: store.schedules,
    record: (name, status) => store.commit({ at: clock.now().toISOString(), t: 'schedule', name, status }),
    call: callTracked,
    // The invocation itself has been logged.
    onError: () => undefined,
  });
  undo.push(() => timers.stop());
  engine.resume();

  let stopping: Promise<void> | undefined;
  const stop = async () => {
    timers.stop();
    engine.stop();
    await Promise.all([socket?.close(), rpc.close()]);
    await Promise.race([
      (async () => {
        while (!engine.isIdle()) await new Promise(setImmediate);
      })(),
      new Promise<void>((resolve) => afterWallTime(drainSeconds * 1000, resolve)),
    ]);
    for (const hook of app.hooks.get('appTerminate') ?? [])
      await hook({ hookData: {}, appHookData: app.hookData });
    if (engine.isIdle()) store.commit({ at: clock.now().toISOString(), t: 'closed' });
    for (const action of undo.reverse()) await action();
  };

  return {
    url: socket && origin,
    functions: functionInfos(app, triggers),
    fetch: (path, init) => answerTracked(new Request(new URL(path, origin), init)),
    async deliver(name, event) {
      const fn = app.functions.get(name);
      if (fn?.trigger.type !== 'eventGridTrigger')
        throw new Error(`"${name}" is not a function with an Event Grid trigger.`);
      await deliverEvent(fn, event, callTracked);
    },
    trigger: (name) => work.track(name, timers.trigger(name)),
    durable: {
      instances: () => engine.all().map(viewInstance),
      instance(id) {
        const instance = engine.get(id);
        return instance && viewInstance(instance);
      },
      history(id) {
        const instance = engine.get(id);
        if (!instance) throw new Error(`There is no instance with the id "${id}".`);
        return JSON.parse(JSON.stringify(instance.history)) as HistoryEvent[];
      },
      counts(id) {
        const instances =
          id === undefined ? engine.all() : [engine.get(id)].filter((found) => found !== undefined);
        return {
          replays: engine.replays(id),
          historyEvents: instances.reduce((sum, { history }) => sum + history.length, 0),
          historyBytes: instances.reduce((sum, instance) => sum + instance.historyBytes, 0),
        };
      },
    },
    addBusySource: (source) => void sources.push(source),
    settled: () => work.settled(),
    runUntil: (condition, { limitMinutes = 24 * 60 } = {}) => work.runUntil(condition, limitMinutes),
    runFor: (minutes) => work.runFor(minutes),
    stop() {
      stopping ??= stop();
      return stopping;
    },
  };
}

function clientInputs(fn: AppFunction, urls: DurableUrls): Invocation['inputData'] {
  return Object.entries(fn.bindings)
    .filter(([, binding]) => binding.type === 'durableClient')
    .map(([name]) => ({ name, data: { string: JSON.stringify(clientBinding(urls)) } }));
}

/** The durable client calls this host on the loopback address, so no proxy must be used. */
function withoutProxy(environment: NodeJS.ProcessEnv): Record<string, string> {
  if (!environment.HTTP_PROXY && !environment.http_proxy) return {};
  const except = [environment.no_proxy ?? environment.NO_PROXY, '127.0.0.1'].filter(Boolean).join(',');
  return { NO_PROXY: except, no_proxy: except };
}

/** A rejected promise of a handler must not end the process. It is reported, on stderr when nobody listens. */
function watchRejections(onLog: OnLog | undefined): () => void {
  const report = (reason: unknown) => {
    const message = `Unhandled rejection: ${reason instanceof Error ? reason.stack : String(reason)}`;
    if (onLog) onLog({ level: 'error', message });
    else console.error(message);
  };
  process.on('unhandledRejection', report);
  return () => process.off('unhandledRejection', report);
}

function quietly(work: Promise<unknown>): void {
  work.catch(() => undefined);
}

/** Version 4 ids: random, or repeatable from a seed and different each time a task hub is opened. */
function guids(seed: string | number | undefined, epoch: number): () => string {
  if (seed === undefined) return randomUUID;
  let count = 0;
  return () => {
    const hex = createHash('sha256').update(`${seed}/${epoch}/${count++}`).digest('hex');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
  };
}

function viewInstance(instance: Instance): DurableInstance {
  return {
    instanceId: instance.instanceId,
    name: instance.name,
    status: instance.status,
    ...(instance.parent && { parentInstanceId: instance.parent.OrchestrationInstance.InstanceId }),
    createdTime: instance.createdTime,
    lastUpdatedTime: instance.lastUpdatedTime,
    input: jsonOrText(instance.input),
    output: jsonOrText(instance.output),
    customStatus: jsonOrText(instance.customStatus),
  };
}

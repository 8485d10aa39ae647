/**
 * The module `@azure/functions-core`, which is not a file on disk. The Functions host's Node.js worker answers
 * `require('@azure/functions-core')`, and `@azure/functions` registers functions, hooks and its programming model
 * there. Here it collects what an app registers. The contract is that of azure-functions-nodejs-worker `src/coreApi`.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import Module from 'node:module';

export interface Binding {
  type: string;
  name?: string;
  direction?: 'in' | 'out' | 'inout';
  [property: string]: unknown;
}

/** A value on its way between host and worker (RpcTypedData of the worker's protocol): exactly one property is set. */
export interface TypedData {
  string?: string;
  json?: string;
  bytes?: Uint8Array;
  int?: number;
  double?: number;
  http?: Record<string, unknown>;
}

export type Handler = (...args: unknown[]) => unknown;
export type Hook = (context: Record<string, unknown>) => unknown;

export interface ProgrammingModel {
  name: string;
  version: string;
  getInvocationModel(context: CoreInvocationContext): InvocationModel;
  getCapabilities(capabilities: Record<string, unknown>): Promise<Record<string, unknown>>;
}

export interface InvocationModel {
  getArguments(): Promise<{ context: unknown; inputs: unknown[] }>;
  invokeFunction(context: unknown, inputs: unknown[], handler: Handler): Promise<unknown>;
  getResponse(context: unknown, result: unknown): Promise<InvocationResponse>;
}

export interface InvocationResponse {
  returnValue?: TypedData | null;
  outputData?: { name: string; data: TypedData }[];
}

export interface CoreInvocationContext {
  invocationId: string;
  request: Record<string, unknown>;
  metadata: { name: string; bindings: Record<string, Binding> };
  state: string | undefined;
  log(level: string, category: string, message: string): void;
}

export interface AppFunction {
  name: string;
  bindings: Record<string, Binding>;
  /** The only binding whose type ends in `Trigger`, and its name. */
  trigger: Binding;
  triggerName: string;
  handler: Handler;
  hasRetryPolicy: boolean;
}

/** What one load of an app registered. */
export interface App {
  functions: Map<string, AppFunction>;
  hooks: Map<string, Hook[]>;
  model: ProgrammingModel | undefined;
  /** All hooks of this app share it while the app runs. */
  hookData: Record<string, unknown>;
  log: (level: string, category: string, message: string) => void;
  /** `app.setup({ enableHttpStream: true })`. Only a line of the log mentions it. */
  streams: boolean;
}

const hookNames = ['appStart', 'appTerminate', 'preInvocation', 'postInvocation', 'log'];

const inInvocation = new AsyncLocalStorage<App>();
/** The app of this process, while it has only one. */
let only: App | undefined;
let severalApps = false;

/**
 * Runs an invocation so that a hook that is registered late finds its app. A process with one app needs no store for it:
 * before Node.js 24, every promise of a process carries a store that is in use.
 */
export function insideApp<T>(app: App, invocation: () => T): T {
  return severalApps ? inInvocation.run(app, invocation) : invocation();
}

const runningApp = () => (severalApps ? inInvocation.getStore() : only);

let loading: App | undefined;
let lastModel: ProgrammingModel | undefined;
let isPatched = false;

/** Collects into `app` everything that is registered until `load` is done. Loads must not overlap. */
export async function collectRegistrations(app: App, load: () => Promise<unknown>): Promise<void> {
  if (!isPatched) answerRequire();
  if (loading) throw new Error('Two apps cannot be loaded at the same time.');
  loading = app;
  severalApps ||= only !== undefined;
  only = app;
  try {
    await load();
    // `@azure/functions` sets its model once in a process, with the first function of the first app.
    app.model ??= lastModel;
  } finally {
    loading = undefined;
  }
}

class Disposable {
  static from(...disposables: { dispose(): unknown }[]): Disposable {
    return new Disposable(() => {
      for (const disposable of disposables) disposable.dispose();
    });
  }
  #dispose: () => unknown;
  constructor(dispose: () => unknown) {
    this.#dispose = dispose;
  }
  dispose(): unknown {
    return this.#dispose();
  }
}

const core = {
  version: '3.12.0',
  hostVersion: '4.1044.0',
  Disposable,

  setProgrammingModel(model: ProgrammingModel) {
    lastModel = model;
    if (loading) loading.model = model;
  },

  getProgrammingModel: () => (loading ?? runningApp())?.model ?? lastModel,

  registerFunction(
    metadata: { name: string; bindings: Record<string, Binding>; retryOptions?: unknown },
    handler: Handler,
  ) {
    const app = loading;
    if (!app) throw systemError('A function can only be registered during app startup.');
    const { name, bindings } = metadata;
    if (app.functions.has(name)) throw systemError(`A function named "${name}" is registered twice.`);
    const trigger = Object.entries(bindings).find(([, binding]) => /trigger$/i.test(binding.type));
    if (!trigger) throw systemError(`Function "${name}" has no trigger.`);
    app.functions.set(name, {
      name,
      bindings,
      triggerName: trigger[0],
      trigger: trigger[1],
      handler,
      hasRetryPolicy: metadata.retryOptions !== undefined,
    });
    return new Disposable(() => app.functions.delete(name));
  },

  registerHook(hookName: string, callback: Hook) {
    if (!hookNames.includes(hookName)) {
      throw Object.assign(new RangeError(`Unrecognized hook "${hookName}"`), {
        isAzureFunctionsSystemError: true,
      });
    }
    const app = loading ?? runningApp();
    if (!app) throw systemError(`Hook "${hookName}" was registered outside of an app.`);
    const hooks = app.hooks.get(hookName) ?? [];
    app.hooks.set(hookName, hooks);
    hooks.push(callback);
    return new Disposable(() => hooks.splice(hooks.indexOf(callback), 1));
  },

  log(level: string, category: string, message: string) {
    if (loading && message === 'HTTP streaming enabled.') loading.streams = true;
    (loading ?? runningApp())?.log(level, category, message);
  },
};

/**
 * The worker intercepts `require` in the same place. This works for CommonJS and ES modules, because `@azure/functions`
 * is CommonJS.
 */
function answerRequire(): void {
  const prototype = Module.prototype as unknown as { require(this: unknown, id: string): unknown };
  const original = prototype.require;
  prototype.require = function (id) {
    return id === '@azure/functions-core' ? core : original.call(this, id);
  };
  isPatched = true;
}

function systemError(message: string): Error {
  return Object.assign(new Error(message), { isAzureFunctionsSystemError: true });
}

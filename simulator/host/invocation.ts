/** One call of a function, with its hooks, as `InvocationHandler` of azure-functions-nodejs-worker does it. */
import {
  type App,
  type AppFunction,
  type CoreInvocationContext,
  type Handler,
  type InvocationResponse,
  insideApp,
  type TypedData,
} from './functions-core.ts';

export interface LogEntry {
  level: 'trace' | 'debug' | 'information' | 'warning' | 'error' | 'critical';
  message: string;
  functionName?: string;
  invocationId?: string;
}
export type OnLog = (entry: LogEntry) => void;

export interface Invocation {
  invocationId: string;
  inputData: { name: string; data: TypedData | undefined }[];
  triggerMetadata?: Record<string, TypedData>;
}

/**
 * Rejects with the error that the function, or a hook, threw. A thrown value that is not an Error is not noticed, as in
 * the worker.
 */
export function invoke(
  app: App,
  fn: AppFunction,
  invocation: Invocation,
  onLog: OnLog,
): Promise<InvocationResponse> {
  return insideApp(app, () => invokeInside(app, fn, invocation, onLog));
}

async function invokeInside(
  app: App,
  fn: AppFunction,
  { invocationId, inputData, triggerMetadata }: Invocation,
  onLog: OnLog,
): Promise<InvocationResponse> {
  const log: CoreInvocationContext['log'] = (level, category, message) => {
    const entry: Record<string, unknown> = { level, category, message, hookData: {} };
    for (const hook of app.hooks.get('log') ?? []) hook(entry);
    onLog({
      level: entry.level as LogEntry['level'],
      message: String(entry.message),
      functionName: fn.name,
      invocationId,
    });
  };
  const core: CoreInvocationContext = {
    invocationId,
    request: { invocationId, inputData, triggerMetadata: triggerMetadata ?? null },
    metadata: { name: fn.name, bindings: fn.bindings },
    state: undefined,
    log,
  };
  const model = app.model!.getInvocationModel(core);
  const { context, inputs } = await model.getArguments();

  const hookData = {};
  const shared = { hookData, appHookData: app.hookData, invocationContext: context };
  const before: Record<string, unknown> = { ...shared, functionCallback: fn.handler, inputs };
  await runHooks(app, core, 'preInvocation', before);

  const after: Record<string, unknown> = { ...shared, inputs: before.inputs, result: null, error: null };
  core.state = 'invocation';
  try {
    after.result = await model.invokeFunction(
      context,
      before.inputs as unknown[],
      before.functionCallback as Handler,
    );
  } catch (error) {
    after.error = error;
  }
  await runHooks(app, core, 'postInvocation', after);
  if (after.error instanceof Error) throw after.error;
  return model.getResponse(context, after.result);
}

async function runHooks(
  app: App,
  core: CoreInvocationContext,
  name: string,
  context: Record<string, unknown>,
) {
  core.state = `${name}Hooks`;
  try {
    for (const hook of app.hooks.get(name) ?? []) await hook(context);
  } finally {
    core.state = undefined;
  }
}

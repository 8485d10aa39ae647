import {
  app,
  type FunctionHandler,
  type HttpHandler,
  type HttpMethod,
  type InvocationContext,
  type TimerHandler,
} from '@azure/functions';
import * as df from 'durable-functions';
import type { Settings } from '../shared/config.ts';
import type { Outcome } from '../shared/core/durable.ts';
import { failureOf, VpnRadiusError } from '../shared/core/errors.ts';
import { logLine } from '../shared/core/log-line.ts';
import { durableClient, instanceOf } from './durable-instances.ts';
import { answering } from './http/answers.ts';
import { callerWith, type Handler } from './http/callers.ts';
import { mustBeFromPage, signedInPrefix } from './http/page/from-page.ts';
import { rolesFor } from './http/roles.ts';
import { readStoppedBranches } from './stopped-branches.ts';

/**
 * Registers HTTP routes under `/api`, with the durable client. With `entra` a caller must also have a fitting role. A
 * browser that is signed in has no function key. So with `entra` each of these routes is also below `signed-in/`. There
 * only the role counts, and the call must come from our page.
 */
export function routes(authMode: Settings['AUTH_MODE']) {
  return (
    name: string,
    method: HttpMethod,
    path: string,
    handler: Handler,
    authLevel: 'function' | 'anonymous' = 'function',
  ) => {
    const roles = authMode === 'entra' && authLevel !== 'anonymous' ? rolesFor(method, path) : undefined;
    const common = { methods: [method], extraInputs: [durableClient] };
    app.http(name, {
      ...common,
      route: path,
      authLevel,
      handler: answering(async (http, context) =>
        handler(http, context, roles && callerWith(roles, http.headers)),
      ) as HttpHandler,
    });
    if (!roles) return;
    app.http(`${name}SignedIn`, {
      ...common,
      route: `${signedInPrefix}/${path}`,
      authLevel: 'anonymous',
      handler: answering(async (http, context) => {
        mustBeFromPage(http.headers);
        return handler(http, context, callerWith(roles, http.headers));
      }) as HttpHandler,
    });
  };
}

/**
 * An Event Grid function. It throws when it cannot take an event: Event Grid then tries again, and keeps a dead letter
 * in the end.
 */
export function event(name: string, handler: FunctionHandler) {
  app.eventGrid(name, { extraInputs: [durableClient], handler });
}

/** `schedule` is an NCRONTAB expression, in UTC unless the function app says otherwise. */
export function timer(name: string, schedule: string, handler: TimerHandler) {
  app.timer(name, { schedule, extraInputs: [durableClient], handler });
}

type AllActivities = Readonly<Record<string, (input: never, context: InvocationContext) => Promise<unknown>>>;
type Told = Outcome<unknown> & { readonly correlationIds?: readonly string[] };

/** Runs the work; returns its result and the correlation ids of everything that it has written in Azure. */
type WithCorrelationIds = <T>(
  work: () => Promise<T>,
) => Promise<{ readonly result: T; readonly correlationIds: readonly string[] }>;

/** The activities of a deployment. Its record names all that they write in Azure by the correlation ids. */
export function registerRecordedActivities(all: AllActivities, withCorrelationIds: WithCorrelationIds) {
  register(all, async (work) => {
    const { result, correlationIds } = await withCorrelationIds(work);
    return correlationIds.length > 0 ? { ...result, correlationIds } : result;
  });
}

/** The activities whose writes in Azure no record names. */
export function registerActivities(all: AllActivities) {
  register(all, (work) => work());
}

/**
 * What an activity returns or throws becomes an outcome that the steps of an orchestration understand. Only our own
 * failures are told. Of any other error the history and the log get its place in the code, never its message.
 */
function register(all: AllActivities, told: (work: () => Promise<Outcome<unknown>>) => Promise<Told>) {
  for (const [name, activity] of Object.entries(all)) {
    df.app.activity(name, {
      extraInputs: [durableClient],
      handler: (input: unknown, context: InvocationContext) => told(() => outcome(input, context)),
    });
    async function outcome(input: unknown, context: InvocationContext): Promise<Outcome<unknown>> {
      try {
        return { value: (await activity(input as never, context)) ?? null };
      } catch (error) {
        const failure = failureOf(error);
        const { code, message, target, transient, correlationId, requestId } = failure;
        const instance = instanceOf(context);
        context.warn(
          logLine('VpnRadius.Step.Failed', name, {
            instance,
            code,
            message,
            target,
            transient,
            correlationId,
            requestId,
          }),
        );
        if (!(error instanceof VpnRadiusError)) context.error(framesOf(error));
        return { failure };
      }
    }
  }
}

function framesOf(error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  return stack
    .split('\n')
    .filter((line) => line.trimStart().startsWith('at '))
    .join('\n');
}

export function orchestrations(all: Readonly<Record<string, df.OrchestrationHandler>>) {
  app.hook.preInvocation(readStoppedBranches);
  for (const [name, orchestration] of Object.entries(all)) df.app.orchestration(name, orchestration);
}

export function entity<T>(name: string, handler: df.EntityHandler<T>) {
  df.app.entity<T>(name, handler);
}

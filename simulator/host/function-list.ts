/** The functions of an app, and whether this host can run all of them. */
import type { App } from './functions-core.ts';
import type { OnLog } from './invocation.ts';
import type { HttpTrigger } from './triggers/http.ts';

export interface FunctionInfo {
  name: string;
  /** Type of the trigger: http-, timer-, eventGrid-, orchestration-, activity- or entityTrigger. */
  type: string;
  route?: string;
  methods?: string[];
  authLevel?: string;
  schedule?: string;
}

const imitatedTriggers = [
  'httpTrigger',
  'timerTrigger',
  'eventGridTrigger',
  'orchestrationTrigger',
  'activityTrigger',
  'entityTrigger',
];

/** Throws an error that names everything that is not imitated. */
export function checkImitated(app: App, onLog: OnLog): void {
  const problems = app.streams ? ['HTTP streaming (enableHttpStream)'] : [];
  for (const fn of app.functions.values()) {
    if (!imitatedTriggers.includes(fn.trigger.type)) problems.push(`"${fn.name}" has a ${fn.trigger.type}`);
    for (const [name, binding] of Object.entries(fn.bindings)) {
      if (name === fn.triggerName || (name === '$return' && binding.type === 'http')) continue;
      if (binding.type !== 'durableClient')
        problems.push(`"${fn.name}" has a binding of type ${binding.type}`);
    }
    if (fn.hasRetryPolicy) {
      onLog({
        level: 'warning',
        functionName: fn.name,
        message: 'The retry policy of this function is not imitated.',
      });
    }
  }
  if (problems.length > 0) throw new Error(`This host does not imitate: ${problems.join('; ')}.`);
}

export function functionInfos(app: App, triggers: HttpTrigger[]): FunctionInfo[] {
  return [...app.functions.values()].map((fn) => {
    const http = triggers.find((trigger) => trigger.fn === fn);
    return {
      name: fn.name,
      type: fn.trigger.type,
      ...(http && {
        route: `/${http.route.template}`,
        methods: http.route.methods ?? [],
        authLevel: http.authLevel,
      }),
      ...(fn.trigger.type === 'timerTrigger' && { schedule: String(fn.trigger.schedule) }),
    };
  });
}

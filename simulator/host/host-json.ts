/** The settings in host.json and the app settings that this host obeys. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface HostConfiguration {
  /** `extensions.http.routePrefix`. Empty when the app wants none. */
  routePrefix: string;
  /**
   * `extensions.durableTask.hubName`. Without it, the site's name; without that, the extension's name for a local task
   * hub.
   */
  taskHubName: string;
  /** `extensions.durableTask.overridableExistingInstanceStates`. */
  overridable: 'NonRunningStates' | 'AnyState';
  maxConcurrentActivityFunctions: number;
  /** `extensions.durableTask.defaultVersion`: every new instance keeps it for ever. Empty when none is set. */
  defaultVersion: string;
  /** `controlQueueVisibilityTimeout` and `workItemQueueVisibilityTimeout` of the storage provider, in milliseconds. */
  hidden: { control: number; workItem: number };
}

/** The extension's default is ten for each core. A fixed number keeps a simulation the same on every machine. */
const concurrentActivities = 20;

/** Reads `host.json` in `root`. A missing file means the defaults. Throws when it is not JSON or has a bad value. */
export function readHostJson(root: string, environment: NodeJS.ProcessEnv): HostConfiguration {
  const file = join(root, 'host.json');
  const json = existsSync(file)
    ? (readJson(file) as { extensions?: Record<string, Record<string, unknown>> })
    : {};
  const http = json.extensions?.http ?? {};
  const durable = json.extensions?.durableTask ?? {};
  const storage = (durable.storageProvider ?? {}) as Record<string, unknown>;

  const overridable = durable.overridableExistingInstanceStates ?? 'NonRunningStates';
  if (overridable !== 'NonRunningStates' && overridable !== 'AnyState') {
    throw new Error(
      `host.json: extensions.durableTask.overridableExistingInstanceStates is ${JSON.stringify(overridable)}; ` +
        'use "NonRunningStates" or "AnyState".',
    );
  }
  return {
    routePrefix: String(http.routePrefix ?? 'api').replace(/^\/+|\/+$/g, ''),
    taskHubName: withSettings(
      String(durable.hubName ?? environment.WEBSITE_SITE_NAME ?? 'TestHubName'),
      environment,
    ),
    overridable,
    defaultVersion: String(durable.defaultVersion ?? ''),
    maxConcurrentActivityFunctions: Number(durable.maxConcurrentActivityFunctions ?? concurrentActivities),
    hidden: {
      control: milliseconds(storage, 'controlQueueVisibilityTimeout'),
      workItem: milliseconds(storage, 'workItemQueueVisibilityTimeout'),
    },
  };
}

/** A TimeSpan in the form that .NET writes. */
function milliseconds(storage: Record<string, unknown>, name: string): number {
  const text = String(storage[name] ?? '00:05:00');
  const [, hours, minutes, seconds] = /^(\d\d):(\d\d):(\d\d)$/.exec(text) ?? [];
  if (seconds === undefined) {
    throw new Error(
      `host.json: extensions.durableTask.storageProvider.${name} is ${JSON.stringify(text)}; use hh:mm:ss.`,
    );
  }
  return ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
}

/** Replaces each `%NAME%` by the app setting NAME, as the host does in bindings and host.json. Throws when it is not set. */
export function withSettings(text: string, environment: NodeJS.ProcessEnv): string {
  return text.replace(/%([^%]+)%/g, (_, name: string) => {
    const value = environment[name];
    if (value === undefined)
      throw new Error(`'%${name}%' does not resolve to a value: set the app setting ${name}.`);
    return value;
  });
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(`${file} is not valid JSON: ${(error as Error).message}`);
  }
}

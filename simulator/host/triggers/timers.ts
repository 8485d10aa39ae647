/** Timer triggers on the host's clock: `TimerListener` of azure-webjobs-sdk-extensions. */
import type { Clock } from '../../clock.ts';
import type { AppFunction } from '../functions-core.ts';
import { withSettings } from '../host-json.ts';
import type { Invocation } from '../invocation.ts';
import { parseSchedule, type Schedule } from './ncrontab.ts';

export interface ScheduleStatus {
  last: string | undefined;
  next: string;
  updated: string;
}

interface Timers {
  stop(): void;
  /** Runs a timer's function now, independent of its schedule. Rejects with the error that it threw. */
  trigger(functionName: string): Promise<void>;
}

interface TimerHost {
  clock: Clock;
  environment: NodeJS.ProcessEnv;
  /** Status of earlier runs of this host, by function name. */
  statuses: Map<string, ScheduleStatus>;
  record(functionName: string, status: ScheduleStatus): void;
  call(fn: AppFunction, invocation: Omit<Invocation, 'invocationId'>): Promise<unknown>;
  onError(functionName: string, error: unknown): void;
}

/**
 * Starts every timer function. An occurrence that was missed while no host ran is done at once, with `isPastDue`. A
 * long run does not skip or double an occurrence: the next one is calculated when the run has ended.
 */
export function startTimers(functions: Iterable<AppFunction>, host: TimerHost): Timers {
  const schedules = new Map<string, { fn: AppFunction; schedule: Schedule }>();
  for (const fn of functions) {
    if (fn.trigger.type !== 'timerTrigger') continue;
    const expression = withSettings(String(fn.trigger.schedule), host.environment);
    schedules.set(fn.name, { fn, schedule: parseSchedule(expression) });
  }
  const pending = new Map<string, () => void>();
  let isStopped = false;

  const run = async (name: string, due: Date | undefined, isPastDue: boolean) => {
    const { fn, schedule } = schedules.get(name)!;
    const now = host.clock.now();
    const isMonitored = fn.trigger.useMonitor !== false;
    const status = host.statuses.get(name);
    const info = {
      Schedule: { AdjustForDST: true },
      ScheduleStatus: isMonitored
        ? {
            Last: offset(status?.last ?? '0001-01-01T00:00:00'),
            Next: offset(status?.next ?? now.toISOString()),
            LastUpdated: offset(status?.updated ?? '0001-01-01T00:00:00'),
          }
        : null,
      IsPastDue: isPastDue,
    };
    try {
      await host.call(fn, { inputData: [{ name: fn.triggerName, data: { json: JSON.stringify(info) } }] });
    } finally {
      const next = schedule.next(host.clock.now());
      if (isMonitored && due && next) {
        const entry = { last: due.toISOString(), next: next.toISOString(), updated: now.toISOString() };
        host.statuses.set(name, entry);
        host.record(name, entry);
      }
    }
  };

  const arm = (name: string) => {
    const next = schedules.get(name)!.schedule.next(host.clock.now());
    if (!next || isStopped) return;
    pending.set(
      name,
      host.clock.after(next.getTime() - host.clock.now().getTime(), () => void runAndArm(name, next, false)),
    );
  };
  const runAndArm = async (name: string, due: Date | undefined, isPastDue: boolean) => {
    await run(name, due, isPastDue).catch((error) => host.onError(name, error));
    arm(name);
  };

  for (const [name, { fn }] of schedules) {
    const missed = host.statuses.get(name)?.next;
    const isPastDue = missed !== undefined && new Date(missed) < host.clock.now();
    if (isPastDue && fn.trigger.useMonitor !== false) void runAndArm(name, new Date(missed), true);
    else if (fn.trigger.runOnStartup === true) void runAndArm(name, undefined, false);
    else arm(name);
  }
  return {
    stop() {
      isStopped = true;
      for (const cancel of pending.values()) cancel();
    },
    async trigger(name) {
      if (!schedules.has(name)) throw new Error(`"${name}" is not a function with a timer trigger.`);
      await run(name, undefined, false);
    },
  };
}

/** The form with offset in which .NET writes a DateTimeOffset. */
function offset(time: string): string {
  return `${time.replace(/(\.\d+)?Z$/, '')}+00:00`;
}

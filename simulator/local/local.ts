import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Scenario } from '../azure/scenario.ts';
import { type Clock, pacedClock, type VirtualClock, virtualClock } from '../clock.ts';
import type { QueueOptions } from '../host/durable/task-queues.ts';
import { type Host, lastKnownTime, startHost } from '../host/host.ts';
import type { LogEntry } from '../host/invocation.ts';
import type { NpsEngine } from '../nps/server.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { subscribe } from './event-subscriptions.ts';
import { readWorld } from './state.ts';
import { startWorld, storageSettings, type Wire, type World } from './world.ts';

export interface LocalOptions {
  /** The app's entry file as built. If not given: the one beside this simulator. */
  readonly appFile?: string;
  /** How many times as fast as the wall clock. Undefined: time stands still until `host.runUntil` moves it. */
  readonly pace?: number | undefined;
  readonly stateDir?: string | undefined;
  /** In place of `stateDir`: a state folder to begin with, but for its storage account. Nothing is written to it. */
  readonly beginsWith?: string | undefined;
  /** The port of the host's HTTP routes. Without it they answer only inside the process. */
  readonly port?: number | undefined;
  /**
   * The port of the simulated world. A process that plays several worlds one after the other has to give the port of
   * the first one again: the credential's library keeps the endpoint of the managed identity for the life of the
   * process.
   */
  readonly worldPort?: number;
  readonly seed?: string;
  readonly start?: Date;
  readonly scenario?: Scenario;
  /** NPS servers by name or id of their machine. They replace those of the scenario. */
  readonly npsStates?: Readonly<Record<string, unknown>>;
  readonly npsEngine?: NpsEngine;
  /** Programs that may be used as PowerShell, in addition to `PWSH` and `pwsh` on the path. */
  readonly npsEnginePaths?: readonly string[];
  /** Further settings of the app. They replace those that lead to the simulated world. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly functionKey?: string;
  readonly door?: (request: Request) => Request | Response;
  /** Whether ARM's events reach the app. */
  readonly events?: boolean;
  /** How the queues of the task hub deliver. If not given: as in Azure. */
  readonly queues?: QueueOptions;
  readonly onLog?: (entry: LogEntry) => void;
  readonly wire?: Wire | undefined;
  /** Where the app keeps its records and reports. If not given: a folder. */
  readonly storage?: 'account';
  /** Answers requests that match no route of the app. */
  readonly otherwise?: (request: Request) => Response | Promise<Response> | undefined;
}

export interface Local {
  readonly clock: Clock;
  readonly world: World;
  readonly host: Host;
  close(): Promise<void>;
}

/** The app as built. */
const appFile = fileURLToPath(new URL('../../functions/app.js', import.meta.url));

/** The app on the simulated host, with the simulated world. With a state folder it continues where it was. */
export async function startLocal(
  options: LocalOptions & { readonly pace?: undefined },
): Promise<Local & { clock: VirtualClock }>;
export async function startLocal(options: LocalOptions): Promise<Local>;
export async function startLocal(options: LocalOptions): Promise<Local> {
  const { stateDir, beginsWith, pace } = options;
  const before = stateDir ?? beginsWith;
  const saved = readWorld(before);
  const hostState = before && join(before, 'host');
  const known = [saved && new Date(saved.at), hostState && lastKnownTime(hostState)].filter(
    (time) => time instanceof Date,
  );
  const start = known.sort((one, other) => other.getTime() - one.getTime())[0] ?? options.start ?? new Date();
  const clock = pace === undefined ? virtualClock(start) : pacedClock(start, pace);
  // Without a state folder, reports live as long as the process.
  const temporary = stateDir === undefined ? temporaryFolder('vpn-radius-') : undefined;
  const reports = join(stateDir ?? temporary!.folder, 'reports');
  const reportsBefore = beginsWith && join(beginsWith, 'reports');
  if (temporary && reportsBefore && existsSync(reportsBefore))
    cpSync(reportsBefore, reports, { recursive: true });
  const tidy = () => temporary?.remove();
  const world = await startWorld({
    clock,
    saved,
    stateDir,
    wire: options.wire,
    ...(options.worldPort !== undefined && { port: options.worldPort }),
    ...(options.seed && { seed: options.seed }),
    ...(options.scenario && { scenario: options.scenario }),
    ...(options.npsStates && { npsStates: options.npsStates }),
    ...(options.npsEngine && { npsEngine: options.npsEngine }),
    ...(options.npsEnginePaths && { npsEnginePaths: options.npsEnginePaths }),
  });
  try {
    const host = await startHost({
      appFile: options.appFile ?? appFile,
      clock,
      settings: {
        ...world.settings,
        ...(options.storage ? storageSettings(world.origin) : { REPORT_FOLDER: reports }),
        ...options.settings,
      },
      ...(hostState && (stateDir === undefined ? { beginsWith: hostState } : { stateDir: hostState })),
      ...(options.port !== undefined && { port: options.port }),
      ...(options.seed && { seed: options.seed }),
      ...(options.functionKey && { functionKey: options.functionKey }),
      ...(options.door && { door: options.door }),
      ...(options.queues && { queues: options.queues }),
      ...(options.onLog && { onLog: options.onLog }),
      ...(options.otherwise && { otherwise: options.otherwise }),
    });
    const unsubscribe =
      options.events === false ? () => {} : subscribe(world.azure, host, world.pendingEvents);
    return {
      clock,
      world,
      host,
      async close() {
        unsubscribe();
        await host.stop();
        await world.close();
        tidy();
      },
    };
  } catch (error) {
    await world.close();
    tidy();
    throw error;
  }
}

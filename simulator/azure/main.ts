import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { pacedClock } from '../clock.ts';
import { npsHosts, npsMachines } from '../local/nps-servers.ts';
import { dateOf } from '../local/process.ts';
import type { NpsHost } from '../nps/host.ts';
import { createTicketing, isTicketingPath } from '../ticketing.ts';
import { createAzure } from './azure.ts';
import { hubNetworkId, npsMachineId, subscriptionId } from './default-world.ts';
import { deliverEvents, subscribedTypes } from './events/event-delivery.ts';
import { parseScenario, type Scenario } from './scenario.ts';
import { serveHttps } from './wire/https-server.ts';

const usage = `Usage: npm run simulator -- [--port N] [--pace N] [--scenario FILE] [--seed TEXT] [--date TIME] [--nps auto|powershell|memory] [--events URL]

  --port      HTTPS port on 127.0.0.1; if not given, any free port
  --pace      simulated seconds in one real second (600: a gateway takes four seconds)
  --scenario  JSON: durations, resources, NPS states, faults, rbac, switches (see simulator/scenarios/README.md)
  --seed      the same seed gives the same ids
  --date      when simulated time begins (ISO 8601); if not given, now. Some rules of Azure apply only from a date on.
              Choose a time near now for clients that look at the end of a token
  --nps       what carries out run commands
  --events    Event Grid webhook of a Functions host that is told of changes; may be repeated`;

export interface Running {
  /** The first line of standard output. */
  readonly announcement: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** A usage error: what is wrong with the command line or the scenario file. */
export class UsageError extends Error {}

interface Options {
  port: number;
  pace: number;
  seed: string;
  nps: 'auto' | 'powershell' | 'memory';
  scenario: Scenario | undefined;
  events: string[];
  date: Date | undefined;
}

export function readOptions(argv: string[]): Options {
  const { values } = parsed(argv);
  const nps = values.nps ?? 'auto';
  if (nps !== 'auto' && nps !== 'powershell' && nps !== 'memory') {
    throw new UsageError(`--nps must be auto, powershell or memory, not '${nps}'.`);
  }
  const events = values.events ?? [];
  const wrong = events.find((url) => !URL.canParse(url));
  if (wrong !== undefined) throw new UsageError(`--events must be a URL, not '${wrong}'.`);
  return {
    port: number(
      '--port',
      values.port ?? '0',
      (value) => Number.isInteger(value) && value >= 0 && value < 65_536,
    ),
    pace: number('--pace', values.pace ?? '600', (value) => value > 0 && value <= 1_000_000),
    seed: values.seed ?? 'azure',
    nps,
    events,
    scenario: values.scenario === undefined ? undefined : scenarioFrom(values.scenario),
    date: dateFrom(values.date),
  };
}

function parsed(argv: string[]) {
  try {
    return parseArgs({
      args: argv,
      options: {
        port: { type: 'string' },
        pace: { type: 'string' },
        scenario: { type: 'string' },
        seed: { type: 'string' },
        date: { type: 'string' },
        nps: { type: 'string' },
        events: { type: 'string', multiple: true },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function number(name: string, given: string, valid: (value: number) => boolean): number {
  const value = given.trim() === '' ? Number.NaN : Number(given);
  if (!valid(value)) throw new UsageError(`${name} must be a number in the allowed range, not '${given}'.`);
  return value;
}

function dateFrom(text: string | undefined): Date | undefined {
  try {
    return dateOf('--date', text);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function scenarioFrom(file: string): Scenario {
  try {
    return parseScenario(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    throw new UsageError(`--scenario ${file}: ${error instanceof Error ? error.message : error}`);
  }
}

/** Starts the simulated Azure on its own port, with the NPS servers of the world behind it. */
export async function start(options: Options, report: (line: string) => void): Promise<Running> {
  // Without another option, simulated time begins at the time of the wall clock, because clients compare the end of
  // their tokens with it.
  const clock = pacedClock(options.date ?? new Date(), options.pace);
  const hosts = new Map<string, NpsHost>();
  const azure = createAzure({
    clock,
    seed: options.seed,
    npsHosts: hosts,
    ...(options.scenario ? { scenario: options.scenario } : {}),
  });
  const machines = npsMachines(azure, { clock, engine: options.nps, states: options.scenario?.npsStates });
  for (const [id, host] of npsHosts(machines)) hosts.set(id, host);
  const ticketing = createTicketing(() => clock.now());
  const server = await serveHttps(
    {
      handle: (request) =>
        isTicketingPath(new URL(request.url).pathname) ? ticketing.handle(request) : azure.handle(request),
    },
    { port: options.port },
  );
  const stops = await Promise.all(
    options.events.map((url) => deliverEvents(azure, { url, includedTypes: subscribedTypes, report })),
  ).catch(async (error) => {
    await server.close();
    throw error;
  });
  return {
    announcement: {
      resourceManagerEndpoint: server.origin,
      keyVaultUrl: server.origin,
      caFile: server.caFile,
      identityEndpoint: `${server.origin}/msi/token`,
      identityHeader: azure.world.identityHeader,
      subscriptionId,
      resourceGroup: 'rg-hub',
      virtualNetworkId: hubNetworkId,
      npsHostId: npsMachineId,
      authorityHost: server.origin,
      tenantId: azure.world.tenantId,
      ticketingUrl: `${server.origin}/ticketing`,
    },
    async close() {
      for (const stop of stops) stop();
      await server.close();
    },
  };
}

async function main(): Promise<void> {
  try {
    const running = await start(readOptions(process.argv.slice(2)), (line) => console.error(line));
    console.log(JSON.stringify(running.announcement));
    // The timer of an operation must not keep the process alive after the server has closed.
    const end = () => void running.close().finally(() => process.exit(0));
    process.once('SIGTERM', end);
    process.once('SIGINT', end);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    console.error(error instanceof UsageError ? `${message}\n\n${usage}` : message);
    process.exit(error instanceof UsageError ? 2 : 1);
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) await main();

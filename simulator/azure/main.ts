import { pathToFileURL } from 'node:url';
import { pacedClock } from '../clock.ts';
import { dateOf, parsedArguments, scenarioIn, UsageError, wholeNumber } from '../command-line.ts';
import { npsHosts, npsMachines } from '../local/nps-servers.ts';
import type { NpsHost } from '../nps/host.ts';
import { createTicketing, isTicketingPath } from '../ticketing.ts';
import { createAzure } from './azure.ts';
import { hubNetworkId, npsMachineId, subscriptionId } from './default-world.ts';
import { deliverEvents, subscribedTypes } from './events/event-delivery.ts';
import type { Scenario } from './scenario.ts';
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

interface Options {
  port: number;
  pace: number;
  seed: string;
  nps: 'auto' | 'powershell' | 'memory';
  scenario: Scenario | undefined;
  events: string[];
  date: Date | undefined;
}

export function readSimulatorOptions(argv: string[]): Options {
  const { values } = parsedArguments({
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
  const nps = values.nps ?? 'auto';
  if (nps !== 'auto' && nps !== 'powershell' && nps !== 'memory') {
    throw new UsageError(`--nps must be auto, powershell or memory, not '${nps}'.`);
  }
  const events = values.events ?? [];
  const wrong = events.find((url) => !URL.canParse(url));
  if (wrong !== undefined) throw new UsageError(`--events must be a URL, not '${wrong}'.`);
  return {
    port: wholeNumber('--port', values.port ?? '0', 0, 65_535),
    pace: paceFrom(values.pace ?? '600'),
    seed: values.seed ?? 'azure',
    nps,
    events,
    scenario: values.scenario === undefined ? undefined : scenarioIn(values.scenario),
    date: dateOf('--date', values.date),
  };
}

function paceFrom(text: string): number {
  const pace = text.trim() === '' ? Number.NaN : Number(text);
  if (pace > 0 && pace <= 1_000_000) return pace;
  throw new UsageError(`--pace must be a number above 0 and at most 1000000, not '${text}'.`);
}

/** Starts the simulated Azure on its own port, with the NPS servers of the world behind it. */
export async function startSimulator(options: Options, report: (line: string) => void): Promise<Running> {
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

async function announceSimulator(): Promise<void> {
  try {
    const running = await startSimulator(readSimulatorOptions(process.argv.slice(2)), (line) =>
      console.error(line),
    );
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

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) await announceSimulator();

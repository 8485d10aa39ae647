import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Azure, createAzure } from '../azure/azure.ts';
import { npsMachineId } from '../azure/default-world.ts';
import type { Scenario } from '../azure/scenario.ts';
import { isStoragePath, type SimulatedStorage, simulatedStorage } from '../azure/storage/account.ts';
import { serveHttps } from '../azure/wire/https-server.ts';
import type { WireRequest, WireResponse } from '../azure/wire/messages.ts';
import { isPricesPath, retailPrices } from '../azure/wire/retail-prices.ts';
import type { Clock } from '../clock.ts';
import type { NpsHost, NpsServer } from '../nps/host.ts';
import type { RadiusServer } from '../nps/radius/radius-server.ts';
import type { NpsEngine } from '../nps/server.ts';
import { type Jira, jira } from '../ticketing/jira.ts';
import { type Receiver, receiver } from '../ticketing/receiver.ts';
import { type ServiceNow, serviceNow } from '../ticketing/servicenow.ts';
import type { PendingDelivery } from './event-subscriptions.ts';
import { type NpsMachine, npsHosts, npsMachines, radiusServers } from './nps-servers.ts';
import { type SavedWorld, writeWorld } from './state.ts';
import { trustAuthority } from './trust.ts';

export interface WorldOptions {
  readonly clock: Clock;
  readonly port?: number;
  readonly seed?: string;
  readonly scenario?: Scenario;
  readonly npsEngine?: NpsEngine;
  /** Programs that may be used as PowerShell, in addition to `PWSH` and `pwsh` on the path. */
  readonly npsEnginePaths?: readonly string[];
  /** By name or by id of the machine; they replace those of the scenario. In the forms that `npsStateOf` reads. */
  readonly npsStates?: Readonly<Record<string, unknown>>;
  readonly stateDir?: string | undefined;
  readonly saved?: SavedWorld | undefined;
  readonly wire?: Wire | undefined;
}

/** Every request of the app passes here. It goes through to its `answer`, or something else happens to it. */
export type Wire = (request: WireRequest, answer: () => Promise<WireResponse>) => Promise<WireResponse>;

/** Everything around the app: Azure, NPS servers and ticket systems, on one HTTPS port of loopback. */
export interface World {
  readonly azure: Azure;
  /** Azure's events that the app has not taken yet. The state keeps them. */
  readonly pendingEvents: Set<PendingDelivery>;
  /** The Windows machines of the world, each with an NPS server. */
  readonly machines: readonly NpsMachine[];
  /** By machine name, such as `nps-01`. */
  readonly npsServers: ReadonlyMap<string, NpsServer>;
  /** The RADIUS ports of the NPS servers, by machine name, and the calls on their users' phones. */
  readonly radius: ReadonlyMap<string, RadiusServer>;
  readonly receiver: Receiver;
  readonly serviceNow: ServiceNow;
  readonly jira: Jira;
  /** A storage account. The settings below do not lead to it. */
  readonly storage: SimulatedStorage;
  /** `https://127.0.0.1:<port>` */
  readonly origin: string;
  /** The certificate of the authority that other processes have to trust (`NODE_EXTRA_CA_CERTS`). */
  readonly caFile: string;
  /** The app's settings that lead to all of it, and no others. */
  readonly settings: Readonly<Record<string, string>>;
  /** Saves the state after a change that did not come by a request. */
  save(): void;
  close(): Promise<void>;
}

/** With these settings the app keeps its records and reports in the simulated storage account instead of a folder. */
export const storageSettings = (origin: string): Readonly<Record<string, string>> => ({
  REPORT_FOLDER: '',
  AzureWebJobsStorage: '',
  AzureWebJobsStorage__blobServiceUri: `${origin}/blobs`,
  AzureWebJobsStorage__tableServiceUri: `${origin}/tables`,
});

/** Development credentials of the simulated ticket systems. The app finds them in the simulated Key Vault. */
export const developmentSecrets = {
  'callback-key': 'simulated-callback-key',
  'servicenow-credential': 'vpn.radius:simulated-password',
  'jira-credential': 'vpn-radius@example.com:simulated-token',
} as const;

export async function startWorld(options: WorldOptions): Promise<World> {
  const { clock, saved, stateDir } = options;
  const hosts = new Map<string, NpsHost>();
  const secrets = Object.entries(developmentSecrets).map(([name, value]) => ({ name, value }));
  const azure = createAzure(
    {
      clock,
      npsHosts: hosts,
      // What the script did to the server and what it answered are kept together: a process that is killed has both, or
      // neither.
      scriptEnded: () => save(),
      ...(options.seed && { seed: options.seed }),
      scenario: { ...options.scenario, secrets: [...secrets, ...(options.scenario?.secrets ?? [])] },
    },
    saved?.azure,
  );
  const machines = npsMachines(azure, {
    clock,
    engine: options.npsEngine ?? 'memory',
    enginePaths: options.npsEnginePaths,
    states: { ...options.scenario?.npsStates, ...options.npsStates },
    saved: saved?.npsServers,
  });
  for (const [id, host] of npsHosts(machines)) hosts.set(id, host);
  const npsServers = new Map(machines.map(({ name, server }) => [name, server] as const));
  const radius = await radiusServers(machines, clock);
  const accounts = {
    basic: {
      [developmentSecrets['servicenow-credential']]: 'VPN RADIUS',
      [developmentSecrets['jira-credential']]: 'VPN RADIUS',
    },
  };
  const callbacks = receiver({
    clock,
    key: developmentSecrets['callback-key'],
    earlier: saved?.deliveries ?? [],
  });
  const now = serviceNow({ clock, accounts, saved: saved?.serviceNow });
  const issues = jira({ clock, accounts, saved: saved?.jira });
  const storage = simulatedStorage(clock, stateDir && join(stateDir, 'storage.jsonl'));

  const handle = async (request: WireRequest): Promise<WireResponse> => {
    const { pathname } = new URL(request.url);
    if (isStoragePath(pathname)) return storage.handle(request);
    const answer = await answerOf(pathname, request);
    if (request.method !== 'GET') save();
    return answer;
  };
  const answerOf = (path: string, request: WireRequest) => {
    if (isPricesPath(path)) return retailPrices(request);
    if (/^\/(api\/now\/|oauth_token\.do$)/.test(path)) return now.handle(request);
    if (path.startsWith('/rest/api/3/')) return issues.handle(request);
    return path.startsWith('/hooks/') ? callbacks.handle(request) : azure.handle(request);
  };
  const pendingEvents = new Set(saved?.pendingEvents ?? []);
  const { wire } = options;
  const service = { handle: wire ? (request: WireRequest) => wire(request, () => handle(request)) : handle };
  const server = await serveHttps(service, { port: options.port ?? saved?.port ?? 0 });
  trustAuthority(readFileSync(server.caFile, 'utf8'));

  function save() {
    if (stateDir === undefined) return;
    writeWorld(stateDir, {
      at: clock.now().toISOString(),
      port: server.port,
      azure: azure.snapshot(),
      pendingEvents: [...pendingEvents],
      npsServers: Object.fromEntries([...npsServers].map(([name, nps]) => [name, nps.state()])),
      deliveries: callbacks.deliveries,
      serviceNow: now.snapshot(),
      jira: issues.snapshot(),
    });
  }

  return {
    azure,
    pendingEvents,
    machines,
    npsServers,
    radius,
    receiver: callbacks,
    serviceNow: now,
    jira: issues,
    storage,
    origin: server.origin,
    caFile: server.caFile,
    settings: {
      AZURE_RESOURCE_MANAGER_ENDPOINT: server.origin,
      AZURE_AUTHORITY_HOST: server.origin,
      KEY_VAULT_URL: server.origin,
      SUBSCRIPTION_IDS: azure.world.subscriptions.map((one) => one.subscriptionId).join(','),
      // Not the managed identity: MSAL keeps its endpoint for the life of the process, and a process may use several
      // worlds.
      AZURE_TENANT_ID: azure.world.tenantId,
      AZURE_CLIENT_ID: azure.world.application.clientId,
      AZURE_CLIENT_SECRET: azure.world.application.clientSecret,
      PRICES_ENDPOINT: server.origin,
      EVENT_TOPIC_ENDPOINT: `${server.origin}/api/events`,
      SERVICENOW_INSTANCE: server.origin,
      SERVICENOW_CREDENTIAL_SECRET: 'servicenow-credential',
      JIRA_BASE_URL: server.origin,
      JIRA_CREDENTIAL_SECRET: 'jira-credential',
      JIRA_FIELDS: JSON.stringify({ virtualNetworkId: 'customfield_10101' }),
      CALLBACK_ALLOWED_HOSTS: new URL(server.origin).host,
      CALLBACK_KEY_SECRET: 'callback-key',
      RADIUS_PROBE_SUBNET: '10.0.9.0/26',
      RADIUS_PROBE_TARGETS: JSON.stringify(
        Object.fromEntries(
          machines.flatMap(({ name, addresses }) =>
            addresses.map((address) => [address, `127.0.0.1:${radius.get(name)!.port}`]),
          ),
        ),
      ),
      DEFAULT_NPS_SERVERS: JSON.stringify([{ address: '10.0.1.4', score: 30, host: npsMachineId }]),
    },
    save,
    async close() {
      await server.close();
      for (const one of radius.values()) await one.close();
    },
  };
}

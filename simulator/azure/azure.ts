import type { Clock } from '../clock.ts';
import type { NpsHost } from '../nps/host.ts';
import { armCaller } from './arm/access.ts';
import { endings } from './arm/provisioning.ts';
import { actionOf, arm } from './arm/requests.ts';
import { viewOf } from './arm/resources.ts';
import type { Call, Core, ResourceChange } from './core.ts';
import { defaultWorld, type SeedResource, seedDefaults, seedResource } from './default-world.ts';
import { enqueue, isQueuePath, readQueue } from './events/event-queue.ts';
import { eventTopic } from './events/event-topic.ts';
import { type OutgoingEvent, resourceEvent, secretNearExpiry } from './events/resource-events.ts';
import { createFaults, type FaultEffect, type Faults, garbled, standardError } from './faults.ts';
import { applyScenario, type Scenario } from './scenario.ts';
import { type AzureSettings, usualSettings } from './settings.ts';
import { restoreState, snapshotOf } from './state-file.ts';
import { isVaultPath, keyVault, vaultAction } from './vault/key-vault.ts';
import { clientProfile, isProfilePath } from './vpn-gateway/client-profile.ts';
import { identity, isIdentityPath } from './wire/identity.ts';
import {
  AzureError,
  ConnectionDropped,
  type JsonObject,
  refusal,
  type WireRequest,
  type WireResponse,
} from './wire/messages.ts';
import { issueToken } from './wire/tokens.ts';
import { type AzureWorld, newGuid, type Resource } from './world.ts';

export type AzureService = 'arm' | 'keyVault' | 'identity' | 'eventTopic' | 'eventQueue' | 'clientProfile';

/** One request as it came, secrets included, with its answer. */
export interface LoggedRequest {
  at: string;
  service: AzureService;
  method: string;
  url: string;
  /** ARM or data action. Undefined when the request has none. */
  action: string | undefined;
  /** 0 while it runs, and when the connection was dropped. */
  status: number;
  body: string | undefined;
}

export interface AzureOptions {
  clock: Clock;
  /** Ids, etags and addresses follow from the seed. */
  seed?: string;
  scenario?: Scenario;
  /** By the id of the machine, in lower case. */
  npsHosts?: ReadonlyMap<string, NpsHost>;
  /** Called when a script has ended and the world holds its answer. */
  scriptEnded?: () => void;
}

export interface Azure {
  readonly clock: Clock;
  readonly world: AzureWorld;
  readonly settings: AzureSettings;
  readonly faults: Faults;
  readonly requests: readonly LoggedRequest[];
  /** Events that were sent to the custom topic (`POST /api/events`). */
  readonly topicEvents: readonly JsonObject[];
  /** Answers one request. Rejects with `ConnectionDropped` when a fault drops the connection. */
  handle(request: WireRequest): Promise<WireResponse>;
  /** The resource as the simulator keeps it, by its id in any case. */
  resource(id: string): Resource | undefined;
  /**
   * What a read of the resource at the newest api-version shows, also of a subnet or a peering. Undefined when there is
   * none.
   */
  view(id: string): JsonObject | undefined;
  /** Puts resources into the world as if they had been provisioned long ago, without Azure's checks. */
  seed(resources: SeedResource[]): void;
  /** Reports what changed at ARM, as Event Grid would. Returns a function that ends it. */
  onEvent(listener: (event: OutgoingEvent) => void): () => void;
  /** Sends `Microsoft.KeyVault.SecretNearExpiry` for the newest version of a secret. */
  emitSecretNearExpiry(name: string): void;
  /** A token of the app's managed identity, in the form that its credential would get. */
  token(audience: string): { token: string; expiresOn: number };
  /** Waits for the scripts that are running. */
  settled(): Promise<void>;
  /** How many requests there were, by `METHOD action`. */
  counts(): Record<string, number>;
  /** Everything as plain JSON: state, running operations, faults. */
  snapshot(): JsonObject;
}

/**
 * Azure, in the parts that the app and its tests see. Its time is the clock's time, its ids follow from the seed. With
 * `saved`, it is the Azure from which `azure.snapshot()` was made, and its operations continue.
 */
export function createAzure(options: AzureOptions, saved?: JsonObject): Azure {
  const listeners = new Set<(event: OutgoingEvent) => void>();
  const requests: LoggedRequest[] = [];
  const topicEvents: JsonObject[] = [];
  const faults = createFaults();
  const tell = (event: OutgoingEvent) => {
    for (const listener of [...listeners]) listener(event);
  };
  const core: Core = {
    clock: options.clock,
    world: defaultWorld(options.seed ?? 'azure'),
    settings: usualSettings(),
    npsHosts: options.npsHosts ?? new Map(),
    scripts: new Map(),
    locks: new Map(),
    endings,
    notify(change: ResourceChange) {
      const event = resourceEvent(core, change);
      enqueue(core, event);
      tell(event);
    },
    scriptEnded: options.scriptEnded ?? (() => {}),
  };
  if (saved) restoreState(core, faults, saved);
  else {
    seedDefaults(core);
    if (options.scenario) applyScenario(core, faults, options.scenario);
  }

  function armCall(request: WireRequest, url: URL, fault: FaultEffect | undefined): Call {
    return {
      core,
      request,
      method: request.method.toUpperCase(),
      url,
      apiVersion: url.searchParams.get('api-version') ?? '',
      caller: armCaller(core, request, url.origin),
      requestId: newGuid(core.world),
      correlationId: request.headers['x-ms-correlation-request-id'] ?? newGuid(core.world),
      fault,
    };
  }

  /** The answer of a fault has the headers of every answer of ARM. */
  function faulty(
    request: WireRequest,
    url: URL,
    service: AzureService,
    fault: FaultEffect & { kind: 'respond' },
  ) {
    const response = injected(fault);
    return service === 'arm' ? withArmHeaders(armCall(request, url, fault), response) : response;
  }

  async function answer(
    request: WireRequest,
    url: URL,
    service: AzureService,
    fault: FaultEffect | undefined,
  ) {
    if (service === 'identity') return identity(core, request, url);
    if (service === 'clientProfile') return clientProfile(core, request, url);
    if (service === 'eventTopic') return eventTopic(core, request, topicEvents);
    if (service === 'eventQueue') return readQueue(core, request, url);
    if (service === 'keyVault') return keyVault(core, request, url, fault?.kind === 'deny');
    const call = armCall(request, url, fault);
    return withArmHeaders(call, await arm(call).catch(asRefusal));
  }

  return {
    clock: core.clock,
    world: core.world,
    settings: core.settings,
    faults,
    requests,
    topicEvents,
    async handle(request) {
      const url = new URL(request.url);
      const method = request.method.toUpperCase();
      const service = azureServiceOf(url.pathname);
      const action =
        service === 'arm'
          ? actionOf(method, url.pathname.replace(/\/+$/, ''))
          : service === 'keyVault'
            ? vaultAction(method, url.pathname)
            : undefined;
      const entry: LoggedRequest = {
        at: core.clock.now().toISOString(),
        service,
        method,
        url: request.url,
        action,
        status: 0,
        body: request.body,
      };
      requests.push(entry);
      const fault = faults.take({ method, url: request.url, action });
      if (fault?.kind === 'drop' && !fault.afterEffect) throw new ConnectionDropped();
      const response =
        fault?.kind === 'respond'
          ? faulty(request, url, service, fault)
          : await answer(request, url, service, fault).catch(asRefusal);
      if (fault?.kind === 'drop') throw new ConnectionDropped();
      entry.status = response.status;
      response.headers.Date = core.clock.now().toUTCString();
      return fault?.kind === 'garble' ? garbled(response, fault.body) : response;
    },
    resource: (id) => core.world.resources.get(id),
    view: (id) => viewOf(core, id),
    seed(resources) {
      for (const resource of resources) seedResource(core, resource);
    },
    onEvent(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    emitSecretNearExpiry: (name) => tell(secretNearExpiry(core, name)),
    token: (audience) => issueToken(core, audience, core.world.principal),
    async settled() {
      while (core.scripts.size > 0) await Promise.all(core.scripts.values());
    },
    counts() {
      const counts: Record<string, number> = {};
      for (const { method, action, service } of requests) {
        const name = `${method} ${action ?? service}`;
        counts[name] = (counts[name] ?? 0) + 1;
      }
      return counts;
    },
    snapshot: () => snapshotOf(core, faults),
  };
}

/** All services have the same port. The path of a request says which service it is for. */
function azureServiceOf(path: string): AzureService {
  if (isVaultPath(path)) return 'keyVault';
  if (isIdentityPath(path)) return 'identity';
  if (isProfilePath(path)) return 'clientProfile';
  if (isQueuePath(path)) return 'eventQueue';
  return /^\/api\/events$/i.test(path) ? 'eventTopic' : 'arm';
}

function injected(fault: FaultEffect & { kind: 'respond' }): WireResponse {
  const [code, message] = standardError(fault.status);
  return refusal(
    new AzureError(fault.status, fault.code ?? code, fault.message ?? message, {
      headers:
        fault.retryAfterSeconds === undefined ? {} : { 'Retry-After': String(fault.retryAfterSeconds) },
    }),
  );
}

function asRefusal(error: unknown): WireResponse {
  if (error instanceof AzureError) return refusal(error);
  if (error instanceof ConnectionDropped) throw error;
  // A defect of the simulator must not look like an answer of Azure.
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return refusal(new AzureError(500, 'SimulatorDefect', message));
}

/** What ARM adds to every answer (header names as on the wire, SEMANTICS). */
function withArmHeaders(call: Call, response: WireResponse): WireResponse {
  const { requestId, correlationId, core, method } = call;
  const operation = /\/operations\/([0-9a-f-]{36})\?/.exec(
    response.headers['Azure-AsyncOperation'] ?? '',
  )?.[1];
  const kind = method === 'GET' ? 'reads' : method === 'DELETE' ? 'deletes' : 'writes';
  const stamp = core.clock
    .now()
    .toISOString()
    .replace(/[-:]|\.\d+/g, '');
  const isNetwork = /\/providers\/Microsoft\.Network\//i.test(call.url.pathname);
  return {
    ...response,
    headers: {
      'Cache-Control': 'no-cache',
      Pragma: 'no-cache',
      Expires: '-1',
      ...response.headers,
      'x-ms-request-id': method === 'GET' ? requestId : (operation ?? requestId),
      'x-ms-correlation-request-id': correlationId,
      ...(isNetwork ? { 'x-ms-arm-service-request-id': newGuid(core.world) } : {}),
      [`x-ms-ratelimit-remaining-subscription-${kind}`]: '199',
      'x-ms-routing-request-id': `WESTEUROPE:${stamp}:${correlationId}`,
      'Strict-Transport-Security': 'max-age=31536000; includeSubDomains',
      'X-Content-Type-Options': 'nosniff',
    },
  };
}

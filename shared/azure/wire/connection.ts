import { setTimeout } from 'node:timers/promises';
import type { NetworkManagementClient } from '@azure/arm-network';
import type { TokenCredential } from '@azure/core-auth';
import { ServiceClient } from '@azure/core-client';
import {
  createDefaultHttpClient,
  type HttpClient,
  type PipelinePolicy,
  type PipelineResponse,
  tracingPolicyName,
} from '@azure/core-rest-pipeline';
import { DefaultAzureCredential } from '@azure/identity';
import { useRole } from './access.ts';
import { correlationNoted } from './correlation.ts';
import { patientCredential } from './credential.ts';
import { isLoopback } from './loopback.ts';
import { oneAttempt } from './one-attempt.ts';
import { requestTelemetry } from './request-telemetry.ts';
import { type ArmRequest, resourceManager } from './resource-manager.ts';
import { refusalKept } from './said.ts';
import { sensibleAnswer } from './sensible-answer.ts';

export interface AzureSettings {
  /** `https://management.azure.com`, that of a sovereign cloud, or the simulator's on loopback. */
  readonly resourceManagerEndpoint: string;
  readonly authorityHost: string;
  readonly keyVaultUrl: string;
  /** The role that the app's identity should have, by name or id. The text of a refusal asks to assign it. */
  readonly roleName?: string;
  /** The app's version, for the `User-Agent` header. */
  readonly version: string;
  readonly credential?: TokenCredential;
  /** Sends the requests in place of HTTPS. */
  readonly httpClient?: HttpClient;
  /** Waits between looks at an operation that is followed to its end. Real time when not given. */
  readonly pause?: (seconds: number) => Promise<void>;
}

/** What the adapters share: clients with one credential and one way of sending. */
export interface Azure {
  readonly keyVaultUrl: string;
  readonly credential: TokenCredential;
  /** Options of every client: no retries of its own, our policy, the app's `User-Agent`. */
  readonly clientOptions: ReturnType<typeof optionsOf>;
  /**
   * Most of the app's code. It is loaded for the first request that needs it, so that the start does not wait
   * for it.
   */
  network(subscriptionId: string): Promise<NetworkManagementClient>;
  /** The same for one write, whose request the policy completes. */
  networkWith(subscriptionId: string, policy: PipelinePolicy): Promise<NetworkManagementClient>;
  /**
   * One request to Resource Manager, for calls that the SDKs do not have. Throws `RestError` for a status of
   * 400 and above.
   */
  arm(request: ArmRequest): Promise<PipelineResponse>;
  pause(seconds: number): Promise<void>;
}

export function connectAzure(settings: AzureSettings): Azure {
  const endpoint = settings.resourceManagerEndpoint.replace(/\/+$/, '');
  if (settings.roleName) useRole(settings.roleName);
  const credential =
    settings.credential ??
    patientCredential(
      (httpClient) =>
        new DefaultAzureCredential({
          authorityHost: settings.authorityHost,
          disableInstanceDiscovery: isLoopback(settings.authorityHost),
          // The same as for every client: the caller of this token request is repeated durably.
          retryOptions: { maxRetries: 0 },
          httpClient,
        }),
      settings.httpClient ?? createDefaultHttpClient(),
    );
  const clientOptions = optionsOf(settings);
  const scope = `${endpoint}/.default`;
  const networkWith = async (subscriptionId: string, ...policies: readonly PipelinePolicy[]) => {
    const { NetworkManagementClient } = await import('@azure/arm-network');
    return ownSpans(
      new NetworkManagementClient(credential, subscriptionId, {
        ...clientOptions,
        additionalPolicies: [...clientOptions.additionalPolicies, ...policies.map(perCall)],
        endpoint,
        credentialScopes: scope,
      }),
    );
  };
  const client = ownSpans(
    new ServiceClient({ ...clientOptions, endpoint, credential, credentialScopes: scope }),
  );

  return {
    keyVaultUrl: settings.keyVaultUrl,
    credential,
    clientOptions,
    network: onePerSubscription((subscriptionId) => networkWith(subscriptionId)),
    networkWith,
    pause: settings.pause ?? ((seconds) => setTimeout(seconds * 1000)),
    arm: resourceManager(client, endpoint),
  };
}

function optionsOf({ version, httpClient }: AzureSettings) {
  return {
    // The caller repeats durably, and obeys Retry-After. A client that repeats too would multiply the
    // attempts.
    retryOptions: { maxRetries: 0 },
    userAgentOptions: { userAgentPrefix: `vpn-radius/${version}` },
    additionalPolicies: [requestTelemetry, correlationNoted, refusalKept, sensibleAnswer, oneAttempt].map(
      perCall,
    ),
    ...(httpClient ? { httpClient } : {}),
  };
}

/** `requestTelemetry` makes the span of a request. The client's own policy for it does nothing but cost time. */
function ownSpans<Client extends ServiceClient>(client: Client): Client {
  client.pipeline.removePolicy({ name: tracingPolicyName });
  return client;
}

const perCall = (policy: PipelinePolicy) => ({ policy, position: 'perCall' as const });

/** A client belongs to one subscription. Making one costs more than keeping it. */
function onePerSubscription<Client>(
  make: (subscriptionId: string) => Client,
): (subscriptionId: string) => Client {
  const clients = new Map<string, Client>();
  return (subscriptionId) => {
    const key = subscriptionId.toLowerCase();
    const client = clients.get(key) ?? make(subscriptionId);
    clients.set(key, client);
    return client;
  };
}

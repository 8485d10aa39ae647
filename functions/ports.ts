import { eventTopic } from '../shared/azure/event-topic.ts';
import { npsServers } from '../shared/azure/machines/nps-servers.ts';
import { fleet } from '../shared/azure/network/fleet.ts';
import { publicIpAddresses } from '../shared/azure/network/public-ip-addresses.ts';
import { virtualNetworks } from '../shared/azure/network/virtual-networks.ts';
import { vpnGateways } from '../shared/azure/network/vpn-gateways.ts';
import { retailPrices } from '../shared/azure/retail-prices.ts';
import { withoutReserved } from '../shared/azure/vault/reserved-secrets.ts';
import { secretCatalogue } from '../shared/azure/vault/secret-catalogue.ts';
import { secrets } from '../shared/azure/vault/secrets.ts';
import { connectAzure } from '../shared/azure/wire/connection.ts';
import type { Settings } from '../shared/config.ts';
import { version } from '../shared/core/version.ts';
import { sendRadiusProbe } from '../shared/nps/radius/probe.ts';
import { npsRunCommandScript } from '../shared/nps/script.ts';
import type {
  EventTopic,
  FindingTickets,
  Fleet,
  NpsServers,
  Prices,
  PublicIpAddresses,
  RadiusProbes,
  SecretCatalogue,
  Secrets,
  TicketPeople,
  Tickets,
  VirtualNetworks,
  VpnGateways,
} from '../shared/ports.ts';
import { signedPost } from '../shared/ticketing/callbacks.ts';
import { findingTickets } from '../shared/ticketing/finding-tickets.ts';
import { httpsClient } from '../shared/ticketing/https.ts';
import { ticketPeople } from '../shared/ticketing/people.ts';
import { systemCalls, type TicketingOptions, tickets } from '../shared/ticketing/tickets.ts';
import { ticketsInTurns } from './records/answer-turns.ts';
import { type Storage, storageOf } from './storage.ts';

/** The outside parties, connected for the app. */
export interface Ports extends Storage {
  readonly virtualNetworks: VirtualNetworks;
  readonly publicIps: PublicIpAddresses;
  readonly gateways: VpnGateways;
  readonly npsServers: NpsServers;
  /** The shared secrets of gateways. */
  readonly secrets: Secrets;
  /** Secrets that the settings name: keys and credentials of ticket systems. */
  readonly credentials: Pick<Secrets, 'read'>;
  readonly prices: Prices;
  readonly tickets: Tickets;
  readonly people: TicketPeople;
  /** Set when `RADIUS_PROBE` is on. */
  readonly radiusProbes: RadiusProbes | undefined;
  /** Where subscribers are told of events; undefined when there is no topic. */
  readonly topic: EventTopic | undefined;
  readonly fleet: Fleet;
  readonly secretCatalogue: SecretCatalogue;
  /** Where findings become tickets; undefined when the settings name no system. */
  readonly findingTickets: FindingTickets | undefined;
}

/** The outside parties that the settings name. Nothing is called yet. */
export function connectPorts(settings: Settings): Ports {
  const azure = connectAzure({
    resourceManagerEndpoint: settings.AZURE_RESOURCE_MANAGER_ENDPOINT,
    authorityHost: settings.AZURE_AUTHORITY_HOST,
    keyVaultUrl: settings.KEY_VAULT_URL,
    roleName: settings.AZURE_ROLE_NAME,
    version,
  });
  const keyVault = secrets(azure);
  const storage = storageOf(azure, settings);
  const { SERVICENOW_INSTANCE, SERVICENOW_CREDENTIAL_SECRET, JIRA_BASE_URL, JIRA_CREDENTIAL_SECRET } =
    settings;
  const ticketing: TicketingOptions = {
    secrets: keyVault,
    inTurns: (system) => ticketsInTurns(system, storage.rows),
    // When there is nowhere to answer, the stage of the deployment says so.
    log: () => {},
    callbacks: { allowedHosts: settings.CALLBACK_ALLOWED_HOSTS, keySecret: settings.CALLBACK_KEY_SECRET },
    serviceNow:
      SERVICENOW_INSTANCE && SERVICENOW_CREDENTIAL_SECRET
        ? {
            instance: SERVICENOW_INSTANCE,
            credentialSecret: SERVICENOW_CREDENTIAL_SECRET,
            states: settings.SERVICENOW_STATES,
          }
        : undefined,
    jira:
      JIRA_BASE_URL && JIRA_CREDENTIAL_SECRET
        ? {
            baseUrl: JIRA_BASE_URL,
            credentialSecret: JIRA_CREDENTIAL_SECRET,
            workflow: settings.JIRA_WORKFLOW,
          }
        : undefined,
  };
  return {
    virtualNetworks: virtualNetworks(azure),
    publicIps: publicIpAddresses(azure),
    gateways: vpnGateways(azure),
    npsServers: npsServers(azure, npsRunCommandScript),
    secrets: withoutReserved(keyVault, [
      SERVICENOW_CREDENTIAL_SECRET,
      JIRA_CREDENTIAL_SECRET,
      settings.CALLBACK_KEY_SECRET,
      settings.SERVICENOW_WEBHOOK_SECRET,
      settings.JIRA_WEBHOOK_SECRET,
    ]),
    credentials: keyVault,
    radiusProbes: settings.RADIUS_PROBE === 'on' ? radiusProbes(settings) : undefined,
    prices: retailPrices(settings.PRICES_ENDPOINT),
    topic: settings.EVENT_TOPIC_ENDPOINT ? eventTopic(azure, settings.EVENT_TOPIC_ENDPOINT) : undefined,
    tickets: tickets(ticketing),
    people: ticketPeople(systemCalls(ticketing)),
    fleet: fleet(azure),
    secretCatalogue: secretCatalogue(azure),
    ...storage,
    findingTickets: findingTickets(settings.COMPLIANCE_TICKETS, {
      calls: systemCalls(ticketing),
      post: signedPost({
        ...ticketing.callbacks,
        secrets: keyVault,
        client: httpsClient(),
        now: () => new Date(),
      }),
    }),
  };
}

function radiusProbes({ RADIUS_PROBE_SUBNET, RADIUS_PROBE_TARGETS }: Settings): RadiusProbes {
  return {
    subnet: RADIUS_PROBE_SUBNET ?? '',
    probe(address, secret) {
      const [host = address, port = '1812'] = RADIUS_PROBE_TARGETS[address]?.split(':') ?? [];
      return sendRadiusProbe({ address: host, port: Number(port), secret });
    },
  };
}

import { connectAzure } from '../shared/azure/connection.ts';
import { eventTopic } from '../shared/azure/event-topic.ts';
import { npsServers } from '../shared/azure/nps-servers.ts';
import { publicIpAddresses } from '../shared/azure/public-ip-addresses.ts';
import { secrets } from '../shared/azure/secrets.ts';
import { virtualNetworks } from '../shared/azure/virtual-networks.ts';
import { vpnGateways } from '../shared/azure/vpn-gateways.ts';
import type { Settings } from '../shared/config.ts';
import { npsRunCommandScript } from '../shared/nps-script.ts';
import type { RadiusProbes } from '../shared/ports.ts';
import { probeRadius } from '../shared/radius/probe.ts';
import { tickets } from '../shared/ticketing/tickets.ts';
import { version } from '../shared/version.ts';
import type { Ports } from './activities/all.ts';

/** The outside parties that the settings name. Nothing is called yet. */
export function connectPorts(settings: Settings): Ports {
  const azure = connectAzure({
    resourceManagerEndpoint: settings.AZURE_RESOURCE_MANAGER_ENDPOINT,
    authorityHost: settings.AZURE_AUTHORITY_HOST,
    keyVaultUrl: settings.KEY_VAULT_URL,
    version,
  });
  const keyVault = secrets(azure);
  const { SERVICENOW_INSTANCE, SERVICENOW_CREDENTIAL_SECRET, JIRA_BASE_URL, JIRA_CREDENTIAL_SECRET } =
    settings;
  return {
    virtualNetworks: virtualNetworks(azure),
    publicIps: publicIpAddresses(azure),
    gateways: vpnGateways(azure),
    npsServers: npsServers(azure, npsRunCommandScript),
    secrets: keyVault,
    radiusProbes: settings.RADIUS_PROBE === 'on' ? radiusProbes(settings) : undefined,
    topic: settings.EVENT_TOPIC_ENDPOINT ? eventTopic(azure, settings.EVENT_TOPIC_ENDPOINT) : undefined,
    tickets: tickets({
      secrets: keyVault,
      // That there is nowhere to answer is told in the deployment's stage.
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
    }),
  };
}

function radiusProbes({ RADIUS_PROBE_SUBNET, RADIUS_PROBE_TARGETS }: Settings): RadiusProbes {
  return {
    subnet: RADIUS_PROBE_SUBNET ?? '',
    probe(address, secret) {
      const [host = address, port = '1812'] = RADIUS_PROBE_TARGETS[address]?.split(':') ?? [];
      return probeRadius({ address: host, port: Number(port), secret });
    },
  };
}

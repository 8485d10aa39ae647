import type { Facts, PlanDefaults } from '../../shared/deployment/contract.ts';
import { guardrails } from '../../shared/deployment/guardrails/guardrails.ts';
import { type VpnGatewayRequest, vpnGatewayRequest } from '../../shared/deployment/request.ts';
import type { Subnet, VirtualNetwork, VpnGateway } from '../../shared/gateway/model.ts';
import type { NpsHostStatus } from '../../shared/nps/model.ts';
import { secretNames } from '../../shared/secret/names.ts';
import type { FoundSecret } from '../../shared/secret/radius-secret.ts';

/** A hub network with one NPS server, as planning finds it: no gateway exists yet. */

export const group = '/subscriptions/11111111-2222-4333-8444-555555555555/resourceGroups/rg-hub';
export const network = (type: string, name: string) => `${group}/providers/Microsoft.Network/${type}/${name}`;
export const hubId = network('virtualNetworks', 'hub');
export const gatewayId = network('virtualNetworkGateways', 'vpngw-hub');
export const npsId = `${group}/providers/Microsoft.Compute/virtualMachines/nps-01`;

/** The owner lists nps-01 and lets a request say what happens with the MFA extension. */
export const defaults: PlanDefaults = {
  guardrails: guardrails.parse({
    npsMachines: [npsId],
    mfaExtension: { skip: ['anywhere'], install: ['anywhere'] },
  }),
  sku: 'VpnGw1AZ',
  p2sPoolSupernet: '172.16.0.0/12',
  radiusServers: [],
};

type Given = Record<string, unknown>;

/** A request that was parsed. The fields of `given` replace the usual ones. */
export function request(given: Given = {}): VpnGatewayRequest {
  return vpnGatewayRequest.parse({
    ticket: { system: 'webhook', id: 'REQ1' },
    virtualNetworkId: hubId,
    radius: { servers: [{ address: '10.0.1.4', host: npsId }] },
    ...given,
  });
}

export function subnet(name: string, addressPrefix: string, more: Partial<Subnet> = {}): Subnet {
  return {
    id: `${hubId}/subnets/${name}`,
    name,
    addressPrefixes: [addressPrefix],
    provisioningState: 'Succeeded',
    gatewayIds: [],
    ...more,
  };
}

export function hub(more: Partial<VirtualNetwork> = {}): VirtualNetwork {
  return {
    id: hubId,
    name: 'hub',
    location: 'westeurope',
    tags: {},
    addressPrefixes: ['10.0.0.0/16'],
    subnets: [subnet('servers', '10.0.1.0/24')],
    peerings: [],
    ...more,
  };
}

export function npsHost(more: Partial<NpsHostStatus> = {}): NpsHostStatus {
  return {
    id: npsId,
    kind: 'virtualMachine',
    location: 'westeurope',
    isRunning: true,
    isAgentReady: true,
    osType: 'Windows',
    ...more,
  };
}

/** The Key Vault secret of the gateway and its one NPS server. */
export function hubSecret(more: Partial<FoundSecret> = {}): FoundSecret {
  const servers = [{ address: '10.0.1.4', host: npsId }];
  const [name] = secretNames({ gatewayId, wished: undefined, servers, onGateway: [], find: () => undefined });
  return { name: name!, version: 'v1', ...more };
}

export function facts(more: Partial<Facts> = {}): Facts {
  return {
    virtualNetwork: hub(),
    onPremises: [],
    takenPools: [],
    publicIps: [],
    npsHosts: [npsHost()],
    secrets: [],
    ...more,
  };
}

/** A gateway exactly as the usual request wants it. */
export function gateway(more: Partial<VpnGateway> = {}): VpnGateway {
  return {
    id: gatewayId,
    name: 'vpngw-hub',
    location: 'westeurope',
    tags: {},
    provisioningState: 'Succeeded',
    gatewayType: 'Vpn',
    vpnType: 'RouteBased',
    sku: 'VpnGw1AZ',
    activeActive: false,
    subnetId: `${hubId}/subnets/GatewaySubnet`,
    publicIpIds: [network('publicIPAddresses', 'vpngw-hub-pip')],
    pointToSite: {
      addressPool: ['172.16.0.0/24'],
      protocols: ['IkeV2'],
      authenticationTypes: ['Radius'],
      radiusServers: [{ address: '10.0.1.4', score: 30 }],
    },
    ...more,
  };
}

/** The facts when the hub has a gateway. */
export function inPlace(standing: VpnGateway = gateway(), more: Partial<Facts> = {}): Facts {
  const gatewaySubnet = subnet('GatewaySubnet', '10.0.255.224/27', { gatewayIds: [standing.id] });
  return facts({
    virtualNetwork: hub({ subnets: [subnet('servers', '10.0.1.0/24'), gatewaySubnet] }),
    gateway: standing,
    secrets: [hubSecret()],
    ...more,
  });
}

import type { Made } from '../../../../shared/deployment/contract.ts';
import type { RemovalFacts } from '../../../../shared/deployment/removal/facts.ts';
import type { SecretVersion } from '../../../../shared/secret/model.ts';
import { gateway, gatewayId, hub, hubId, network, npsHost, npsId, subnet } from '../../hub.ts';

export const publicIpId = network('publicIPAddresses', 'vpngw-hub-pip');
export const gatewaySubnet = (more: Parameters<typeof subnet>[2] = {}) =>
  subnet('GatewaySubnet', '10.0.255.224/27', { gatewayIds: [gatewayId], ...more });
export const virtualNetworkGateway = (name: string) => network('virtualNetworkGateways', name);

export const version = (name: string, more: Partial<SecretVersion> = {}): SecretVersion => ({
  version: name,
  createdAt: '2030-01-01T00:00:00Z',
  enabled: true,
  gatewayId,
  host: npsId,
  ...more,
});

export const address = (more: Partial<RemovalFacts['publicIps'][number]> = {}) => ({
  id: publicIpId,
  sku: 'Standard',
  allocationMethod: 'Static',
  provisioningState: 'Succeeded' as const,
  zones: [],
  usedBy: `${gatewayId}/ipConfigurations/default`,
  ...more,
});

/** Everything that one deployment of the hub's gateway makes. */
const allMade: readonly Made[] = [
  { what: 'gatewaySubnet', id: `${hubId}/subnets/GatewaySubnet` },
  { what: 'publicIp', id: publicIpId },
  { what: 'secret', id: 'radius-hub', version: 'v1' },
  { what: 'gateway', id: gatewayId },
  { what: 'pointToSite', id: gatewayId },
  { what: 'radiusClient', id: 'vpngw-hub', host: npsId },
  { what: 'networkPolicy', id: 'VPN gateway vpngw-hub', host: npsId },
  { what: 'firewallRule', id: 'vpngw-hub', host: npsId },
];

export const recordedOf = (made: readonly Made[]): RemovalFacts['recorded'] =>
  made.map((one) => ({ made: one, deploymentId: 'd1' }));
/** Everything that is recorded, without these kinds. */
export const recordedWithout = (...kinds: readonly Made['what'][]) =>
  recordedOf(allMade.filter(({ what }) => !kinds.includes(what)));

/** The hub with everything that the app made, and nobody else who uses it. */
export function removalFacts(more: Partial<RemovalFacts> = {}): RemovalFacts {
  return {
    virtualNetworkId: hubId,
    gatewayId,
    virtualNetwork: hub({ subnets: [subnet('servers', '10.0.1.0/24'), gatewaySubnet()] }),
    gateway: gateway(),
    connected: [],
    publicIps: [address()],
    secrets: [{ name: 'radius-hub', versions: [version('v1')] }],
    npsHosts: [{ id: npsId, status: npsHost() }],
    others: [],
    recorded: recordedOf(allMade),
    prefix: '10.0.255.224/27',
    serverAddresses: ['10.0.1.4'],
    ...more,
  };
}

/** The same after somebody has deleted the gateway: what it used is free. */
export function withoutGateway(more: Partial<RemovalFacts> = {}): RemovalFacts {
  const { gateway: _, ...left } = removalFacts();
  return {
    ...left,
    virtualNetwork: hub({ subnets: [gatewaySubnet({ gatewayIds: [] })] }),
    publicIps: [(({ usedBy: __, ...free }) => free)(address())],
    ...more,
  };
}

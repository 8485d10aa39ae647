import { forNps, type GatewayReportFacts } from '../../../shared/compliance/facts.ts';
import { wishOf } from '../../../shared/deployment/wished.ts';
import type {
  PointToSite,
  RouteTable,
  Subnet,
  UserGroup,
  VirtualNetwork,
  VpnGateway,
} from '../../../shared/gateway/model.ts';
import type { NpsFacts } from '../../../shared/nps/checks/facts.ts';
import type { NpsState } from '../../../shared/nps/result.ts';
import type { SecretFacts } from '../../../shared/secret/checks/facts.ts';
import { defaults, gatewayId, hub, hubId, network, npsId, request, subnet } from '../hub.ts';

/** A gateway that complies with everything, and the changes that make it violate a rule. */

export const now = '2030-06-01T05:00:00.000Z';
const addressId = network('publicIPAddresses', 'vpngw-hub-pip');
export const policy = 'Connections to Microsoft Routing and Remote Access server';

export const pointToSite = (more: Partial<PointToSite> = {}): PointToSite => ({
  addressPool: ['172.16.201.0/24'],
  protocols: ['IkeV2'],
  authenticationTypes: ['Radius'],
  radiusServers: [
    { address: '10.0.1.4', score: 30 },
    { address: '10.0.1.5', score: 1 },
  ],
  ...more,
});

export const member = (value: string) => ({ name: value, type: 'RadiusAzureGroupId', value });

/** User groups together, with what is said about each. */
export const userGroups = (some: readonly Partial<UserGroup>[]): UserGroup[] =>
  some.map((group, index) => ({
    name: `group-${index}`,
    isDefault: false,
    priority: index,
    members: [member(`value-${index}`)],
    addressPool: [],
    ...group,
  }));

export const gateway = (more: Partial<VpnGateway> = {}): VpnGateway => ({
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
  publicIpIds: [addressId],
  pointToSite: pointToSite(),
  ...more,
});

export const virtualNetwork = (
  gatewaySubnet: Partial<Subnet> = {},
  more: Partial<VirtualNetwork> = {},
): VirtualNetwork => hub({ subnets: [subnet('GatewaySubnet', '10.0.255.0/27', gatewaySubnet)], ...more });

export const routeTable = (more: Partial<RouteTable> = {}): RouteTable => ({
  id: network('routeTables', 'rt'),
  bgpRoutePropagationDisabled: false,
  routes: [],
  ...more,
});

type Deep<T> = { readonly [K in keyof T]?: Partial<T[K]> };

export function npsState(more: Deep<NpsState> = {}): NpsState {
  const base: NpsState = {
    server: { name: 'NPS-01', os: 'Windows Server 2022', npasInstalled: true, serviceRunning: true },
    radiusClients: [
      {
        name: 'vpngw-hub',
        address: '10.0.255.0/27',
        vendor: 'RADIUS Standard',
        enabled: true,
        authAttributeRequired: false,
      },
    ],
    networkPolicy: {
      name: policy,
      exists: true,
      enabled: true,
      grant: true,
      order: 1,
      authenticationMethods: ['EAP', 'EAP-MSCHAPv2'],
    },
    mfa: {
      installed: true,
      version: '1.2.2893.1',
      loaded: true,
      tenantId: '99999999-8888-4777-8666-555555555555',
      certificate: { thumbprint: 'AB12', notAfter: '2031-06-01T00:00:00Z' },
      requireUserMatch: true,
      overrideNumberMatching: 'FALSE',
      ipWhitelist: '',
      endpointsReachable: true,
    },
    blastRadius: { limitProxyState: true, requireMessageAuthenticator: true },
    audit: { success: true, failure: true },
    firewallOpen: true,
  };
  const merged = { ...base, ...more } as NpsState;
  for (const part of ['server', 'networkPolicy', 'mfa', 'blastRadius', 'audit'] as const)
    Object.assign(merged, { [part]: { ...base[part], ...more[part] } });
  return merged;
}

export function client(more: Partial<NpsState['radiusClients'][number]>): NpsState {
  const { radiusClients, ...rest } = npsState();
  return { ...rest, radiusClients: radiusClients.map((one) => ({ ...one, ...more })) };
}

export type ServerFacts = GatewayReportFacts['servers'][number];

export const knownSecret = (more: Partial<Extract<SecretFacts, { is: 'known' }>> = {}): SecretFacts => ({
  is: 'known',
  name: 'radius-hub',
  createdAt: '2030-05-01T00:00:00.000Z',
  differsOnGateway: false,
  ...more,
});

export const server = (
  address: string,
  state: NpsState = npsState(),
  more: Partial<ServerFacts> = {},
): ServerFacts => ({
  address,
  secret: knownSecret(),
  host: npsId,
  answer: { host: npsId, state: { addresses: [address], ...state }, findings: [], findingsOmitted: 0 },
  hasSameSecret: true,
  ...more,
});

export const down = {
  host: npsId,
  problem: { code: 'NpsHostStopped', message: 'nps-01 is not running.' },
  isDown: true,
} as const;

export const deployment = request({
  pointToSite: { addressPool: ['172.16.201.0/24'], protocols: ['IkeV2'] },
  radius: {
    servers: [
      { address: '10.0.1.4', host: npsId },
      { address: '10.0.1.5', score: 1, host: npsId.replace('nps-01', 'nps-02') },
    ],
  },
});

export function gatewayFacts(more: Partial<GatewayReportFacts> = {}): GatewayReportFacts {
  const its = more.gateway ?? gateway();
  const around = 'virtualNetwork' in more ? more.virtualNetwork : virtualNetwork();
  return {
    gateway: its,
    virtualNetwork: around,
    ...forNps({ gateway: its, virtualNetwork: around }),
    publicIps: [
      {
        id: addressId,
        sku: 'Standard',
        allocationMethod: 'Static',
        provisioningState: 'Succeeded',
        zones: ['1', '2', '3'],
      },
    ],
    onPremises: [],
    sharedPool: { count: 0, first: [] },
    asked: wishOf(deployment, its, defaults),
    servers: [
      server('10.0.1.4'),
      server('10.0.1.5', npsState(), { secret: knownSecret({ name: 'radius-hub-2' }) }),
    ],
    secretMaxAgeDays: 180,
    now,
    ...more,
  };
}

export const npsFacts = (state: NpsState = npsState(), more: Partial<NpsFacts> = {}): NpsFacts => ({
  host: npsId,
  answers: [{ host: npsId, state, findings: [], findingsOmitted: 0 }],
  mfaExtension: 'require',
  protocols: ['IkeV2'],
  now,
  ...more,
});

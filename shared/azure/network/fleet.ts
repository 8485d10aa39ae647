import type {
  PublicIPAddress as PublicIpModel,
  RouteTable as RouteTableModel,
  VirtualNetwork as VirtualNetworkModel,
} from '@azure/arm-network';
import { defaultScore } from '../../gateway/merge.ts';
import type { DiscoveredPage, PointToSite, VpnGateway } from '../../gateway/model.ts';
import type { Fleet } from '../../ports.ts';
import type { Azure } from '../wire/connection.ts';
import { asking } from '../wire/errors.ts';
import { bodyIn } from '../wire/resource-manager.ts';
import { retryAfterSeconds } from '../wire/retry-after.ts';
import { groupPools } from './address-pools.ts';
import { everyModel, networkVersion } from './models.ts';
import { provisioningState } from './provisioning-state.ts';
import { publicIpAddress } from './public-ip-addresses.ts';
import { type ConfigurationRows, groupsInRow, type PolicyGroupRows } from './user-groups.ts';
import { routeTable, virtualNetwork } from './virtual-networks.ts';

/**
 * Gateways and on-premises networks are in one query, because every page costs quota. It is sorted, because a
 * skip token keeps its place only in a stable order. Every column is named: so what older api-versions answer
 * as `radiusServerSecret` is not read, and what is inside `radiusServers` is dropped where the row is read.
 */
const query = `resources
| where type in~ ('microsoft.network/virtualnetworkgateways', 'microsoft.network/localnetworkgateways', 'microsoft.network/connections')
| where type !~ 'microsoft.network/virtualnetworkgateways' or properties.gatewayType =~ 'Vpn'
| project id, type, name, location, tags,
  provisioningState = properties.provisioningState, gatewayType = properties.gatewayType, vpnType = properties.vpnType,
  sku = properties.sku.name, activeActive = properties.activeActive, ipConfigurations = properties.ipConfigurations,
  pool = properties.vpnClientConfiguration.vpnClientAddressPool.addressPrefixes,
  protocols = properties.vpnClientConfiguration.vpnClientProtocols,
  authenticationTypes = properties.vpnClientConfiguration.vpnAuthenticationTypes,
  radiusServerAddress = properties.vpnClientConfiguration.radiusServerAddress,
  radiusServers = properties.vpnClientConfiguration.radiusServers,
  ofGroups = properties.vpnClientConfiguration.vngClientConnectionConfigurations,
  policyGroups = properties.virtualNetworkGatewayPolicyGroups, asn = properties.bgpSettings.asn,
  onPremises = properties.localNetworkAddressSpace.addressPrefixes,
  gateway1 = properties.virtualNetworkGateway1.id, gateway2 = properties.virtualNetworkGateway2.id, site = properties.localNetworkGateway2.id
| order by id asc`;

const rowsOfAPage = 1000;

export function fleet(azure: Azure): Fleet {
  return {
    discover: (subscriptionIds, skipToken) =>
      asking(subscriptionIds.map((id) => `/subscriptions/${id}`).join(', '), async () => {
        const answer = await azure.arm({
          method: 'POST',
          url: '/providers/Microsoft.ResourceGraph/resources?api-version=2022-10-01',
          body: {
            subscriptions: subscriptionIds,
            query,
            options: {
              resultFormat: 'objectArray',
              $top: rowsOfAPage,
              ...(skipToken ? { $skipToken: skipToken } : {}),
            },
          },
        });
        const page = bodyIn<Page>(answer);
        return { ...discovered(page), waitSeconds: retryAfterSeconds(answer.headers) ?? 0 };
      }),

    networks: (subscriptionId) =>
      asking(`/subscriptions/${subscriptionId}`, async () => {
        const listOf = <Model>(type: string) =>
          everyModel<Model>(
            azure,
            `/subscriptions/${subscriptionId}/providers/Microsoft.Network/${type}?${networkVersion}`,
          );
        const [virtualNetworks, routeTables, publicIps] = await Promise.all([
          collectModels(
            listOf<VirtualNetworkModel>('virtualNetworks'),
            (model) => hasGatewaySubnet(model) && withGatewaySubnetAlone(model),
          ),
          collectModels(
            listOf<RouteTableModel>('routeTables'),
            (model) => isOfGatewaySubnet(model.subnets) && routeTable(model, model.id ?? ''),
          ),
          collectModels(
            listOf<PublicIpModel>('publicIPAddresses'),
            (model) =>
              /\/virtualNetworkGateways\//i.test(model.ipConfiguration?.id ?? '') &&
              publicIpAddress(model, model.id ?? ''),
          ),
        ]);
        return { virtualNetworks, routeTables, publicIps };
      }),
  };
}

/**
 * Calls `keep` for each resource and leaves out those for which it returns nothing: a subscription may hold
 * thousands that do not matter here.
 */
async function collectModels<M, T>(models: AsyncIterable<M>, keep: (model: M) => T | false): Promise<T[]> {
  const kept: T[] = [];
  for await (const model of models) {
    const one = keep(model);
    if (one !== false) kept.push(one);
  }
  return kept;
}

const isGatewaySubnet = (name: string | undefined) => name?.toLowerCase() === 'gatewaysubnet';

const hasGatewaySubnet = ({ subnets = [] }: VirtualNetworkModel) =>
  subnets.some(({ name }) => isGatewaySubnet(name));

/** RouteServerSubnet too, because a Route Server in it makes demands on the gateway. */
function withGatewaySubnetAlone(model: VirtualNetworkModel) {
  const subnets =
    model.subnets?.filter(({ name }) => /^(?:Gateway|RouteServer)Subnet$/i.test(name ?? '')) ?? [];
  return virtualNetwork({ ...model, subnets }, model.id ?? '');
}

const isOfGatewaySubnet = (subnets: readonly { readonly id?: string }[] | undefined) =>
  subnets?.some(({ id }) => /\/subnets\/gatewaysubnet$/i.test(id ?? '')) ?? false;

interface Row {
  readonly id: string;
  readonly type: string;
  readonly name: string;
  readonly location: string;
  readonly tags: Record<string, string> | null;
  readonly provisioningState: string | null;
  readonly gatewayType: string | null;
  readonly vpnType: string | null;
  readonly sku: string | null;
  readonly activeActive: boolean | null;
  readonly ipConfigurations:
    | readonly {
        readonly properties?: {
          readonly subnet?: { readonly id?: string };
          readonly publicIPAddress?: { readonly id?: string };
        };
      }[]
    | null;
  readonly pool: readonly string[] | null;
  readonly protocols: readonly string[] | null;
  readonly authenticationTypes: readonly string[] | null;
  readonly radiusServerAddress: string | null;
  readonly radiusServers:
    | readonly { readonly radiusServerAddress?: string; readonly radiusServerScore?: number }[]
    | null;
  readonly ofGroups: ConfigurationRows;
  readonly policyGroups: PolicyGroupRows;
  readonly asn: number | null;
  readonly onPremises: readonly string[] | null;
  readonly gateway1: string | null;
  readonly gateway2: string | null;
  readonly site: string | null;
}

interface Page {
  readonly data?: readonly Row[];
  readonly $skipToken?: string;
}

function discovered({ data = [], $skipToken }: Page): Omit<DiscoveredPage, 'waitSeconds'> {
  const ofType = (name: string) =>
    data.filter(({ type }) => type.toLowerCase() === `microsoft.network/${name}`);
  return {
    gateways: ofType('virtualnetworkgateways').map(gatewayOf),
    onPremises: ofType('localnetworkgateways')
      .filter(({ onPremises }) => (onPremises?.length ?? 0) > 0)
      .map(({ id, onPremises }) => ({ by: id, prefixes: onPremises ?? [] })),
    connections: ofType('connections').map(({ gateway1, gateway2, site }) => ({
      gatewayIds: [gateway1, gateway2].flatMap((id) => id ?? []),
      ...(site && { siteId: site }),
    })),
    skipToken: $skipToken,
  };
}

function gatewayOf(row: Row): VpnGateway {
  const { id, name, location, tags, ipConfigurations } = row;
  const configurations = (ipConfigurations ?? []).map(({ properties = {} }) => properties);
  const pointToSite = pointToSiteOf(row);
  return {
    id,
    name,
    location,
    tags: tags ?? {},
    provisioningState: provisioningState(row.provisioningState ?? undefined),
    gatewayType: row.gatewayType ?? '',
    vpnType: row.vpnType ?? '',
    sku: row.sku ?? '',
    activeActive: row.activeActive ?? false,
    subnetId: configurations[0]?.subnet?.id ?? '',
    publicIpIds: configurations.flatMap(({ publicIPAddress }) => publicIPAddress?.id ?? []),
    ...(row.asn && { bgpAsn: row.asn }),
    ...(pointToSite && { pointToSite }),
  };
}

/** The same that `flattenGateway` reads from Resource Manager. */
function pointToSiteOf(row: Row): PointToSite | undefined {
  const addressPool = row.pool ?? [];
  const ofGroups = groupPools(row.ofGroups);
  const groups = groupsInRow(row.policyGroups, row.ofGroups);
  if (addressPool.length === 0 && ofGroups.length === 0) return undefined;
  const servers = (row.radiusServers ?? []).flatMap(
    ({ radiusServerAddress: address, radiusServerScore: score }) =>
      address ? [{ address, score: score ?? defaultScore }] : [],
  );
  const single = row.radiusServerAddress ? [{ address: row.radiusServerAddress, score: defaultScore }] : [];
  return {
    addressPool,
    protocols: row.protocols ?? [],
    authenticationTypes: row.authenticationTypes ?? [],
    radiusServers: servers.length > 0 ? servers : single,
    ...(ofGroups.length > 0 && { groupPools: ofGroups }),
    ...(groups.length > 0 && { groups }),
  };
}

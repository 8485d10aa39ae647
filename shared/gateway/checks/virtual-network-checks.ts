import { type PlannedText, plannedChecks, unknown } from '../../core/check.ts';
import { type Finding, problem, warning } from '../../core/finding.ts';
import { nameOf } from '../../core/resource-id.ts';
import { mode } from '../differences.ts';
import type { ConnectedNetwork, VirtualNetwork, VpnGateway } from '../model.ts';
import type { GatewayFacts } from './facts.ts';

/** What is known of the VNet that a gateway is asked for. */
export interface VirtualNetworkFacts {
  readonly virtualNetwork: VirtualNetwork;
  /** The service that the resource group belongs to (`managedBy`). */
  readonly managedBy?: string | undefined;
  /** The existing gateway that will be used. */
  readonly gateway?: VpnGateway | undefined;
  readonly wish: { readonly activeActive: boolean; readonly addressPool: readonly string[] };
  /** The networks that the gateway reaches by its connections. */
  readonly connected: readonly ConnectedNetwork[];
}

const routeServers = 'https://learn.microsoft.com/azure/route-server/expressroute-vpn-support';

const texts: readonly PlannedText<VirtualNetworkFacts>[] = [
  {
    codes: ['RouteServerNeedsActiveActive'],
    id: 'route-server-active-active',
    severity: 'medium',
    title: 'The Route Server does not learn the routes of the gateway',
    why: 'When a VNet has an Azure Route Server, its VPN gateway must be active-active with the ASN 65515. Otherwise the two exchange no routes.',
    fix: 'Ask for gateway.activeActive true at a quiet hour. The change takes 30 to 45 minutes.',
    source: routeServers,
  },
  {
    codes: ['RouteServerNeedsAsn'],
    id: 'route-server-asn',
    severity: 'medium',
    title: 'The Route Server expects another ASN of the gateway',
    why: 'When a VNet has an Azure Route Server, its VPN gateway must be active-active with the ASN 65515. Otherwise the two exchange no routes.',
    fix: 'Set the ASN of the gateway to 65515 by hand. Its BGP peers must know the new ASN.',
    source: routeServers,
  },
];

/** What an existing gateway needs from the VNet. */
export const virtualNetworkChecks = plannedChecks(
  texts,
  ({ gateway, virtualNetwork, networkProblem }: GatewayFacts) => {
    if (!virtualNetwork) return unknown(networkProblem ?? 'The VNet could not be read.');
    const { activeActive, pointToSite } = gateway;
    const wish = { activeActive, addressPool: pointToSite?.addressPool ?? [] };
    return { virtualNetwork, gateway, wish, connected: [] };
  },
  routeServerFindings,
);

const target = 'virtualNetworkId';

/** Whether this VNet can have such a gateway, and what the clients and the sites will notice of the network. */
export function* virtualNetworkFindings(facts: VirtualNetworkFacts): Generator<Finding> {
  yield* managedFindings(facts);
  yield* spokeFindings(facts);
  yield* routeServerFindings(facts);
  yield* clientFindings(facts);
}

/**
 * A service changes and deletes by itself what it made for itself (AKS FAQ, "node resource group"; Databricks, managed
 * group).
 */
function* managedFindings({ virtualNetwork, managedBy }: VirtualNetworkFacts): Generator<Finding> {
  if (!managedBy) return;
  const [, , , , group] = virtualNetwork.id.split('/');
  yield problem(
    'VirtualNetworkManaged',
    `The resource group ${group} of ${virtualNetwork.name} belongs to another service (${managedBy}), which changes and deletes the resources in it. Name a VNet of your own that is peered with this one.`,
    target,
  );
}

/**
 * A peering with `useRemoteGateways` and a gateway in the VNet exclude each other (VNet peering, "gateways and
 * on-premises connectivity").
 */
function* spokeFindings({ virtualNetwork, gateway }: VirtualNetworkFacts): Generator<Finding> {
  if (gateway) return;
  for (const { name, remoteVirtualNetworkId, usesRemoteGateways } of virtualNetwork.peerings) {
    if (!usesRemoteGateways) continue;
    yield problem(
      'VirtualNetworkUsesRemoteGateways',
      `${virtualNetwork.name} uses the gateway of ${nameOf(remoteVirtualNetworkId)} through its peering ${name} (useRemoteGateways), so it cannot have its own gateway. Ask for point-to-site on ${nameOf(remoteVirtualNetworkId)}, whose clients reach this VNet too, or switch useRemoteGateways off on the peering first.`,
      target,
    );
  }
}

/** The ASN of every VPN gateway that was given no other ASN. */
const defaultAsn = 65515;

/**
 * A VPN gateway beside Azure Route Server has to be active-active with the ASN 65515 ("ExpressRoute and Azure VPN
 * support").
 */
function* routeServerFindings({ virtualNetwork, gateway, wish }: VirtualNetworkFacts): Generator<Finding> {
  const [routeServer] = virtualNetwork.subnets.flatMap(({ routeServerIds = [] }) => routeServerIds);
  if (!routeServer) return;
  const rule = `with the Route Server ${nameOf(routeServer)} in the VNet, a VPN gateway must be active-active with the ASN ${defaultAsn}`;
  if (!wish.activeActive) {
    // An existing gateway works as before; only the Route Server does not learn its routes.
    yield (gateway ? warning : problem)(
      'RouteServerNeedsActiveActive',
      `The gateway ${gateway ? 'is' : 'would be'} ${mode(false)}, but ${rule}. Ask for gateway.activeActive true.`,
      'gateway.activeActive',
    );
  }
  if (gateway?.bgpAsn && gateway.bgpAsn !== defaultAsn) {
    yield warning(
      'RouteServerNeedsAsn',
      `${gateway.name} has the ASN ${gateway.bgpAsn}, but ${rule}. The app does not change BGP. Change the ASN by hand, otherwise routes are not exchanged.`,
      target,
    );
  }
}

/** What clients receive, and what the other side of a connection learns, when point-to-site or its pool is new. */
function* clientFindings({
  virtualNetwork,
  gateway,
  wish,
  connected,
}: VirtualNetworkFacts): Generator<Finding> {
  const before = gateway?.pointToSite?.addressPool ?? [];
  const { addressPool } = wish;
  const added = addressPool.filter((prefix) => !before.includes(prefix));
  if (added.length > 0 && connected.length > 0) {
    const sites = connected.map(({ connection }) => connection).join(', ');
    yield warning(
      'AddressPoolAnnounced',
      `${added.join(', ')} is announced over the connections of the gateway (${sites}). The other side must allow and route it, otherwise clients do not reach that side.`,
      'pointToSite.addressPool',
    );
  }
  for (const { connection, by, unread } of connected) {
    if (unread === undefined || added.length === 0) continue;
    yield warning(
      'ConnectedNetworkUnknown',
      `The network behind the connection ${connection} could not be read (${by}): ${unread} Make sure that ${added.join(', ')} does not overlap it.`,
      'pointToSite.addressPool',
    );
  }
  if (gateway?.pointToSite) return;
  const { dnsServers = [], name } = virtualNetwork;
  yield warning(
    'ClientDnsServers',
    dnsServers.length > 0
      ? `VPN clients get the DNS servers of ${name}: ${dnsServers.join(', ')}. These servers must answer requests from the addresses of the pool. When they change, users need a new client profile.`
      : `VPN clients get no DNS server, because ${name} uses the DNS of Azure. They reach hosts of the VNet only by address. If users need names, set DNS servers on the VNet before you give out the first client profile.`,
    target,
  );
}

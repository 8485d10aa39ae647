import type {
  GatewayWish,
  PublicIpAddress,
  RouteTable,
  TakenPrefixes,
  VirtualNetwork,
  VpnGateway,
} from '../model.ts';

/** What the checks of a gateway and of the networks around it look at. */
export interface GatewayFacts {
  readonly gateway: VpnGateway;
  /** Undefined when the VNet could not be read: `networkProblem` says why. */
  readonly virtualNetwork?: VirtualNetwork | undefined;
  readonly networkProblem?: string | undefined;
  /** The route table of GatewaySubnet. */
  readonly routeTable?: RouteTable | undefined;
  readonly publicIps: readonly PublicIpAddress[];
  readonly onPremises: readonly TakenPrefixes[];
  /** Other gateways with an overlapping client address pool: the first ones, and how many there are. */
  readonly sharedPool: { readonly count: number; readonly first: readonly string[] };
  /** What provisioning would apply. Undefined for a gateway that this app has not deployed. */
  readonly asked?: GatewayWish | undefined;
}

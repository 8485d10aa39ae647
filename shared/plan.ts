import type { Problem } from './errors.ts';
import type {
  NpsHostStatus,
  PublicIpAddress,
  RouteTable,
  TakenPrefixes,
  VirtualNetwork,
  VpnGateway,
} from './ports.ts';
import type { RadiusServerWish } from './radius-servers.ts';
import type { VpnGatewayRequest } from './request.ts';

/** What was read before planning. */
export interface Facts {
  readonly virtualNetwork: VirtualNetwork;
  /** Of GatewaySubnet, when it has one. */
  readonly routeTable?: RouteTable;
  readonly onPremises: readonly TakenPrefixes[];
  /** Pools of other gateways and of deployments under way; never this VNet's own. */
  readonly takenPools: readonly TakenPrefixes[];
  /** The gateway that sits in GatewaySubnet (the VPN one, where an ExpressRoute gateway sits there too), else the one of the wished name. */
  readonly gateway?: VpnGateway;
  /** Those of `publicIpIds(…)` that exist. */
  readonly publicIps: readonly PublicIpAddress[];
  /** In the order of `radiusServersOf(…)`; undefined (null after JSON) where there is no such machine. */
  readonly npsHosts: readonly (NpsHostStatus | null | undefined)[];
  /** The Key Vault secret of `secretNameOf(…)`, when it exists; `problem` is that of `secretProblem`, so that its value stays where it was read. */
  readonly secret?: { readonly version: string; readonly problem?: string };
}

/** What the settings say where the request says nothing. */
export interface PlanDefaults {
  readonly sku: string;
  readonly p2sPoolSupernet: string;
  readonly radiusServers: readonly RadiusServerWish[];
  /** Whether the settings name an installer of the MFA extension. */
  readonly mfaInstaller?: boolean;
}

export interface PlanStep {
  readonly name: 'gatewaySubnet' | 'publicIp' | 'radiusSecret' | 'gateway' | 'nps' | 'pointToSite';
  readonly action: 'create' | 'update' | 'keep';
  /** A resource id, or the name of the Key Vault secret. */
  readonly target: string;
  readonly changes?: readonly string[];
}

export interface PlannedServer extends RadiusServerWish {
  readonly kind: NpsHostStatus['kind'];
  readonly location: string;
}

export interface Plan {
  readonly virtualNetworkId: string;
  readonly gatewayId: string;
  readonly location: string;
  readonly gatewaySubnetId: string;
  readonly gatewaySubnetPrefix: string;
  readonly publicIpIds: readonly string[];
  /** For the public IP addresses that are created. */
  readonly zones: readonly string[];
  readonly sku: string;
  readonly activeActive: boolean;
  readonly addressPool: readonly string[];
  readonly protocols: readonly string[];
  readonly authenticationTypes: readonly string[];
  readonly servers: readonly PlannedServer[];
  readonly secretName: string;
  readonly networkPolicy: string;
  readonly mfaExtension: 'require' | 'install' | 'skip';
  readonly steps: readonly PlanStep[];
  readonly warnings: readonly Problem[];
  readonly estimatedMinutes: number;
}

export type Planned =
  | { readonly plan: Plan; readonly problems: readonly []; readonly warnings: readonly Problem[] }
  | {
      readonly plan?: undefined;
      readonly problems: readonly [Problem, ...Problem[]];
      readonly warnings: readonly Problem[];
    };

export declare function planDeployment(
  request: VpnGatewayRequest,
  facts: Facts,
  defaults: PlanDefaults,
): Planned;

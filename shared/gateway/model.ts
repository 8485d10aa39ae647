export type ProvisioningState = 'Succeeded' | 'Failed' | 'Canceled' | 'Updating' | 'Deleting' | 'Creating';

export interface RouteTable {
  readonly id: string;
  readonly bgpRoutePropagationDisabled: boolean;
  readonly routes: readonly { readonly name: string; readonly addressPrefix: string }[];
}

export interface Subnet {
  readonly id: string;
  readonly name: string;
  readonly addressPrefixes: readonly string[];
  readonly provisioningState: ProvisioningState;
  readonly networkSecurityGroupId?: string;
  readonly routeTableId?: string;
  /** The virtual network gateways that have an IP configuration in this subnet. */
  readonly gatewayIds: readonly string[];
  /** The Azure Route Servers (virtual hubs) that have one. */
  readonly routeServerIds?: readonly string[];
}

export interface VirtualNetwork {
  readonly id: string;
  readonly name: string;
  readonly location: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly addressPrefixes: readonly string[];
  readonly subnets: readonly Subnet[];
  readonly peerings: readonly {
    readonly name: string;
    readonly remoteVirtualNetworkId: string;
    readonly remoteAddressPrefixes: readonly string[];
    /** Whether this VNet uses the gateway of the other one: it cannot have one of its own then. */
    readonly usesRemoteGateways?: boolean;
    /** Whether the other VNet may use the gateway of this one. */
    readonly allowsGatewayTransit?: boolean;
  }[];
  /** Empty: Azure's own. VPN clients are given the same. */
  readonly dnsServers?: readonly string[];
}

/** Address space that is taken, and by whom (a resource id, or the id of a deployment that is under way). */
export interface TakenPrefixes {
  readonly by: string;
  readonly prefixes: readonly string[];
}

/** What a gateway reaches by a connection: a network on premises, or the VNet of another gateway. */
export interface ConnectedNetwork extends TakenPrefixes {
  readonly connection: string;
  /** Why its prefixes are not known, where they could not be read. */
  readonly unread?: string;
}

export interface PublicIpAddress {
  readonly id: string;
  readonly sku: string;
  readonly allocationMethod: string;
  readonly provisioningState: ProvisioningState;
  readonly ipAddress?: string;
  readonly zones: readonly string[];
  /** The IP configuration that uses it, if any. */
  readonly usedBy?: string;
}

export interface RadiusServer {
  readonly address: string;
  readonly score: number;
}

/** By what Microsoft Entra ID signs users in, as the gateway has it (VPN Gateway, "Configure P2S VPN Gateway for Microsoft Entra ID authentication"). */
export interface EntraSignIn {
  readonly tenant: string;
  readonly audience: string;
  readonly issuer: string;
}

export type AddressMigrationPhase = 'Prepare' | 'Execute' | 'Commit' | 'Abort';

/** What Microsoft's guided migration of a gateway's public IP address has come to (`virtualNetworkGatewayMigrationStatus`). */
export interface AddressMigration {
  readonly phase: string;
  readonly state: string;
  readonly errorMessage?: string;
}

export interface PointToSite {
  readonly addressPool: readonly string[];
  readonly protocols: readonly string[];
  /** As Azure answers; empty does not mean none: see `authenticationTypes`. */
  readonly authenticationTypes: readonly string[];
  readonly radiusServers: readonly RadiusServer[];
  /** Names of the root certificates by which users sign in. */
  readonly rootCertificates?: readonly string[];
  /** The Microsoft Entra tenant whose users sign in with their account. */
  readonly entraTenant?: string;
  /** The address pools of user groups, beside the main one. */
  readonly groupPools?: readonly string[];
  /** Of a wish alone: given to a gateway that has no Entra sign-in yet. */
  readonly entra?: EntraSignIn;
  /** Of a wish alone: the authentication types whose settings go too, or Azure takes them for ways to sign in that are there. */
  readonly endsSignIn?: readonly string[];
  /** The user groups. In a wish: all that there are to be; undefined: they are left as they are. */
  readonly groups?: readonly UserGroup[];
}

/** A user group, which Resource Manager calls policy group, with the pool of its client connection configuration. */
export interface UserGroup {
  readonly name: string;
  /** Takes whoever is in no other group. Neither name nor this can be changed once the group is there. */
  readonly isDefault: boolean;
  /** The lower number goes first. */
  readonly priority: number;
  readonly members: readonly GroupMember[];
  /** Empty where no client connection configuration names the group. */
  readonly addressPool: readonly string[];
  /** In a wish: a request asked for it. The others stay as their owners have them. */
  readonly isAsked?: true;
}

/** By what the gateway knows a user of the group, such as what the RADIUS server answers (`RadiusAzureGroupId`). */
export interface GroupMember {
  readonly name: string;
  readonly type: string;
  readonly value: string;
}

/** A user group as a request asks for it. */
export interface GroupRequest {
  readonly name: string;
  readonly default?: boolean | undefined;
  readonly priority?: number | undefined;
  /** The value that NPS sends for it; left out: as the gateway has it, else the first that is free. */
  readonly attribute?: string | undefined;
  readonly addressPool: 'auto' | readonly string[];
  /** Whose members get the attribute from NPS; only the default group may do without. */
  readonly windowsGroup?: string | undefined;
}

export interface VpnGateway {
  readonly id: string;
  readonly name: string;
  readonly location: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly provisioningState: ProvisioningState;
  readonly gatewayType: string;
  readonly vpnType: string;
  readonly sku: string;
  /** `Generation1` or `Generation2`, as Azure tells it. */
  readonly generation?: string;
  readonly activeActive: boolean;
  readonly subnetId: string;
  readonly publicIpIds: readonly string[];
  /** The autonomous system number of its BGP sessions, once it is provisioned. */
  readonly bgpAsn?: number;
  readonly pointToSite?: PointToSite;
  /** Undefined where there has been none. */
  readonly addressMigration?: AddressMigration;
}

/** The gateway as a request wants it. What it does not name is left as it is. */
export interface GatewayWish {
  readonly location: string;
  readonly sku: string;
  readonly activeActive: boolean;
  readonly subnetId: string;
  readonly publicIpIds: readonly string[];
  readonly pointToSite: PointToSite;
  readonly tags: Readonly<Record<string, string>>;
}

/** A gateway as a plan found it. */
export type GatewayForm = Pick<VpnGateway, 'sku' | 'activeActive' | 'publicIpIds' | 'pointToSite'>;

/** A connection by its ends: two gateways, or one and what stands for a network on premises. */
export interface Connection {
  readonly gatewayIds: readonly string[];
  readonly siteId?: string | undefined;
}

/** One page of what Resource Graph knows of gateways and on-premises networks: seconds to minutes old, and without secrets. */
export interface DiscoveredPage {
  /** VPN gateways alone. */
  readonly gateways: readonly VpnGateway[];
  /** The prefixes behind local network gateways. */
  readonly onPremises: readonly TakenPrefixes[];
  readonly connections: readonly Connection[];
  readonly skipToken?: string | undefined;
  /** How long to wait before the next page, in seconds; 0 while the quota lasts. */
  readonly waitSeconds: number;
}

/** What a subscription has around its gateways. */
export interface SubscriptionNetworks {
  /** Those with a GatewaySubnet, and of their subnets that one alone. */
  readonly virtualNetworks: readonly VirtualNetwork[];
  readonly routeTables: readonly RouteTable[];
  /** Those of virtual network gateways. */
  readonly publicIps: readonly PublicIpAddress[];
}

/** What of a request is about the gateway. */
export interface GatewayRequest {
  readonly virtualNetworkId: string;
  readonly gateway: {
    readonly name?: string | undefined;
    readonly sku?: string | undefined;
    readonly activeActive?: boolean | undefined;
  };
  readonly pointToSite: {
    readonly addressPool: 'auto' | readonly string[];
    readonly protocols?: readonly string[] | undefined;
    readonly groups?: readonly GroupRequest[] | undefined;
  };
  readonly radius: {
    readonly servers?:
      | readonly { readonly address: string; readonly score?: number | undefined }[]
      | undefined;
  };
}

/** Something that a wish takes away from a gateway or replaces. */
export interface TakenAway {
  readonly what:
    | 'radiusServer'
    | 'protocol'
    | 'authenticationType'
    | 'addressPool'
    | 'userGroup'
    | 'secret'
    | 'sku'
    | 'mode'
    | 'publicIpAddress'
    | 'gateway'
    | 'gatewaySubnet'
    | 'pointToSite'
    | 'radiusClient'
    | 'networkPolicy'
    | 'firewallRule';
  /** What goes: the address, protocol, prefix, SKU or id. */
  readonly target: string;
  /** Who notices. */
  readonly message: string;
}

/** What of a plan is about the gateway. */
export interface GatewayOutline {
  readonly location: string;
  readonly sku: string;
  readonly activeActive: boolean;
  readonly gatewaySubnetId: string;
  readonly publicIpIds: readonly string[];
  readonly addressPool: readonly string[];
  readonly protocols: readonly string[];
  readonly authenticationTypes: readonly string[];
  readonly entra?: EntraSignIn;
  readonly endsSignIn?: readonly string[];
  readonly servers: readonly RadiusServer[];
  readonly otherServers: readonly RadiusServer[];
  readonly groups?: readonly UserGroup[] | undefined;
}

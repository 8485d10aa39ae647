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
  /** The Azure Route Servers (virtual hubs) that have one in this subnet. */
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
    /** Whether this VNet uses the gateway of the other one. Then it cannot have its own. */
    readonly usesRemoteGateways?: boolean;
    /** Whether the other VNet may use the gateway of this one. */
    readonly allowsGatewayTransit?: boolean;
  }[];
  /** Empty means Azure's own DNS. VPN clients get the same servers. */
  readonly dnsServers?: readonly string[];
}

/** Address space that is taken, and by what: a resource id, or the id of a running deployment. */
export interface TakenPrefixes {
  readonly by: string;
  readonly prefixes: readonly string[];
}

/** What a gateway reaches by a connection: a network on premises, or the VNet of another gateway. */
export interface ConnectedNetwork extends TakenPrefixes {
  readonly connection: string;
  /** Why its prefixes are not known, when they could not be read. */
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

/**
 * The settings for sign-in with Microsoft Entra ID, as the gateway has them (VPN Gateway, "Configure P2S VPN Gateway
 * for Microsoft Entra ID authentication").
 */
export interface EntraSignIn {
  readonly tenant: string;
  readonly audience: string;
  readonly issuer: string;
}

export type AddressMigrationPhase = 'Prepare' | 'Execute' | 'Commit' | 'Abort';

/**
 * The state of Microsoft's guided migration of a gateway's public IP address (`virtualNetworkGatewayMigrationStatus`).
 */
export interface AddressMigration {
  readonly phase: string;
  readonly state: string;
  readonly errorMessage?: string;
}

export interface PointToSite {
  readonly addressPool: readonly string[];
  readonly protocols: readonly string[];
  /** As Azure answers. An empty list does not mean that there are none: see `authenticationTypes`. */
  readonly authenticationTypes: readonly string[];
  readonly radiusServers: readonly RadiusServer[];
  /** Names of the root certificates with which users sign in. */
  readonly rootCertificates?: readonly string[];
  /** The Microsoft Entra tenant whose users sign in with their account. */
  readonly entraTenant?: string;
  /** The address pools of user groups, in addition to the main pool. */
  readonly groupPools?: readonly string[];
  /** Only in a wish: given to a gateway that has no Entra sign-in yet. */
  readonly entra?: EntraSignIn;
  /**
   * Only in a wish: the authentication types whose settings are removed too. If the settings stayed, Azure would still
   * count these types.
   */
  readonly endsSignIn?: readonly string[];
  /** The user groups. In a wish: all groups that there are to be. Undefined: they stay as they are. */
  readonly groups?: readonly UserGroup[];
}

/** A user group, which Resource Manager calls policy group, with the pool of its client connection configuration. */
export interface UserGroup {
  readonly name: string;
  /** Takes the users who are in no other group. After the group is created, neither this nor the name can change. */
  readonly isDefault: boolean;
  /** The lower number is checked first. */
  readonly priority: number;
  readonly members: readonly GroupMember[];
  /** Empty when no client connection configuration names the group. */
  readonly addressPool: readonly string[];
  /** In a wish: a request asked for it. Other groups stay as their owners have them. */
  readonly isAsked?: true;
}

/**
 * How the gateway recognises a user of the group, for example by what the RADIUS server answers (`RadiusAzureGroupId`).
 */
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
  /** The value that NPS sends for it. If left out: the value that the gateway has, otherwise the first free one. */
  readonly attribute?: string | undefined;
  readonly addressPool: 'auto' | readonly string[];
  /** The Windows group for whose members NPS sends the attribute. Only the default group may have none. */
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
  /** `Generation1` or `Generation2`, as Azure answers. */
  readonly generation?: string;
  readonly activeActive: boolean;
  readonly subnetId: string;
  readonly publicIpIds: readonly string[];
  /** The autonomous system number of its BGP sessions, after it is provisioned. */
  readonly bgpAsn?: number;
  readonly pointToSite?: PointToSite;
  /** Undefined when there has been no migration. */
  readonly addressMigration?: AddressMigration;
}

/** The gateway as a request wants it. What it does not name stays as it is. */
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

/** A connection by its ends: two gateways, or one gateway and the resource of a network on premises. */
export interface Connection {
  readonly gatewayIds: readonly string[];
  readonly siteId?: string | undefined;
}

/**
 * One page of what Resource Graph knows of gateways and on-premises networks. It is seconds to minutes old, and has no
 * secrets.
 */
export interface DiscoveredPage {
  /** Only VPN gateways. */
  readonly gateways: readonly VpnGateway[];
  /** The prefixes behind local network gateways. */
  readonly onPremises: readonly TakenPrefixes[];
  readonly connections: readonly Connection[];
  readonly skipToken?: string | undefined;
  /** How long to wait before the next page, in seconds. It is 0 while there is quota left. */
  readonly waitSeconds: number;
}

/** What a subscription has around its gateways. */
export interface SubscriptionNetworks {
  /** The VNets with a GatewaySubnet. Of their subnets, only GatewaySubnet is read. */
  readonly virtualNetworks: readonly VirtualNetwork[];
  readonly routeTables: readonly RouteTable[];
  /** The addresses of virtual network gateways. */
  readonly publicIps: readonly PublicIpAddress[];
}

/** The part of a request that is about the gateway. */
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

/** Something that a wish removes from a gateway or replaces. */
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
  /** What is removed: the address, protocol, prefix, SKU or id. */
  readonly target: string;
  /** Who notices it. */
  readonly message: string;
}

/** The part of a plan that is about the gateway. */
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

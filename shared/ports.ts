/**
 * What this app needs of others, in our words: one port per outside party. `shared/azure/` and `shared/ticketing/` fulfil
 * them, the simulator stands behind the wire. Every port throws `VpnRadiusError`; ids compare without case.
 */
import type { Failure } from './errors.ts';

/** A write that Azure has accepted. `retryAfterSeconds` is the shortest time to wait before looking again. */
export interface Accepted {
  readonly retryAfterSeconds: number;
}

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
}

export interface VirtualNetwork {
  readonly id: string;
  readonly name: string;
  readonly location: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly addressPrefixes: readonly string[];
  readonly subnets: readonly Subnet[];
  readonly peerings: readonly {
    readonly remoteVirtualNetworkId: string;
    readonly remoteAddressPrefixes: readonly string[];
  }[];
}

/** Address space that is taken, and by whom (a resource id, or the id of a deployment that is under way). */
export interface TakenPrefixes {
  readonly by: string;
  readonly prefixes: readonly string[];
}

export interface VirtualNetworks {
  /** Undefined when there is none of that id. */
  read(id: string): Promise<VirtualNetwork | undefined>;
  readSubnet(id: string): Promise<Subnet | undefined>;
  readRouteTable(id: string): Promise<RouteTable | undefined>;
  /** The prefixes behind the local network gateways of the VNet's resource group. */
  onPremisesPrefixes(virtualNetworkId: string): Promise<readonly TakenPrefixes[]>;
  /** PUTs the child resource; never the whole VNet, which would drop subnets that are missing from the body. */
  writeSubnet(subnetId: string, addressPrefix: string): Promise<Accepted>;
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

export interface PublicIpAddresses {
  read(id: string): Promise<PublicIpAddress | undefined>;
  /** A Standard static IPv4 address in `zones` (empty: regional). */
  create(id: string, location: string, zones: readonly string[]): Promise<Accepted>;
}

export interface RadiusServer {
  readonly address: string;
  readonly score: number;
}

export interface PointToSite {
  readonly addressPool: readonly string[];
  readonly protocols: readonly string[];
  readonly authenticationTypes: readonly string[];
  readonly radiusServers: readonly RadiusServer[];
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
  readonly activeActive: boolean;
  readonly subnetId: string;
  readonly publicIpIds: readonly string[];
  readonly pointToSite?: PointToSite;
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

export interface VpnGateways {
  read(id: string): Promise<VpnGateway | undefined>;
  /**
   * PUTs the gateway: `wish` over what is there, so that NAT rules, BGP, policy groups, tags and other authentication
   * types of others stay, and `radiusSecret` supplied for every server because reads leave it out: one for all, or one for
   * each by its address. `operationUrl` is signed: it must not be stored in clear text.
   */
  write(
    id: string,
    wish: GatewayWish,
    radiusSecret: string | Readonly<Record<string, string>>,
  ): Promise<Accepted & { readonly operationUrl: string }>;
  /** The error of a failed operation; undefined while there is none. Told without `radiusSecrets`, which Azure may quote. */
  operationError(
    operationUrl: string,
    ...radiusSecrets: readonly string[]
  ): Promise<{ readonly code: string; readonly message: string } | undefined>;
  /** The secrets that the gateway holds, by server address. Only ever compared in memory. */
  radiusSecrets(id: string): Promise<readonly { readonly address: string; readonly secret: string }[]>;
  /** Generates a client profile. The URL is a bearer secret that lives for about an hour. */
  clientProfile(id: string): Promise<{ readonly url: string; readonly expiresAt: string }>;
  /** The client address pools of all gateways in the subscriptions (Resource Graph, so seconds to minutes old). */
  addressPools(subscriptionIds: readonly string[]): Promise<readonly TakenPrefixes[]>;
}

export interface NpsHostStatus {
  readonly id: string;
  readonly kind: 'virtualMachine' | 'arcMachine';
  readonly location: string;
  readonly running: boolean;
  readonly agentReady: boolean;
  readonly osType: string;
}

export interface NpsRun {
  /** Name of the run command resource; a PUT of the same name runs it again. */
  readonly name: string;
  readonly operation: 'Get' | 'Test' | 'Set';
  /** The desired state as JSON. Holds no secret. */
  readonly desiredState: string;
  readonly timeoutMinutes: number;
}

export type NpsRunState =
  | { readonly state: 'running' }
  | { readonly state: 'timedOut' }
  | { readonly state: 'ended'; readonly exitCode: number; readonly output: string; readonly error: string };

/** NPS servers, reached through managed run commands on an Azure VM or an Arc machine. */
export interface NpsServers {
  readHost(hostId: string): Promise<NpsHostStatus | undefined>;
  /** `radiusSecret` travels as a protected parameter. */
  start(host: NpsHostStatus, run: NpsRun, radiusSecret?: string): Promise<Accepted>;
  result(hostId: string, runName: string): Promise<NpsRunState>;
  /** Removes the run command resource; fine when it is gone already. */
  forget(hostId: string, runName: string): Promise<void>;
}

/** What things cost, as far as it is public. */
export interface Prices {
  /** US dollars a month for a gateway of that SKU, without traffic, connections and discounts; undefined when it cannot be had. */
  gatewayMonth(location: string, sku: string): Promise<number | undefined>;
}

/** Asks an NPS server over RADIUS whether to let in a user who does not exist: its refusal proves that it listens and holds the secret. */
export interface RadiusProbes {
  /** The subnet that the probe comes from, which NPS must know as a RADIUS client. */
  readonly subnet: string;
  probe(address: string, secret: string): Promise<RadiusProbeAnswer>;
}

export type RadiusProbeAnswer =
  | { readonly outcome: 'ok'; readonly milliseconds: number }
  | { readonly outcome: 'accepts anyone' | 'secret mismatch' | 'no answer'; readonly message: string };

export interface Secret {
  readonly value: string;
  readonly version: string;
  readonly createdAt: string;
  /** Set once it has expired. */
  readonly expiredAt?: string;
  /** The gateway that it was tagged with. */
  readonly gatewayId?: string;
}

export interface Secrets {
  /**
   * Undefined when there is no secret of that name (or version). An expired one is an error, unless `evenExpired`: a shared
   * secret that has expired still is the one by which users are let in, and has to be read to be replaced.
   */
  read(
    name: string,
    version?: string,
    options?: { readonly evenExpired?: boolean },
  ): Promise<Secret | undefined>;
  /** Stores a new version; returns its id. `expiresAt` is ISO 8601. */
  write(
    name: string,
    value: string,
    tags: Readonly<Record<string, string>>,
    expiresAt?: string,
  ): Promise<string>;
}

/** Where a ticket came from and where its answer goes. */
export interface TicketReference {
  readonly system: 'servicenow' | 'jira' | 'webhook';
  readonly id: string;
  readonly callbackUrl?: string | undefined;
}

/** What is told to the ticket. `id` is the same for every attempt to tell the same thing, so that a receiver can drop repeats. */
export interface TicketAnswer {
  readonly id: string;
  readonly deploymentId: string;
  readonly virtualNetworkId: string;
  readonly status: 'Running' | 'AwaitingApproval' | 'Succeeded' | 'Failed' | 'Canceled' | 'Rejected';
  /** Plain sentences for a person: what was done, or which step failed, why and what to do. */
  readonly text: string;
  readonly at: string;
  readonly result?: Readonly<Record<string, unknown>> | undefined;
  readonly error?:
    | { readonly code: string; readonly message: string; readonly target?: string | undefined }
    | undefined;
}

/** Something that subscribers are told of. `id` is the same for every attempt, so that a subscriber can drop repeats. */
export interface OutgoingEvent {
  readonly id: string;
  readonly type:
    | 'VpnRadius.Deployment.Succeeded'
    | 'VpnRadius.Deployment.Failed'
    | 'VpnRadius.Deployment.AwaitingApproval'
    | 'VpnRadius.Compliance.Completed'
    | 'VpnRadius.Secret.Rotated';
  readonly subject: string;
  readonly time: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface EventTopic {
  publish(event: OutgoingEvent): Promise<void>;
  /** What kept the last event from being taken; undefined when it was, and before the first. */
  readonly trouble?: Failure | undefined;
}

/** Ticket systems. One call is one attempt: the orchestration repeats it, for a day if need be. */
export interface Tickets {
  answer(ticket: TicketReference, answer: TicketAnswer): Promise<void>;
}

/** One page of what Resource Graph knows of gateways and on-premises networks: seconds to minutes old, and without secrets. */
export interface DiscoveredPage {
  /** VPN gateways alone. */
  readonly gateways: readonly VpnGateway[];
  /** The prefixes behind local network gateways. */
  readonly onPremises: readonly TakenPrefixes[];
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

/** Finds gateways by the thousand, with few requests. */
export interface Fleet {
  discover(subscriptionIds: readonly string[], skipToken?: string): Promise<DiscoveredPage>;
  /** Lists the subscription by Resource Manager: three requests, more where a list has several pages. */
  networks(subscriptionId: string): Promise<SubscriptionNetworks>;
}

/** A Key Vault secret without its value. */
export interface SecretEntry {
  readonly name: string;
  readonly createdAt: string;
  readonly enabled: boolean;
  /** The gateway that `Secrets.write` tagged it with. */
  readonly gatewayId?: string | undefined;
}

export interface SecretCatalogue {
  list(): Promise<readonly SecretEntry[]>;
}

/** Where reports and what they are made from are kept. Names are paths with slashes, such as `runs/20270101T050000/report.json`. */
export interface ReportStore {
  write(name: string, content: string, contentType: string): Promise<void>;
  read(name: string): Promise<string | undefined>;
  /** In order of their names. */
  list(prefix: string): Promise<readonly string[]>;
  /** Fine when it is gone already. */
  remove(name: string): Promise<void>;
}

/** A ticket about a finding. `id` stands for the finding: the same one is never ticketed twice at a time. */
export interface FindingTicket {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  /** A resource id. */
  readonly target: string;
  readonly rule: string;
}

/** Opens and closes tickets of the app's own accord. One call is one attempt; repeating it does no harm. */
export interface FindingTickets {
  /** Returns by what the system knows it: a number or a key. */
  open(ticket: FindingTicket): Promise<string>;
  close(number: string, ticket: FindingTicket): Promise<void>;
}

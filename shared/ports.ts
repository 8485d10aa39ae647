/**
 * What this app needs of others, in our words: one port per outside party. `shared/azure/` and `shared/ticketing/` fulfil
 * them, the simulator stands behind the wire. Every port throws `VpnRadiusError`; ids compare without case.
 */
import type { FindingTicket } from './compliance/finding-ticket.ts';
import type { Failure, Problem } from './core/errors.ts';
import type { OutgoingEvent, TicketAnswer, TicketReference } from './deployment/contract.ts';
import type { GatewayResources } from './gateway/code/resources.ts';
import type {
  AddressMigrationPhase,
  ConnectedNetwork,
  DiscoveredPage,
  GatewayWish,
  PublicIpAddress,
  RouteTable,
  Subnet,
  SubscriptionNetworks,
  TakenPrefixes,
  VirtualNetwork,
  VpnGateway,
} from './gateway/model.ts';
import type { GivenSecret, NpsHostStatus, NpsRun, NpsRunState, RadiusProbeAnswer } from './nps/model.ts';
import type { Secret, SecretEntry, SecretVersion } from './secret/model.ts';

/** A write that Azure has accepted. `retryAfterSeconds` is the shortest time to wait before looking again. */
export interface Accepted {
  readonly retryAfterSeconds: number;
}

export interface VirtualNetworks {
  /** Undefined when there is none of that id. */
  read(id: string): Promise<VirtualNetwork | undefined>;
  /** Asks once about one that is nowhere: throws where the app may not read those of the subscription. */
  tryToRead(subscriptionId: string): Promise<void>;
  readSubnet(id: string): Promise<Subnet | undefined>;
  readRouteTable(id: string): Promise<RouteTable | undefined>;
  /** The prefixes behind the local network gateways of the VNet's resource group. */
  onPremisesPrefixes(virtualNetworkId: string): Promise<readonly TakenPrefixes[]>;
  /**
   * The service that the VNet's resource group belongs to, such as an AKS cluster, by its id (`managedBy`); undefined for
   * a group of people.
   */
  managerOf(virtualNetworkId: string): Promise<string | undefined>;
  /**
   * PUTs the child resource; never the whole VNet, which would drop subnets that are missing from the body. Throws
   * `GatewaySubnetChanged` (transient) and writes nothing when there is one by now.
   */
  createSubnet(subnetId: string, addressPrefix: string): Promise<Accepted>;
  /** Azure refuses it while anything is in the subnet. Fine when it is gone already. */
  deleteSubnet(subnetId: string): Promise<Accepted>;
}

export interface PublicIpAddresses {
  read(id: string): Promise<PublicIpAddress | undefined>;
  /** A Standard static IPv4 address in `zones` (empty: regional). */
  create(id: string, location: string, zones: readonly string[]): Promise<Accepted>;
  /** Azure refuses it while anything uses the address. Fine when it is gone already. */
  delete(id: string): Promise<Accepted>;
}

export interface OpenGateway {
  /** Undefined when there is none. */
  readonly gateway?: VpnGateway;
  /**
   * PUTs the gateway: `wish` over what was opened, so that NAT rules, BGP, policy groups, tags and other authentication
   * types of others stay, and `radiusSecret` supplied for every server because reads leave it out: one for all, or one for
   * each by its address. Throws `GatewayChanged` (transient) and writes nothing when the gateway is not as it was opened
   * any more. `operationUrl` is signed: it must not be stored in clear text.
   */
  write(
    wish: GatewayWish,
    radiusSecret: string | Readonly<Record<string, string>>,
  ): Promise<Accepted & { readonly operationUrl: string }>;
  /** As `write`, with everything of the gateway kept but its point-to-site configuration. */
  writeWithoutPointToSite(): Promise<Accepted>;
  /** As `write`, with everything of the gateway kept but RADIUS; users then sign in with Microsoft Entra ID. */
  writeWithoutRadius(): Promise<Accepted>;
}

export interface VpnGateways {
  read(id: string): Promise<VpnGateway | undefined>;
  /** The gateway and what it stands on, whole, as Resource Manager keeps them; never its secrets. */
  resources(id: string): Promise<GatewayResources | undefined>;
  /** The gateway as it is now, and a way to write over exactly that. */
  open(id: string): Promise<OpenGateway>;
  /** Begins a phase of Microsoft's guided migration of the gateway's public IP address; `addressMigration` of a read tells how far it is. */
  migrateAddresses(id: string, phase: AddressMigrationPhase): Promise<Accepted>;
  /** Azure refuses it while the gateway has connections. Fine when it is gone already. */
  delete(id: string): Promise<Accepted>;
  /** The error of a failed operation; undefined while there is none. Told without `radiusSecrets`, which Azure may quote. */
  operationError(
    operationUrl: string,
    ...radiusSecrets: readonly string[]
  ): Promise<{ readonly code: string; readonly message: string } | undefined>;
  /** The secrets that the gateway holds, by server address. Only ever compared in memory. */
  radiusSecrets(id: string): Promise<readonly { readonly address: string; readonly secret: string }[]>;
  /** Generates a client profile. The URL is a bearer secret that lives for about an hour. */
  clientProfile(id: string): Promise<{ readonly url: string; readonly expiresAt: string }>;
  /** What the gateway reaches by its connections, in whatever group that is. */
  connectedNetworks(id: string): Promise<readonly ConnectedNetwork[]>;
  /** The client address pools of all gateways in the subscriptions, those of user groups too (Resource Graph, so seconds to minutes old). */
  addressPools(subscriptionIds: readonly string[]): Promise<readonly TakenPrefixes[]>;
}

/** NPS servers, reached through managed run commands on an Azure VM or an Arc machine. */
export interface NpsServers {
  readHost(hostId: string): Promise<NpsHostStatus | undefined>;
  /** The secret travels as a protected parameter, encrypted for the server where that told its key. */
  start(host: NpsHostStatus, run: NpsRun, secret?: GivenSecret): Promise<Accepted>;
  result(hostId: string, runName: string): Promise<NpsRunState>;
  /** The names of the run commands on the machine, whoever made them. Empty when there is no such machine. */
  runNames(hostId: string): Promise<readonly string[]>;
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
  /** What is known of each version, oldest first, without its value; none where there is no such secret. */
  versions(name: string): Promise<readonly SecretVersion[]>;
  /** Disables a version whose gateway is gone. */
  retire(name: string, version: string): Promise<void>;
  /** Deletes the secret with all its versions; Key Vault keeps it recoverable for a while. Fine when it is gone already. */
  delete(name: string): Promise<void>;
  /** Adds tags to a version; those that it has under other names stay. */
  tag(name: string, version: string, tags: Readonly<Record<string, string>>): Promise<void>;
  /** Disables a version that nobody is to use: whoever reads the newest is given the version `instead` in its place. */
  disable(name: string, version: string, instead: string): Promise<void>;
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

/** What else somebody is called whom a ticket system knows by these ids, which are returned too. */
export interface TicketPeople {
  identities(system: 'servicenow' | 'jira', ids: readonly string[]): Promise<readonly string[]>;
}

/** Finds gateways by the thousand, with few requests. */
export interface Fleet {
  discover(subscriptionIds: readonly string[], skipToken?: string): Promise<DiscoveredPage>;
  /** Lists the subscription by Resource Manager: three requests, more where a list has several pages. */
  networks(subscriptionId: string): Promise<SubscriptionNetworks>;
}

export interface SecretCatalogue {
  list(): Promise<readonly SecretEntry[]>;
  /** The names of so many pages of the vault; `continuation` leads to the next ones, where there are any. */
  part(pages: number, continuation?: string): Promise<SecretPart>;
}

export interface SecretPart {
  readonly entries: readonly SecretEntry[];
  readonly continuation?: string;
}

/** A page of names; `continuation` leads to the next one, where there is one. */
export interface DocumentPage {
  readonly names: readonly string[];
  readonly continuation?: string;
}

/** Where reports and records are kept. Names are paths with slashes, such as `reports/20270101T050000/report.json`. */
export interface Documents {
  write(name: string, content: string, contentType: string): Promise<void>;
  /** As `write`, unless there is one of that name: then false, and nothing is changed. */
  add(name: string, content: string, contentType: string): Promise<boolean>;
  read(name: string): Promise<string | undefined>;
  /** As `write`, of what is too large to be held whole; `parts` gives it anew for another try. */
  writeParts(name: string, parts: () => Iterable<string>, contentType: string): Promise<void>;
  /** As `read`, bit by bit. */
  readParts(name: string): Promise<AsyncIterable<Uint8Array> | undefined>;
  /** All of that prefix, in order of their names. */
  list(prefix: string): Promise<readonly string[]>;
  page(prefix: string, limit: number, continuation?: string): Promise<DocumentPage>;
  /** Fine when it is gone already. */
  remove(name: string): Promise<void>;
}

/** A row as it was read. `version` changes with every write. */
export interface Row<T = unknown> {
  readonly key: string;
  readonly value: T;
  readonly version: string;
}

/** A row that is not as it was written: only where it is can be told. */
export interface SpoiltRow extends Pick<Row, 'key' | 'version'> {
  readonly problem: Problem;
}

/**
 * Small rows in partitions, each in the order of its keys. Partitions and keys are of `a-z 0-9 . _ -`. A value is JSON of up
 * to some hundred thousand characters.
 */
export interface Rows {
  /** Throws `RowUnreadable` when it is not as it was written. */
  read<T>(partition: string, key: string): Promise<Row<T> | undefined>;
  /** False when there is one of that key. */
  insert(partition: string, key: string, value: unknown): Promise<boolean>;
  /** Writes it whatever was there. */
  put(partition: string, key: string, value: unknown): Promise<void>;
  /** False when the row is another by now, or gone. */
  replace(partition: string, row: Pick<Row, 'key' | 'version'>, value: unknown): Promise<boolean>;
  /** False when the row is another by now; fine when it is gone. Without a version it is removed whatever it is. */
  remove(partition: string, key: string, version?: string): Promise<boolean>;
  /** The first rows of the partition, at most `limit`, whose keys come after `after` and before `before`, spoilt ones too. */
  page<T>(
    partition: string,
    range: {
      readonly after?: string | undefined;
      readonly before?: string | undefined;
      readonly limit: number;
    },
  ): Promise<readonly (Row<T> | SpoiltRow)[]>;
}

/** What is remembered of deployments: documents that are never changed, and rows by which they are found. */
export interface Archive {
  readonly records: Documents;
  readonly rows: Rows;
}

/** Opens and closes tickets of the app's own accord. One call is one attempt; repeating it does no harm. */
export interface FindingTickets {
  /** Returns by what the system knows it: a number or a key. */
  open(ticket: FindingTicket): Promise<string>;
  close(number: string, ticket: FindingTicket): Promise<void>;
}

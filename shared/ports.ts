/**
 * What this app needs of others, in our words: one port for each outside party. `shared/azure/` and `shared/ticketing/`
 * implement the ports; the simulator is on the other side of the wire. Every port throws `VpnRadiusError`. Ids compare
 * without case.
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
  /** Undefined when there is no VNet with this id. */
  read(id: string): Promise<VirtualNetwork | undefined>;
  /** Asks once about a VNet that was not found. Throws when the app may not read VNets of the subscription. */
  tryToRead(subscriptionId: string): Promise<void>;
  readSubnet(id: string): Promise<Subnet | undefined>;
  readRouteTable(id: string): Promise<RouteTable | undefined>;
  /** The prefixes behind the local network gateways of the VNet's resource group. */
  onPremisesPrefixes(virtualNetworkId: string): Promise<readonly TakenPrefixes[]>;
  /**
   * The service that the VNet's resource group belongs to, such as an AKS cluster, by its id (`managedBy`). Undefined
   * for a group that people manage.
   */
  managerOf(virtualNetworkId: string): Promise<string | undefined>;
  /**
   * PUTs the child resource, never the whole VNet: a PUT of the VNet would delete subnets that are missing from the
   * body. Throws `GatewaySubnetChanged` (transient) and writes nothing when the subnet exists meanwhile.
   */
  createSubnet(subnetId: string, addressPrefix: string): Promise<Accepted>;
  /** Azure refuses it while anything is in the subnet. No error when the subnet does not exist any more. */
  deleteSubnet(subnetId: string): Promise<Accepted>;
}

export interface PublicIpAddresses {
  read(id: string): Promise<PublicIpAddress | undefined>;
  /** A Standard static IPv4 address in `zones` (empty: regional). */
  create(id: string, location: string, zones: readonly string[]): Promise<Accepted>;
  /** Azure refuses it while anything uses the address. No error when the address does not exist any more. */
  delete(id: string): Promise<Accepted>;
}

export interface OpenGateway {
  /** Undefined when there is no gateway with this id. */
  readonly gateway?: VpnGateway;
  /**
   * PUTs the gateway: what was opened, with `wish` applied. NAT rules, BGP, policy groups, tags and other
   * authentication types that others configured stay. `radiusSecret` is supplied for every server, because reads leave
   * it out: one secret for all, or one for each by its address. Throws `GatewayChanged` (transient) and writes nothing
   * when the gateway is no longer as it was opened. `operationUrl` is signed: it must not be stored in clear text.
   */
  write(
    wish: GatewayWish,
    radiusSecret: string | Readonly<Record<string, string>>,
  ): Promise<Accepted & { readonly operationUrl: string }>;
  /** The same as `write`, but everything of the gateway is kept except its point-to-site configuration. */
  writeWithoutPointToSite(): Promise<Accepted>;
  /**
   * The same as `write`, but everything of the gateway is kept except RADIUS. Users then sign in with Microsoft Entra
   * ID.
   */
  writeWithoutRadius(): Promise<Accepted>;
}

export interface VpnGateways {
  read(id: string): Promise<VpnGateway | undefined>;
  /** The gateway and the resources that it uses, complete, as Resource Manager keeps them, but without its secrets. */
  resources(id: string): Promise<GatewayResources | undefined>;
  /** The gateway as it is now, and a way to write it only while it is unchanged. */
  open(id: string): Promise<OpenGateway>;
  /**
   * Begins a phase of Microsoft's guided migration of the gateway's public IP address. `addressMigration` of a read
   * says how far it is.
   */
  migrateAddresses(id: string, phase: AddressMigrationPhase): Promise<Accepted>;
  /** Azure refuses it while the gateway has connections. No error when the gateway does not exist any more. */
  delete(id: string): Promise<Accepted>;
  /**
   * The error of a failed operation. Undefined while there is none. `radiusSecrets` are removed from its text, because
   * Azure may quote them.
   */
  operationError(
    operationUrl: string,
    ...radiusSecrets: readonly string[]
  ): Promise<Pick<Failure, 'code' | 'message' | 'details'> | undefined>;
  /** The secrets that the gateway holds, by server address. They are only compared in memory. */
  radiusSecrets(id: string): Promise<readonly { readonly address: string; readonly secret: string }[]>;
  /** Generates a client profile. The URL gives access without a further check, and is valid for about an hour. */
  clientProfile(id: string): Promise<{ readonly url: string; readonly expiresAt: string }>;
  /** What the gateway reaches by its connections, in any resource group. */
  connectedNetworks(id: string): Promise<readonly ConnectedNetwork[]>;
  /**
   * The client address pools of all gateways in the subscriptions, with those of user groups (from Resource Graph, so
   * seconds to minutes old).
   */
  addressPools(subscriptionIds: readonly string[]): Promise<readonly TakenPrefixes[]>;
}

/** NPS servers, reached through managed run commands on an Azure VM or an Arc machine. */
export interface NpsServers {
  readHost(hostId: string): Promise<NpsHostStatus | undefined>;
  /** The secret travels as a protected parameter. It is encrypted for the server when the server gave its key. */
  start(host: NpsHostStatus, run: NpsRun, secret?: GivenSecret): Promise<Accepted>;
  result(hostId: string, runName: string): Promise<NpsRunState>;
  /** The names of all run commands on the machine, also those of others. Empty when there is no such machine. */
  runNames(hostId: string): Promise<readonly string[]>;
  /** Removes the run command resource. No error when it does not exist any more. */
  forget(hostId: string, runName: string): Promise<void>;
}

/** What things cost, as far as it is public. */
export interface Prices {
  /**
   * US dollars a month for a gateway of that SKU, without traffic, connections and discounts. Undefined when the price
   * is not available.
   */
  gatewayMonth(location: string, sku: string): Promise<number | undefined>;
}

/**
 * Asks an NPS server over RADIUS to let in a user who does not exist. Its refusal proves that it listens and holds the
 * secret.
 */
export interface RadiusProbes {
  /** The subnet that the probe comes from. NPS must know it as a RADIUS client. */
  readonly subnet: string;
  probe(address: string, secret: string): Promise<RadiusProbeAnswer>;
}

export interface Secrets {
  /**
   * Undefined when there is no secret with this name (or version). An expired secret is an error, unless `mayBeExpired`
   * is set: users are still let in by an expired shared secret, and it has to be read to be replaced.
   */
  read(
    name: string,
    version?: string,
    options?: { readonly mayBeExpired?: boolean },
  ): Promise<Secret | undefined>;
  /** Stores a new version and returns its id. `expiresAt` is ISO 8601. */
  write(
    name: string,
    value: string,
    tags: Readonly<Record<string, string>>,
    expiresAt?: string,
  ): Promise<string>;
  /** What is known of each version, oldest first, without its value. Empty when there is no such secret. */
  versions(name: string): Promise<readonly SecretVersion[]>;
  /** Disables a version whose gateway does not exist any more. */
  retire(name: string, version: string): Promise<void>;
  /**
   * Deletes the secret with all its versions. Key Vault keeps it recoverable for a while. No error when it does not
   * exist any more.
   */
  delete(name: string): Promise<void>;
  /** Adds tags to a version. Its tags with other names stay. */
  tag(name: string, version: string, tags: Readonly<Record<string, string>>): Promise<void>;
  /**
   * Disables a version that nobody must use. A read of the newest version returns the version `instead` in its place.
   */
  disable(name: string, version: string, instead: string): Promise<void>;
}

export interface EventTopic {
  publish(event: OutgoingEvent): Promise<void>;
  /**
   * The error for which the last event was not accepted. Undefined when it was accepted, and before the first event.
   */
  readonly trouble?: Failure | undefined;
}

/** Ticket systems. One call is one attempt: the orchestration repeats it, for a day if necessary. */
export interface Tickets {
  /** `now`: the time of the host. Without it, the time at which the answer was made. */
  answer(ticket: TicketReference, answer: TicketAnswer, now?: Date): Promise<void>;
}

/** The further ids of a person whom a ticket system knows by these ids. The given ids are returned too. */
export interface TicketPeople {
  identities(system: 'servicenow' | 'jira', ids: readonly string[]): Promise<readonly string[]>;
}

/** Finds gateways by the thousand, with few requests. */
export interface Fleet {
  discover(subscriptionIds: readonly string[], skipToken?: string): Promise<DiscoveredPage>;
  /** Lists the subscription by Resource Manager: three requests, and more when a list has several pages. */
  networks(subscriptionId: string): Promise<SubscriptionNetworks>;
}

export interface SecretCatalogue {
  list(): Promise<readonly SecretEntry[]>;
  /** The names on a limited number of pages of the vault. `continuation` leads to the next pages, if there are any. */
  part(pages: number, continuation?: string): Promise<SecretPart>;
}

export interface SecretPart {
  readonly entries: readonly SecretEntry[];
  readonly continuation?: string;
}

/** A page of names. `continuation` leads to the next one, if there is one. */
export interface DocumentPage {
  readonly names: readonly string[];
  readonly continuation?: string;
}

/** Where reports and records are kept. Names are paths with slashes, such as `reports/20270101T050000/report.json`. */
export interface Documents {
  write(name: string, content: string, contentType: string): Promise<void>;
  /** The same as `write`, but when the name exists, it returns false and changes nothing. */
  add(name: string, content: string, contentType: string): Promise<boolean>;
  read(name: string): Promise<string | undefined>;
  /**
   * The same as `write`, for a document that is too large to be held as a whole. `parts` gives the content again for
   * another try.
   */
  writeParts(name: string, parts: () => Iterable<string>, contentType: string): Promise<void>;
  /** The same as `read`, part by part. */
  readParts(name: string): Promise<AsyncIterable<Uint8Array> | undefined>;
  /** All names with that prefix, in order. */
  list(prefix: string): Promise<readonly string[]>;
  page(prefix: string, limit: number, continuation?: string): Promise<DocumentPage>;
  /** No error when it does not exist any more. */
  remove(name: string): Promise<void>;
}

/** A row as it was read. `version` changes with every write. */
export interface Row<T = unknown> {
  readonly key: string;
  readonly value: T;
  readonly version: string;
}

/** A damaged row: only its place is known. */
export interface SpoiltRow extends Pick<Row, 'key' | 'version'> {
  readonly problem: Problem;
}

/**
 * Small rows in partitions, each in the order of its keys. Partitions and keys consist of `a-z 0-9 . _ -`. A value is
 * JSON of at most some hundred thousand characters.
 */
export interface Rows {
  /** Throws `RowUnreadable` when it is not as it was written. */
  read<T>(partition: string, key: string): Promise<Row<T> | undefined>;
  /** False when the key exists. */
  insert(partition: string, key: string, value: unknown): Promise<boolean>;
  /** Writes it in every case. */
  put(partition: string, key: string, value: unknown): Promise<void>;
  /** False when the row has changed meanwhile, or does not exist any more. */
  replace(partition: string, row: Pick<Row, 'key' | 'version'>, value: unknown): Promise<boolean>;
  /**
   * False when the row has changed meanwhile. No error when it does not exist any more. Without a version it is removed
   * in every case.
   */
  remove(partition: string, key: string, version?: string): Promise<boolean>;
  /**
   * The first rows of the partition, at most `limit`, whose keys come after `after` and before `before`. Damaged rows
   * are among them.
   */
  page<T>(
    partition: string,
    range: {
      readonly after?: string | undefined;
      readonly before?: string | undefined;
      readonly limit: number;
    },
  ): Promise<readonly (Row<T> | SpoiltRow)[]>;
}

/** What is remembered of deployments: documents that never change, and rows by which they are found. */
export interface Archive {
  readonly records: Documents;
  readonly rows: Rows;
}

/** Opens and closes tickets on the app's own initiative. One call is one attempt. Repeating it does no harm. */
export interface FindingTickets {
  /** Returns the number or key that the system knows it by. */
  open(ticket: FindingTicket): Promise<string>;
  /** `why`: a sentence for people. */
  close(number: string, ticket: FindingTicket, why: string): Promise<void>;
}

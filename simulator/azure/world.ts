import { guid, key } from './arm/identifiers.ts';
import { type JsonObject, list, object, text } from './wire/messages.ts';

/** A resource as the simulator keeps it: everything that any api-version shows, and the secrets that none shows. */
export interface Resource extends JsonObject {
  id: string;
  name: string;
  type: string;
  location?: string;
  tags?: Record<string, string>;
  etag?: string;
  properties: JsonObject;
}

export interface ResourceGroup {
  id: string;
  name: string;
  location: string;
  tags?: Record<string, string>;
  /** The id of the resource whose service made the group and manages it, such as a Kubernetes cluster. */
  managedBy?: string;
}

export interface Subscription {
  subscriptionId: string;
  displayName: string;
}

export type OperationKind = 'provision' | 'delete' | 'action' | 'runCommand' | 'deleteGroup';

/** A long-running operation. It is plain data, so that it survives a restart. */
export interface Operation {
  id: string;
  kind: OperationKind;
  /** The resource that it is about. */
  target: string;
  /** The ARM action, such as `Microsoft.Network/virtualNetworkGateways/write`. */
  action: string;
  namespace: string;
  subscriptionId: string;
  location: string;
  apiVersion: string;
  startedAt: string;
  endsAt: string;
  status: 'InProgress' | 'Succeeded' | 'Failed';
  /** Ids that no other write may change meanwhile. */
  locks: string[];
  /** How it will fail, when a fault asks for it. */
  failure?: { code: string; message: string };
  error?: { code: string; message: string };
  output?: unknown;
  correlationId: string;
  callerId: string;
}

export interface SecretVersion {
  version: string;
  value: string;
  contentType?: string;
  tags?: Record<string, string>;
  enabled: boolean;
  /** Seconds since 1970, as in all of these. */
  created: number;
  updated: number;
  expires?: number;
  notBefore?: number;
}

/** A certificate with its private key, both in PEM. */
export interface KeyedCertificate {
  readonly certificate: string;
  readonly key: string;
}

export interface AzureWorld {
  seed: string;
  /** How many ids have been given out. */
  ids: number;
  tenantId: string;
  /** The managed identity of the app under test. */
  principal: { objectId: string; clientId: string };
  /** A service principal with a password, for tools that cannot use the managed identity. */
  application: { objectId: string; clientId: string; clientSecret: string };
  identityHeader: string;
  subscriptions: Subscription[];
  resourceGroups: Map<string, ResourceGroup>;
  resources: ResourceStore;
  operations: Map<string, Operation>;
  vault: {
    name: string;
    region: string;
    /** Deleted secrets can be recovered, and keep their names, for 90 days. */
    softDelete: boolean;
    secrets: Map<string, SecretVersion[]>;
    deleted: Map<string, SecretVersion[]>;
  };
  /** The authority that signs for the gateways. It exists after a client profile was fetched for the first time. */
  vpnServerRoot?: KeyedCertificate;
}

export interface ResourceStore extends Iterable<Resource> {
  get(id: string): Resource | undefined;
  set(resource: Resource): void;
  delete(id: string): void;
  readonly size: number;
  /**
   * The ids of the ip configurations that use this subnet or public IP address, of the subnets that use this
   * attachment, of the topics of this resource group, or of the subscriptions to this topic.
   */
  usersOf(id: string): string[];
}

/** The ids that the children of a resource refer to, with the id of the child. */
const references = (children: unknown, members: string[]): [used: string, by: string][] =>
  list(children).flatMap((child) => {
    const properties = object(child.properties);
    const by = text(child.id);
    return members.flatMap((member): [string, string][] => {
      const used = text(object(properties[member]).id);
      return used && by ? [[key(used), by]] : [];
    });
  });

/** The properties that name the source of the events of a topic and of an event subscription. */
const listenedTo = ['source', 'topic'];

/**
 * Keeps an index of which resource uses which subnet and address, so that a lookup is fast with ten thousand gateways.
 */
export function resourceStore(): ResourceStore {
  const resources = new Map<string, Resource>();
  const users = new Map<string, Map<string, string>>();
  const uses = (resource: Resource): [used: string, by: string][] => [
    ...references(resource.properties.ipConfigurations, ['subnet', 'publicIPAddress']),
    ...references(resource.properties.subnets, ['routeTable', 'networkSecurityGroup', 'natGateway']),
    ...listenedTo.flatMap((member): [string, string][] => {
      const used = text(resource.properties[member]);
      return used?.startsWith('/subscriptions/') ? [[key(used), resource.id]] : [];
    }),
  ];
  const forget = (resource: Resource) => {
    for (const [used, by] of uses(resource)) users.get(used)?.delete(key(by));
  };

  return {
    get: (id) => resources.get(key(id)),
    set(resource) {
      const previous = resources.get(key(resource.id));
      if (previous) forget(previous);
      resources.set(key(resource.id), resource);
      for (const [used, by] of uses(resource)) {
        if (!users.has(used)) users.set(used, new Map());
        users.get(used)!.set(key(by), by);
      }
    },
    delete(id) {
      const previous = resources.get(key(id));
      if (previous) forget(previous);
      resources.delete(key(id));
    },
    get size() {
      return resources.size;
    },
    usersOf: (id) => [...(users.get(key(id))?.values() ?? [])],
    [Symbol.iterator]: () => resources.values(),
  };
}

export function newGuid(world: AzureWorld): string {
  return guid(world.seed, world.ids++);
}

export const groupKey = (subscriptionId: string, name: string): string =>
  key(`/subscriptions/${subscriptionId}/resourceGroups/${name}`);

/** The subnet or peering inside its virtual network, where ARM keeps it too. */
export function childOf(parent: Resource, collection: string, name: string): JsonObject | undefined {
  return list(parent.properties[collection]).find((child) => key(text(child.name) ?? '') === key(name));
}

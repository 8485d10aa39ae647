import type { Call, Core } from '../core.ts';
import type { JsonObject, WireResponse } from '../wire/messages.ts';
import type { Operation, Resource } from '../world.ts';
import type { ResourceId } from './identifiers.ts';

/** Which answer a body is for: that of the write itself, or a later read. Some values exist only later. */
export type Moment = 'write' | 'read';

export interface Draft {
  /** The resource to keep, without etag and provisioning state. */
  resource: Resource;
  /** Seconds until it is provisioned. */
  seconds: number;
}

/** What the simulator knows of one resource type. */
export interface ResourceType {
  /** In Azure's casing, with the namespace. */
  type: string;
  /** Writes take time and answer with `Azure-AsyncOperation`. */
  asynchronous: boolean;
  /** `Retry-After` of a write, seconds. */
  retryAfter: number;
  /** GET answers with an `ETag` header (seen on some types, never on gateways or connections). */
  etagHeader: boolean;
  /** Tags are patched at once instead of by an operation. */
  patchesAtOnce: boolean;
  /** DELETE answers 204 and is then complete. */
  deletedAtOnce: boolean;
  /** The status of a PUT that creates. */
  createdStatus: 200 | 201;
  /** The resource that a PUT asks for, with Azure's defaults. Refuses what Azure refuses. */
  draft(call: Call, id: ResourceId, body: JsonObject, previous: Resource | undefined): Draft;
  /** Like `draft`, for the resources that exist from the beginning: defaults, but no refusals. */
  seed(core: Core, resource: Resource): void;
  /** Further changes after it is provisioned. */
  provisioned(core: Core, resource: Resource): void;
  /** `expand` is the query's `$expand`. */
  view(
    resource: Resource,
    apiVersion: string,
    moment: Moment,
    core: Core,
    expand: string | undefined,
  ): JsonObject;
  /** Other resources that a write holds while it runs. */
  holds(resource: Resource): string[];
  /** Refuses the deletion of a resource that is in use. */
  beforeDelete(core: Core, resource: Resource): void;
  deletionSeconds(core: Core): number;
  /** The actions that a client needs on resources this one refers to, such as `…/subnets/join/action`. */
  linked(body: JsonObject): { action: string; scope: string }[];
  /** What GET reads below a resource, such as `virtualNetworkGateways/{name}/connections`, by lower-case name. */
  reads: Readonly<Record<string, (call: Call, resource: Resource) => WireResponse>>;
  /** The effect of a POST action, when its operation ends. */
  acted?: (core: Core, resource: Resource, operation: Operation) => void;
  /** POST actions by lower-case name. */
  actions: Readonly<Record<string, (call: Call, resource: Resource) => WireResponse>>;
}

import { finishScript } from '../compute/scripts.ts';
import { type Core, nextEtag, type OperationEnding } from '../core.ts';
import type { Operation, OperationKind, Resource } from '../world.ts';
import { emptyGroup } from './resource-group-deletion.ts';
import { resourceTypes } from './resource-table.ts';

/** What happens when an operation ends, by its kind. */
export const endings: Readonly<Record<OperationKind, OperationEnding>> = {
  provision(core, operation) {
    const resource = core.world.resources.get(
      operation.target.split(/\/(?:subnets|virtualNetworkPeerings)\//i)[0]!,
    );
    if (resource) settle(core, operation, resource);
  },
  delete(core, operation) {
    const [owner] = operation.target.split(/\/(?:subnets|virtualNetworkPeerings)\//i);
    if (owner !== operation.target) {
      const resource = core.world.resources.get(owner!);
      if (resource) settle(core, operation, resource);
      return;
    }
    const resource = core.world.resources.get(operation.target);
    if (!resource) return;
    if (operation.failure) settle(core, operation, resource);
    else core.world.resources.delete(operation.target);
  },
  action(core, operation) {
    const resource = core.world.resources.get(operation.target);
    if (!resource) return;
    resourceTypes.get(resource.type.toLowerCase())?.acted?.(core, resource, operation);
  },
  runCommand: finishScript,
  deleteGroup: (core, operation) => emptyGroup(core, operation.target),
};

/** The operation changes the etag once more, and the children get their parent's state. */
function settle(core: Core, operation: Operation, resource: Resource): void {
  resource.etag = nextEtag(core);
  resource.properties.provisioningState = operation.failure ? 'Failed' : 'Succeeded';
  if (!operation.failure) resourceTypes.get(resource.type.toLowerCase())?.provisioned(core, resource);
}

import { networkDefaults, resourceFrom } from '../network/network-shapes.ts';
import { copy, defined, object } from '../wire/messages.ts';
import type { ResourceType } from './resource-types.ts';

/** A resource of another provider. It is kept as it was sent, and the write succeeds at once. */
export function plainType(type: string, more: Partial<ResourceType> = {}): ResourceType {
  return {
    ...networkDefaults,
    type,
    asynchronous: false,
    etagHeader: false,
    draft(_call, id, body, previous) {
      const { provisioningState: _, ...asked } = object(body.properties);
      return { resource: resourceFrom(type, id, body, copy(asked), previous), seconds: 0 };
    },
    view(resource) {
      return defined({
        id: resource.id,
        name: resource.name,
        type: resource.type,
        kind: resource.kind,
        location: resource.location,
        tags: resource.tags ?? {},
        identity: resource.identity,
        sku: resource.sku,
        zones: resource.zones,
        properties: copy(resource.properties),
      });
    },
    ...more,
  };
}

/** A vault as a resource: 200 also when it is new (recorded cli_keyvault_secret). Its secrets are in key-vault.ts. */
const vaults = plainType('Microsoft.KeyVault/vaults', {
  createdStatus: 200,
  draft(_call, id, body, previous) {
    const { provisioningState: _, ...asked } = object(body.properties);
    const properties = {
      enabledForDeployment: false,
      enableSoftDelete: true,
      ...copy(asked),
      vaultUri: `https://${id.names.at(-1)}.vault.azure.net/`,
    };
    return {
      resource: resourceFrom('Microsoft.KeyVault/vaults', id, body, properties, previous),
      seconds: 0,
    };
  },
});

const kept = [
  'Microsoft.Compute/disks',
  'Microsoft.Web/serverFarms',
  'Microsoft.Web/sites',
  'Microsoft.ManagedIdentity/userAssignedIdentities',
  'Microsoft.OperationalInsights/workspaces',
  'Microsoft.Insights/components',
  'Microsoft.EventGrid/topics',
];

/** Types that `az resource` may create and show. The simulator knows nothing more of them. */
export const otherResources: ResourceType[] = [vaults, ...kept.map((type) => plainType(type))];

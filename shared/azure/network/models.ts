import type { Azure } from '../wire/connection.ts';
import { bodyIn } from '../wire/resource-manager.ts';
import { resourcePath } from '../wire/resource-path.ts';

/** The version of Microsoft.Network that @azure/arm-network asks for. */
export const networkVersion = 'api-version=2025-05-01';

/** The URL of a resource of Microsoft.Network, with its name encoded as the SDK does it. */
export function networkUrl(id: string, type: string, action = ''): string {
  const { subscriptionId, resourceGroup, name } = resourcePath(id);
  const [group, last] = [resourceGroup, name].map(encodeURIComponent);
  return `/subscriptions/${subscriptionId}/resourceGroups/${group}/providers/Microsoft.Network/${type}/${last}${action}?${networkVersion}`;
}

/**
 * A model of the SDK from the body of a resource: what is in `properties` moves up to the resource, at every level. A
 * check reads thousands of resources, and the SDK's own deserializer costs more than the requests.
 */
export function modelIn<Model>(body: unknown): Model {
  return flat(body) as Model;
}

function flat(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(flat);
  if (typeof value !== 'object' || value === null) return value ?? undefined;
  const model: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(value)) {
    const its = flat(member);
    if (name === 'properties' && typeof its === 'object' && !Array.isArray(its)) Object.assign(model, its);
    else model[name] = its;
  }
  return model;
}

interface Page {
  readonly value?: readonly unknown[];
  readonly nextLink?: string;
}

/** The models of a list, which is followed to its end. */
export async function* everyModel<Model>(azure: Azure, first: string): AsyncGenerator<Model> {
  for (let url: string | undefined = first; url; ) {
    const page: Page = bodyIn<Page>(await azure.arm({ method: 'GET', url }));
    for (const one of page.value ?? []) yield modelIn<Model>(one);
    url = page.nextLink;
  }
}

import { failed } from '../../core/errors.ts';
import { parseResourceId } from '../../core/resource-id.ts';

export interface ResourcePath {
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly name: string;
  /** The name of the child resource. Empty when the id is not that of a child. */
  readonly child: string;
}

/** A resource id in the form that the clients of the SDKs want. */
export function resourcePath(id: string): ResourcePath {
  const parsed = parseResourceId(id);
  if (!parsed) throw failed('InvalidResourceId', 'This is not the id of an Azure resource.', id);
  const { subscriptionId, resourceGroup, names } = parsed;
  return { subscriptionId, resourceGroup, name: names[0] ?? '', child: names[1] ?? '' };
}

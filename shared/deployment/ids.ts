import { parseResourceId, shortHash } from '../core/resource-id.ts';

/** The instance id of the deployment of a VNet: one for each VNet, whatever the case in which an event or a ticket writes its id. */
export function deploymentId(virtualNetworkId: string): string {
  return `vpn-${lastNameAndHash(virtualNetworkId, 40)}`;
}

export function gatewayInstanceId(gatewayId: string): string {
  return `gateway-${lastNameAndHash(gatewayId, 40)}`;
}

/** Instance ids must not hold `/ \ # ?` or control characters; Azure's names also hold dots, underscores and parentheses. */
function lastNameAndHash(id: string, length: number): string {
  const name = parseResourceId(id)?.names.at(-1) ?? 'unknown';
  const safe = name.toLowerCase().replaceAll(/[^a-z0-9-]+/g, '-');
  return `${safe.slice(0, length)}-${shortHash(id)}`;
}

import { parseResourceId, shortHash } from '../core/resource-id.ts';
import { sha256 } from '../core/sha256.ts';

/**
 * The id of a deployment, a rotation or a removal, which never changes: when it was asked for, which VNet it is about,
 * and a unique part. Ids sort by time. They serve as instance id, as name of a document and as key of a row.
 */
export function newDeploymentId(virtualNetworkId: string, at: Date, unique: string): string {
  const time = at.toISOString().toLowerCase().replaceAll(/[-:.]/g, '');
  const part = sha256(unique).slice(0, 12);
  return `vpn-${time}-${shortHash(virtualNetworkId).slice(0, 8)}-${part}`;
}

const form = /^vpn-(\d{4})(\d\d)(\d\d)t(\d\d)(\d\d)(\d\d)(\d{3})z-[0-9a-f]{8}-[0-9a-f]{12}$/;

/**
 * The only ids that may be looked up. Any other text would become a path at the durable API, where `\..\` leads to
 * another instance.
 */
export function looksLikeDeploymentId(id: string): boolean {
  return /^vpn-[a-z0-9-]{1,100}$/.test(id);
}

/** When the deployment with this id was asked for. Undefined when the text is not the id of a deployment. */
export function askedAt(id: string): Date | undefined {
  const [, year, month, day, hour, minute, second, millisecond] = form.exec(id) ?? [];
  return year ? new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}.${millisecond}Z`) : undefined;
}

export function gatewayInstanceId(gatewayId: string): string {
  return `gateway-${lastNameAndHash(gatewayId, 40)}`;
}

/**
 * Instance ids must not hold `/ \ # ?` or control characters. Azure's names may also hold dots, underscores and
 * parentheses, so these are replaced too.
 */
function lastNameAndHash(id: string, length: number): string {
  const name = parseResourceId(id)?.names.at(-1) ?? 'unknown';
  const safe = name.toLowerCase().replaceAll(/[^a-z0-9-]+/g, '-');
  return `${safe.slice(0, length)}-${shortHash(id)}`;
}

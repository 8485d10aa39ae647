import { createHash } from 'node:crypto';
import { failed } from '../core/errors.ts';
import { parseResourceId, shortHash } from '../core/resource-id.ts';

/**
 * The id of a deployment, a rotation or a removal, which it has for ever: when it was asked for, which VNet it is about, and
 * a part that no other has. Ids sort by time, and serve as instance id, blob name and table key.
 */
export function newDeploymentId(virtualNetworkId: string, at: Date, unique: string): string {
  const time = at.toISOString().toLowerCase().replaceAll(/[-:]|\.\d+/g, '');
  return `vpn-${time}-${vnetPartOf(virtualNetworkId)}-${hex(unique, 12)}`;
}

const form = /^vpn-(\d{4})(\d\d)(\d\d)t(\d\d)(\d\d)(\d\d)z-([0-9a-f]{8})-[0-9a-f]{12}$/;

/** Whatever is not of this form was never an id of ours, and must reach neither a path nor a query. */
export function isDeploymentId(id: string): boolean {
  return form.test(id);
}

/** The id that somebody sent; throws `InvalidRequest` when it is of another form. */
export function checkedId(id: string | undefined): string {
  if (id !== undefined && isDeploymentId(id)) return id;
  throw failed(
    'InvalidRequest',
    'This is not the id of a deployment: it looks like vpn-20300101t081530z-1a2b3c4d-5e6f708192a3.',
    'id',
  );
}

/** When it was asked for. */
export function askedAt(id: string): Date {
  const [, year, month, day, hour, minute, second] = partsOf(id);
  return new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

/** Eight digits that stand for the VNet: the name of its chain of records. */
export function chainOf(id: string): string {
  return partsOf(id)[7]!;
}

const vnetPartOf = (virtualNetworkId: string) => shortHash(virtualNetworkId).slice(0, 8);

const hex = (text: string, length: number) =>
  createHash('sha256').update(text).digest('hex').slice(0, length);

function partsOf(id: string): RegExpExecArray {
  const parts = form.exec(id);
  if (!parts) throw new TypeError('Not the id of a deployment.');
  return parts;
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

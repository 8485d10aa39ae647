import { minutes } from '../../shared/core/durable.ts';
import { shortHash } from '../../shared/core/resource-id.ts';
import type { Row, Rows } from '../../shared/ports.ts';
import { everyRow } from './every-row.ts';

/** A gateway whose deployment has ended, and that is to be checked for it. */
export interface OwnCheck {
  readonly gatewayId: string;
  readonly deploymentId: string;
  /** When the deployment asked for it: ISO 8601. */
  readonly at: string;
}

/** Resource Graph learns of a new gateway some minutes after it was written. */
const learning = minutes(5);

/** When the gateway is to be checked: ISO 8601. */
export const checkDueAt = ({ at }: OwnCheck) => new Date(Date.parse(at) + learning).toISOString();

const partition = 'own-check';

/** A gateway is checked once for all deployments of it that ended meanwhile. */
export const keepOwnCheck = (rows: Rows, check: OwnCheck) =>
  rows.put(partition, shortHash(check.gatewayId), check);

/** The oldest first. A row that cannot be read is left out: the scheduled check looks at every gateway. */
export async function ownChecks(rows: Rows): Promise<readonly Row<OwnCheck>[]> {
  const found: Row<OwnCheck>[] = [];
  for await (const row of everyRow<OwnCheck>(rows, partition)) if ('value' in row) found.push(row);
  return found.sort((one, other) => (one.value.at < other.value.at ? -1 : 1));
}

/** Removes the row, but not when the gateway was deployed once more since it was read. */
export const forgetOwnCheck = (rows: Rows, { key, version }: Pick<Row, 'key' | 'version'>) =>
  rows.remove(partition, key, version);

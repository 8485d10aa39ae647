import { VpnRadiusError } from '../../core/errors.ts';
import type { Row, SpoiltRow } from '../../ports.ts';

/**
 * Reads a row from its JSON. The error for unreadable JSON names the row, so that one bad row does not hide
 * others.
 */
export function rowOf<T>(partition: string, key: string, json: string, version: string): Row<T> | SpoiltRow {
  try {
    return { key, value: JSON.parse(json) as T, version };
  } catch {
    const target = `${partition}/${key}`;
    const message = `The row ${target} of the index cannot be read: it was changed after it was written.`;
    return { key, version, problem: { code: 'RowUnreadable', message, target } };
  }
}

export function readableRow<T>(row: Row<T> | SpoiltRow): Row<T> {
  if ('problem' in row) throw new VpnRadiusError(row.problem);
  return row;
}

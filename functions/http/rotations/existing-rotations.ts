import type { HttpRequest } from '@azure/functions';
import { failed } from '../../../shared/core/errors.ts';
import type { Rows } from '../../../shared/ports.ts';
import { type DueRotations, readDue } from '../../deployment/due/due-rotations.ts';

/** The rotations of the id in the path. */
export async function existingRotations(rows: Rows, http: HttpRequest): Promise<DueRotations> {
  const id = http.params.id ?? '';
  const rotations = await readDue(rows, id);
  if (!rotations) throw failed('NotFound', `There are no rotations ${id}.`, id);
  return rotations;
}

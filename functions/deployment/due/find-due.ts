import { type DueGateway, findDueGateways } from '../../../shared/secret/due.ts';
import { deployedGateways } from '../../records/deployed.ts';
import { unfinishedRotations } from '../../records/lock.ts';
import type { RotationNeeds } from '../secret/rotation-order.ts';
import type { DueRotations } from './due-rotations.ts';

/** The gateways of the scope whose secrets are due, in the order of their turns. No secret is read. */
export async function findDue(
  { rows, secretCatalogue }: Pick<RotationNeeds, 'rows' | 'secretCatalogue'>,
  { scope, olderThanDays }: Pick<DueRotations, 'scope' | 'olderThanDays'>,
  now: Parameters<typeof findDueGateways>[0]['now'],
): Promise<readonly DueGateway[]> {
  const [deployed, entries, unfinished] = await Promise.all([
    deployedGateways(rows),
    secretCatalogue.list(),
    unfinishedRotations(rows),
  ]);
  return findDueGateways({
    deployed: [...deployed.values()],
    unfinished,
    entries,
    scope,
    now,
    maxAgeDays: olderThanDays,
  });
}

import type { InvocationContext } from '@azure/functions';
import { getClient } from 'durable-functions';
import type { Rows } from '../../shared/ports.ts';
import { ownChecks } from '../records/own-checks.ts';
import { startDeployedCheck } from './start.ts';

/**
 * Starts the check of deployed gateways that still wait for it: their check failed, or ended at the moment at which they
 * asked for it. Returns how many wait.
 */
export async function startLeftOwnChecks(rows: Rows, context: InvocationContext): Promise<number> {
  const left = await ownChecks(rows);
  if (left[0]) await startDeployedCheck(getClient(context), left[0].value);
  return left.length;
}

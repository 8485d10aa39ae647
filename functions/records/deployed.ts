import { VpnRadiusError } from '../../shared/core/errors.ts';
import { shortHash } from '../../shared/core/resource-id.ts';
import type { Order } from '../../shared/deployment/contract.ts';
import type { VpnGatewayRequest } from '../../shared/deployment/request.ts';
import { type Brought, type Deployed, keptRequest } from '../../shared/deployment/wished.ts';
import type { Rows } from '../../shared/ports.ts';
import type { AskedOf } from '../deployment/planning/facts.ts';
import { everyRow } from './every-row.ts';
import { heldLocks, lockKey, readLock } from './lock.ts';

/** The gateway of a deployment, and what was asked for. */
interface Kept {
  readonly gatewayId: string;
  readonly virtualNetworkId: string;
  readonly request: VpnGatewayRequest;
  readonly asked: VpnGatewayRequest;
  readonly wish?: Deployed['wish'];
  readonly deploymentId: string;
  readonly secrets: Deployed['secrets'];
}

const partition = 'deployed';

/**
 * A repair and a rotation do not change what is asked of the gateway. When there are two deployments, the later one
 * counts.
 */
export async function keepDeployed(
  rows: Rows,
  deploymentId: string,
  { request, repairs, rotates, migrates }: Order,
  gatewayId: string,
  secrets: Deployed['secrets'],
  brought?: Brought,
): Promise<void> {
  const key = shortHash(gatewayId);
  const { virtualNetworkId } = request;
  const named = repairs ?? request;
  const isOfGatewayAlone = migrates && !rotates && !brought?.servers;
  for (;;) {
    const before = await rows.read<Kept>(partition, key);
    if (before && before.value.deploymentId >= deploymentId) return;
    // For somebody else's gateway, which stays theirs.
    if (!before && isOfGatewayAlone) return;
    const kept: Kept = {
      gatewayId,
      virtualNetworkId,
      request: named,
      asked: keptRequest(named, before?.value.asked, brought),
      wish: brought?.wish ?? before?.value.wish,
      deploymentId,
      secrets: isOfGatewayAlone ? before!.value.secrets : secrets,
    };
    if (before ? await rows.replace(partition, before, kept) : await rows.insert(partition, key, kept))
      return;
  }
}

/** For a gateway that was removed. What a later deployment has kept stays. */
export async function forgetDeployed(rows: Rows, removalId: string, gatewayId: string): Promise<void> {
  const key = shortHash(gatewayId);
  const row = await rows.read<Kept>(partition, key);
  if (row && row.value.deploymentId < removalId) await rows.remove(partition, key, row.version);
}

/**
 * What was asked for when a gateway was last deployed. Where that request said nothing, what an earlier one asked for.
 */
export const askedOf =
  (rows: Rows): AskedOf =>
  async (gatewayId) =>
    (await rows.read<Kept>(partition, shortHash(gatewayId)))?.value.asked;

export async function deployedGateway(rows: Rows, gatewayId: string): Promise<Deployed | undefined> {
  const row = await rows.read<Kept>(partition, shortHash(gatewayId));
  if (!row) return undefined;
  const lock = await readLock(rows, row.value.virtualNetworkId);
  return deployedOf(row.value, lock === undefined || lock.value.ended !== undefined);
}

/**
 * The gateways of the app's deployments by id in lower case, each with what was last asked for. It throws when one
 * cannot be read: without it, a gateway of the app would count as somebody else's.
 */
export async function deployedGateways(rows: Rows): Promise<ReadonlyMap<string, Deployed>> {
  const busy = new Set<string>();
  for await (const { key } of heldLocks(rows)) busy.add(key);
  const deployed = new Map<string, Deployed>();
  for await (const row of everyRow<Kept>(rows, partition)) {
    if ('problem' in row) throw new VpnRadiusError(row.problem);
    const { gatewayId, virtualNetworkId } = row.value;
    const isSettled = !busy.has(lockKey(virtualNetworkId));
    deployed.set(gatewayId.toLowerCase(), deployedOf(row.value, isSettled));
  }
  return deployed;
}

const deployedOf = ({ gatewayId, request, asked, wish, secrets }: Kept, isSettled: boolean): Deployed => ({
  gatewayId,
  request,
  asked,
  wish,
  secrets,
  isSettled,
});

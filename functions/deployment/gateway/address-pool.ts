import { type EntityContext, EntityId, type OrchestrationContext } from 'durable-functions';
import type { Step } from '../../../shared/core/durable.ts';
import { failed } from '../../../shared/core/errors.ts';
import type { Plan } from '../../../shared/deployment/contract.ts';
import {
  type ClaimResult,
  claimPools,
  type PoolClaim,
  type PoolLedger,
  releasePool,
} from '../../../shared/gateway/pool-ledger.ts';

const ledger = new EntityId('addressPools', 'all');

/**
 * Claims the client address pools of the plan, so that two deployments at once never get the same one. With "auto", it
 * takes another pool when the planned one is taken.
 */
export function* claimPlannedPools(context: OrchestrationContext, plan: Plan): Step<Plan> {
  const { poolChoice, groupPoolChoices = {}, ...chosen } = plan;
  const { gatewayId: by, addressPool, groups = [] } = chosen;
  const claim: PoolClaim = {
    by,
    pools: [
      { prefixes: addressPool, auto: poolChoice },
      ...groups.map((group) => ({ prefixes: group.addressPool, auto: groupPoolChoices[group.name] })),
    ],
  };
  const result = (yield context.df.callEntity(ledger, 'claim', claim)) as ClaimResult;
  if ('takenBy' in result) {
    throw failed(
      'AddressPoolTaken',
      `The deployment of ${result.takenBy} has already reserved ${result.prefix}. Choose another pool, or "auto".`,
      addressPool.includes(result.prefix) ? 'pointToSite.addressPool' : 'pointToSite.groups',
    );
  }
  if ('noRoomIn' in result) {
    throw failed(
      'AddressPoolNoRoom',
      `${result.noRoomIn} (P2S_POOL_SUPERNET) has no free /24 left. Name an addressPool, or make the setting larger.`,
      'pointToSite.addressPool',
    );
  }
  const [main, ...ofGroups] = result.pools;
  return {
    ...chosen,
    addressPool: main!,
    ...(chosen.groups && {
      groups: chosen.groups.map((group, index) => ({ ...group, addressPool: ofGroups[index]! })),
    }),
  };
}

export function givePoolBack(context: OrchestrationContext, gatewayId: string): void {
  context.df.signalEntity(ledger, 'release', gatewayId);
}

/**
 * The one ledger of client address pools. An entity does one operation after the other, so two deployments cannot claim
 * the same pool.
 */
export function addressPools(context: EntityContext<PoolLedger>): void {
  const ledger = context.df.getState(() => []) ?? [];
  switch (context.df.operationName) {
    case 'claim': {
      const claimed = claimPools(ledger, context.df.getInput<PoolClaim>()!);
      context.df.setState(claimed.ledger);
      context.df.return(claimed.result);
      break;
    }
    case 'release':
      context.df.setState(releasePool(ledger, context.df.getInput<string>()!));
      break;
  }
}

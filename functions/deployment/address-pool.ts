import { type EntityContext, EntityId, type OrchestrationContext } from 'durable-functions';
import type { Step } from '../../shared/core/durable.ts';
import { failed } from '../../shared/core/errors.ts';
import type { Plan } from '../../shared/deployment/contract.ts';
import {
  type ClaimResult,
  claimPool,
  type PoolClaim,
  type PoolLedger,
  releasePool,
} from '../../shared/gateway/pool-ledger.ts';

const ledger = new EntityId('addressPools', 'all');

/** Claims the plan's pool, so that two deployments at once never get the same; with "auto" another one where it is gone. */
export function* claimedPool(context: OrchestrationContext, plan: Plan): Step<Plan> {
  const { poolChoice: auto, ...chosen } = plan;
  const { gatewayId: by, addressPool: prefixes } = chosen;
  const claim: PoolClaim = { by, prefixes, auto };
  const result = (yield context.df.callEntity(ledger, 'claim', claim)) as ClaimResult;
  if ('takenBy' in result) {
    throw failed(
      'AddressPoolTaken',
      `${result.prefix} is claimed by the deployment of ${result.takenBy}: choose another pool, or "auto".`,
      'pointToSite.addressPool',
    );
  }
  if ('noRoomIn' in result) {
    throw failed(
      'AddressPoolNoRoom',
      `${result.noRoomIn} (P2S_POOL_SUPERNET) has no free /24 left: name an addressPool or widen the setting.`,
      'pointToSite.addressPool',
    );
  }
  return { ...chosen, addressPool: result.prefixes };
}

export function releasedPool(context: OrchestrationContext, gatewayId: string): void {
  context.df.signalEntity(ledger, 'release', gatewayId);
}

/** The one ledger of client address pools: an entity does one operation after the other, so two deployments cannot claim the same. */
export function addressPools(context: EntityContext<PoolLedger>): void {
  const ledger = context.df.getState(() => []) ?? [];
  switch (context.df.operationName) {
    case 'claim': {
      const claimed = claimPool(ledger, context.df.getInput<PoolClaim>()!);
      context.df.setState(claimed.ledger);
      context.df.return(claimed.result);
      break;
    }
    case 'release':
      context.df.setState(releasePool(ledger, context.df.getInput<string>()!));
      break;
  }
}

import type { EntityContext } from 'durable-functions';
import { claimPool, type PoolClaim, type PoolLedger, releasePool } from '../../shared/gateway/pool-ledger.ts';

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

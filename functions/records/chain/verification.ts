import type { Problem } from '../../../shared/core/errors.ts';
import { shortHash } from '../../../shared/core/resource-id.ts';
import type { DeploymentSummary } from '../../../shared/deployment/record/record.ts';
import type { Archive } from '../../../shared/ports.ts';
import { lists } from '../cards.ts';
import { everyRow } from '../every-row.ts';
import { chainsKnown } from './chain.ts';
import { type VerifyOptions, verifyChain } from './chain-verification.ts';

/** What was found in the records of one VNet, or of all of them. */
export interface VerifiedRecords {
  readonly chains: number;
  readonly documents: number;
  readonly problems: readonly Problem[];
}

/**
 * Every chain that the storage, the heads or the lists know. So somebody who wants to hide that a whole chain is gone
 * has to remove it from all three.
 */
export async function verifyRecords(archive: Archive, options: VerifyOptions): Promise<VerifiedRecords> {
  const chains = new Set(await chainsKnown(archive));
  const spoilt: Problem[] = [];
  for await (const row of everyRow<DeploymentSummary>(archive.rows, lists.all))
    if ('problem' in row) spoilt.push(row.problem);
    else chains.add(shortHash(row.value.virtualNetworkId));
  const verified = { chains: 0, documents: 0, problems: spoilt };
  for (const chain of [...chains].sort()) {
    const { read, problems } = await verifyChain(archive, chain, options);
    verified.chains++;
    verified.documents += read;
    verified.problems.push(...problems);
  }
  return verified;
}

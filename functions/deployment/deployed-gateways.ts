import type { InvocationContext } from '@azure/functions';
import type { DeployedWish } from '../../shared/deployment/contract.ts';
import { type Deployed, keptRequest } from '../../shared/deployment/wished.ts';
import { isRunning } from '../durable-instances.ts';
import { listDeployments } from './instances.ts';
import type { AskedOf } from './steps/facts.ts';

/** What was asked for when a gateway was deployed last. */
export const askedOf =
  (context: InvocationContext): AskedOf =>
  async (gatewayId) =>
    (await deployedGateways(context)).get(gatewayId.toLowerCase())?.kept;

/** The gateways of the app's deployments by id in lower case, each with what was asked for last. */
export async function deployedGateways(context: InvocationContext): Promise<ReadonlyMap<string, Deployed>> {
  const deployed = new Map<string, Omit<Deployed, 'kept' | 'wish'>>();
  const wishes = new Map<string, DeployedWish>();
  // The newest first.
  for (const instance of await listDeployments(context)) {
    const gatewayId = instance.customStatus?.result?.gatewayId;
    if (!gatewayId) continue;
    const key = gatewayId.toLowerCase();
    const wish = instance.customStatus?.deployed;
    if (wish && !wishes.has(key)) wishes.set(key, wish);
    if (deployed.has(key)) continue;
    const { request, repairs } = instance.input;
    deployed.set(key, { gatewayId, request: repairs ?? request, settled: !isRunning(instance) });
  }
  return new Map(
    [...deployed].map(([key, one]) => {
      const before = wishes.get(key);
      return [key, { ...one, kept: keptRequest(one.request, before), wish: before?.gateway }];
    }),
  );
}

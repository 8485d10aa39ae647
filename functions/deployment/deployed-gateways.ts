import type { InvocationContext } from '@azure/functions';
import type { Deployed } from '../../shared/deployment/wished.ts';
import { isRunning } from '../durable-instances.ts';
import { listDeployments } from './instances.ts';
import type { AskedOf } from './steps/facts.ts';

/** What was asked for when a gateway was deployed last. */
export const askedOf =
  (context: InvocationContext): AskedOf =>
  async (gatewayId) =>
    (await deployedGateways(context)).get(gatewayId.toLowerCase())?.request;

/** The gateways of the app's deployments by id in lower case, each with what was asked for last. */
export async function deployedGateways(context: InvocationContext): Promise<ReadonlyMap<string, Deployed>> {
  const deployed = new Map<string, Deployed>();
  for (const instance of await listDeployments(context)) {
    const gatewayId = instance.customStatus?.result?.gatewayId;
    if (!gatewayId || deployed.has(gatewayId.toLowerCase())) continue;
    const { request, repairs } = instance.input;
    deployed.set(gatewayId.toLowerCase(), {
      gatewayId,
      request: repairs ?? request,
      secrets: instance.customStatus?.result?.secrets ?? [],
      settled: !isRunning(instance),
    });
  }
  return deployed;
}

import type { InvocationContext } from '@azure/functions';
import { type Failure, failureOf, type Problem } from '../../shared/core/errors.ts';
import type {
  Documents,
  EventTopic,
  Rows,
  Secrets,
  VirtualNetworks,
  VpnGateways,
} from '../../shared/ports.ts';
import { listInstances } from '../durable-instances.ts';

export interface HealthNeeds {
  readonly secrets: Secrets;
  readonly virtualNetworks: VirtualNetworks;
  readonly gateways: VpnGateways;
  readonly topic: EventTopic | undefined;
  readonly rows: Rows;
  readonly records: Documents;
}

const mostSubscriptions = 20;

/** Tries everything that the app's work needs; returns what cannot be used. */
export async function lookForProblems(
  needs: HealthNeeds,
  subscriptionIds: readonly string[],
  context: InvocationContext,
): Promise<readonly Problem[]> {
  const { secrets, topic } = needs;
  const looks = [
    tried('Key Vault', () => secrets.read('vpn-radius-health')),
    tried("The table of the app's storage", () => needs.rows.read('health', 'health')),
    tried("The container of the app's records", () => needs.records.read('health')),
    tried('Durable Functions', () => listInstances(context, 'health-')),
    ...subscriptionIds.slice(0, mostSubscriptions).map((id) => subscriptionTried(needs, id)),
  ];
  const found = (await Promise.all(looks)).filter((problem) => problem !== undefined);
  return topic?.trouble ? [...found, healthProblem('The event topic', topic.trouble)] : found;
}

/**
 * Resource Manager checks the role before it checks whether the VNet exists. A role in some resource groups is also
 * enough. Then Resource Graph is asked: it refuses a caller who may read nothing in a subscription.
 */
async function subscriptionTried(
  { virtualNetworks, gateways }: HealthNeeds,
  id: string,
): Promise<Problem | undefined> {
  const problem = await tried('Resource Manager', () => virtualNetworks.tryToRead(id));
  if (problem?.code !== 'AuthorizationFailed') return problem;
  return (await tried('Resource Graph', () => gateways.addressPools([id]))) && problem;
}

async function tried(what: string, look: () => Promise<unknown>): Promise<Problem | undefined> {
  try {
    await look();
    return undefined;
  } catch (error) {
    return healthProblem(what, failureOf(error));
  }
}

function healthProblem(what: string, { code, message }: Failure): Problem {
  const fix = /Give the app its role: .*$/s.exec(message)?.[0];
  return { code, message: `${what} cannot be used (${code}).${fix ? ` ${fix}` : ''}` };
}

import type { Outcome } from '../../../shared/core/durable.ts';
import { type Failure, type Problem, refused } from '../../../shared/core/errors.ts';
import { nameOf } from '../../../shared/core/resource-id.ts';
import type { Made, Removal, RemovalPlan, RemovalServer } from '../../../shared/deployment/contract.ts';
import { withNpsRemovals } from '../../../shared/deployment/removal/nps-changes.ts';
import { makeRemovalPlan } from '../../../shared/deployment/removal/planning.ts';
import type { Archive } from '../../../shared/ports.ts';
import { gatewayGone } from '../../deployment/gateway/state.ts';
import type { NpsOutcome } from '../../deployment/steps/nps.ts';
import { type RemovalNeeds, readRemovalFacts } from '../facts.ts';
import { gatewayRecords } from '../records.ts';

export interface RemovalOrder {
  readonly virtualNetworkId: string;
  readonly removal: Removal;
  /** The step that ordered it read the gateway a moment ago. */
  readonly isSeen?: boolean;
}

/**
 * The plan of a removal, as far as this is known without asking the NPS servers. Throws `RequestRefused` with every
 * problem at once.
 */
export const planRemoval =
  (needs: RemovalNeeds) =>
  async ({ virtualNetworkId, removal, isSeen }: RemovalOrder): Promise<RemovalPlan> => {
    const facts = await readRemovalFacts(needs, virtualNetworkId, removal);
    if (isSeen && !facts.gateway) throw gatewayGone(removal.gatewayId, 'a moment ago');
    const { plan, problems } = makeRemovalPlan(facts, removal);
    if (plan) return plan;
    throw removalRefusal(problems);
  };

/** What was made for the gateway and is still there, by the records. */
export const readMade =
  (archive: Archive) =>
  async ({
    virtualNetworkId,
    gatewayId,
  }: {
    readonly virtualNetworkId: string;
    readonly gatewayId: string;
  }): Promise<readonly Made[]> =>
    (await gatewayRecords(archive, virtualNetworkId, gatewayId)).recorded.map(({ made }) => made);

export interface TestedRemoval {
  readonly plan: RemovalPlan;
  /** The result of the `Test` of each server, in the order of the plan's servers. */
  readonly tests: readonly Outcome<NpsOutcome>[];
}

/**
 * Completes the plan with what the NPS servers say would go. When a server cannot be asked, the removal stops before
 * anything is removed.
 */
export const planNpsRemovals =
  () =>
  async ({ plan, tests }: TestedRemoval): Promise<RemovalPlan> => {
    const broken = tests.flatMap((outcome, index) =>
      'failure' in outcome ? [problemOnServer(plan.servers[index]!, outcome.failure)] : [],
    );
    if (broken.length > 0) throw removalRefusal(broken);
    return withNpsRemovals(
      plan,
      tests.flatMap((outcome) => ('value' in outcome ? [outcome.value] : [])),
    );
  };

const problemOnServer = ({ host }: RemovalServer, { code, message }: Failure): Problem => ({
  code,
  message: `${nameOf(host)}: ${message}`,
  target: host,
});

function removalRefusal(problems: readonly Problem[]) {
  const sentences = problems.map(({ message }) => message).join(' ');
  return refused('RequestRefused', `Nothing was removed. ${sentences}`, problems);
}

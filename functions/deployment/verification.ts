import { type Outcome, runTogether, type Step } from '../../shared/core/durable.ts';
import type { Plan, PlannedServer } from '../../shared/deployment/contract.ts';
import { npsOrder } from './both-sides.ts';
import type { GatewayOrder } from './gateway/order.ts';
import type { Run } from './run.ts';
import type { NpsOrder, NpsOutcome } from './steps/nps.ts';
import type { NpsReading, VerifyMoment } from './steps/verify-deployment.ts';

/**
 * Checks both sides against the plan. NPS told its state when it was configured, half an hour before a new gateway is
 * ready. It also shares its one probe client among all gateways. So a server that does not answer the probe is read
 * again.
 */
export function* verifyBothSides(
  run: Run,
  plan: Plan,
  order: GatewayOrder,
  configured: readonly NpsOutcome[],
  proofKey: string,
  turn?: { readonly moment: VerifyMoment; readonly number: number },
): Step<string> {
  const { step, context, progress, canceled } = run;
  const addresses = plan.servers.map(({ address }) => address);
  // Only a server that was told of the probe's subnet knows the probe as a client.
  const probes = plan.npsExtras?.probeSubnet
    ? yield* step.probeRadius({ addresses, secrets: order.secrets })
    : [];
  const doubtful = plan.servers.map((_, index) => index).filter((index) => isDoubtful(probes[index]));
  const branches = doubtful.map((index) => ({
    orchestration: 'configureNpsServer',
    instanceId: `${run.id}-nps-${index + 1}-again${turn ? `-${turn.number}` : ''}`,
    input: readAgain(
      `${context.df.instanceId} verify${turn ? ` ${turn.number}` : ''}`,
      plan,
      plan.servers[index]!,
      order,
      proofKey,
    ),
  }));
  progress.tell({ branches: branches.map(({ instanceId }) => instanceId) });
  const outcomes = branches.length > 0 ? yield* runTogether(context, branches) : [];
  progress.tell({ branches: [] });
  canceled.throwIfRaised();

  const readings = configured.map((answer, index): NpsReading => {
    const probe = probes[index];
    const again = outcomes[doubtful.indexOf(index)] as Outcome<NpsOutcome> | undefined;
    return {
      answer: again && 'value' in again ? again.value : answer,
      ...(probe && { probe }),
      ...(again && 'failure' in again && { failure: again.failure }),
    };
  });
  const { detail, verification } = yield* step.verifyDeployment({
    ...order,
    plan,
    deploymentId: run.id,
    npsServers: readings,
    proofKey,
    moment: turn?.moment,
  });
  progress.tell({ verification });
  return detail;
}

const isDoubtful = (probe: NpsReading['probe']) =>
  probe?.outcome === 'secret mismatch' || probe?.outcome === 'no answer';

function readAgain(
  named: string,
  plan: Plan,
  server: PlannedServer,
  order: GatewayOrder,
  proofKey: string,
): NpsOrder {
  // Not the name of the run before, because its removal may still be under way.
  const again = npsOrder(named, plan, server, order, proofKey);
  return { ...again, operation: 'Test', timeoutMinutes: 15 };
}

import { type Outcome, orchestration, runTogether, type Step, steps } from '../../../shared/core/durable.ts';
import { failureOf } from '../../../shared/core/errors.ts';
import type { Plan } from '../../../shared/deployment/contract.ts';
import type { Activities } from '../../steps.ts';
import { newProofKey } from '../nps/proof-key.ts';
import { npsTestOrders } from '../nps/tested-plan.ts';
import type { NpsOutcome } from '../steps/nps.ts';
import type { Preview, PreviewOrder } from './plan-preview.ts';

/**
 * What a ticket would do, with the answers of the NPS servers: a `Test` runs on each of them, and nothing is written.
 */
export const previewWithNps = orchestration(function* (context, { request }: PreviewOrder): Step<Preview> {
  const step = steps<Activities>(context);
  const { preview, plan } = yield* step.planPreview({ request });
  if (!plan) return preview;
  const proofKey = newProofKey(context);
  const branches = npsTestOrders({ id: context.df.instanceId }, plan, { secretProofKey: proofKey }, 1);
  const tests = (yield* runTogether(context, branches)) as readonly Outcome<NpsOutcome>[];
  try {
    const tested = yield* step.planNpsServers({
      plan,
      request: { approval: request.approval },
      tests,
      proofKey,
      isRotation: false,
      isNobodyAsked: false,
      previews: request,
      now: context.df.currentUtcDateTime.toISOString(),
    });
    return { ...preview, ...told(tested) };
  } catch (error) {
    const { details, code, message, target } = failureOf(error);
    return { ...preview, problems: details ?? [{ code, message, ...(target && { target }) }] };
  }
});

const told = ({ steps, reasonsToAsk, warnings, servers, estimatedMonthlyCost }: Plan) => ({
  steps,
  reasonsToAsk,
  warnings,
  servers,
  estimatedMonthlyCost,
});

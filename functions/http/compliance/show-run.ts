import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import type { ComplianceProgress } from '../../compliance/progress.ts';
import type { ComplianceOrder } from '../../compliance/start.ts';
import type { ReportTold } from '../../compliance/steps/report.ts';
import type { Instance } from '../../durable-instances.ts';
import { runIn } from '../run-shown.ts';

const broken = { code: 'CheckBroken', message: 'The check was stopped before its end. Start it again.' };

/** `GET /compliance/runs/{id}`: how far a run is, or how it ended. */
export async function showComplianceRun(
  http: HttpRequest,
  context: InvocationContext,
): Promise<HttpResponseInit> {
  type Check = Instance<ComplianceOrder, ComplianceProgress, ReportTold>;
  const { instance, shown } = await runIn<Check>(http, context, 'compliance-', 'compliance run', broken);
  const { input, customStatus } = instance;
  const { stage, startedAt, runId, deployed, gateways, report, repairs } = customStatus ?? {};
  return {
    status: 200,
    jsonBody: {
      ...shown,
      trigger: input.trigger,
      startedBy: deployed?.startedBy ?? input.startedBy,
      scope: deployed?.scope ?? input.scope,
      remediate: input.remediate,
      startedAt: startedAt ?? shown.startedAt,
      ...(stage && { stage }),
      ...(runId && { runId }),
      ...(gateways !== undefined && { gateways }),
      ...(report && { report }),
      ...(repairs !== undefined && { repairs }),
    },
  };
}

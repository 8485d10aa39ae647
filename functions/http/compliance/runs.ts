import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import { getClient } from 'durable-functions';
import { complianceRequest, scopeOf } from '../../../shared/compliance/scope.ts';
import type { Settings } from '../../../shared/config.ts';
import type { ComplianceProgress } from '../../compliance/check-compliance.ts';
import { type ComplianceOrder, startCompliance } from '../../compliance/start.ts';
import type { ReportTold } from '../../compliance/steps/report.ts';
import type { Instance } from '../../durable-instances.ts';
import { optionalBodyOf } from '../answers.ts';
import type { Caller } from '../callers.ts';
import { runIn } from '../run-shown.ts';

/** `POST /compliance/runs`: checks now. `remediate` overrides COMPLIANCE_REMEDIATE, but never the repair window. */
export const startComplianceRun =
  (settings: Settings) =>
  async (
    http: HttpRequest,
    context: InvocationContext,
    caller: Caller | undefined,
  ): Promise<HttpResponseInit> => {
    const request = await optionalBodyOf(http, complianceRequest);
    const { id, isNew } = await startCompliance(getClient(context), {
      trigger: 'request',
      startedBy: caller ? { name: caller.name, id: caller.id } : { name: 'function key' },
      scope: scopeOf(request),
      remediate: request.remediate ?? settings.COMPLIANCE_REMEDIATE === 'safe',
    });
    const statusUrl = new URL(`/api/compliance/runs/${id}`, http.url).href;
    return {
      status: 202,
      headers: { Location: statusUrl, 'Retry-After': '30' },
      jsonBody: { id, statusUrl, alreadyRunning: !isNew },
    };
  };

const broken = { code: 'CheckBroken', message: 'The check was stopped before its end. Start it again.' };

/** `GET /compliance/runs/{id}`: how far a run is, or how it ended. */
export async function showComplianceRun(
  http: HttpRequest,
  context: InvocationContext,
): Promise<HttpResponseInit> {
  type Check = Instance<ComplianceOrder, ComplianceProgress, ReportTold>;
  const { instance, shown } = await runIn<Check>(http, context, 'compliance-', 'compliance run', broken);
  const { input, customStatus } = instance;
  const { stage, startedAt, runId, gateways, report, repairs } = customStatus ?? {};
  return {
    status: 200,
    jsonBody: {
      ...shown,
      trigger: input.trigger,
      startedBy: input.startedBy,
      scope: input.scope,
      remediate: input.remediate,
      startedAt: startedAt ?? shown.startedAt,
      ...(customStatus && { stage, runId }),
      ...(gateways !== undefined && { gateways }),
      ...(report && { report }),
      ...(repairs !== undefined && { repairs }),
    },
  };
}

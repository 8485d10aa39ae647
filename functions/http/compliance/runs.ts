import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import { getClient } from 'durable-functions';
import { complianceRequest, scopeOf } from '../../../shared/compliance/scope.ts';
import type { Settings } from '../../../shared/config.ts';
import { failed } from '../../../shared/core/errors.ts';
import type { ComplianceProgress } from '../../compliance/check-compliance.ts';
import type { ReportTold } from '../../compliance/steps/report.ts';
import { type ComplianceOrder, startCompliance } from '../../compliance/steps/start.ts';
import { type Instance, isRunning, readInstance } from '../../durable-instances.ts';
import { optionalBodyOf } from '../answers.ts';
import type { Caller } from '../callers.ts';

/** `POST /compliance/runs`: checks now. `remediate` stands above COMPLIANCE_REMEDIATE, never above the repair window. */
export const startComplianceRun =
  (settings: Settings) =>
  async (
    http: HttpRequest,
    context: InvocationContext,
    caller: Caller | undefined,
  ): Promise<HttpResponseInit> => {
    const request = await optionalBodyOf(http, complianceRequest);
    const { id, started } = await startCompliance(getClient(context), {
      trigger: 'request',
      startedBy: caller ? { name: caller.name, id: caller.id } : { name: 'function key' },
      scope: scopeOf(request),
      remediate: request.remediate ?? settings.COMPLIANCE_REMEDIATE === 'safe',
    });
    const statusUrl = new URL(`/api/compliance/runs/${id}`, http.url).href;
    return {
      status: 202,
      headers: { Location: statusUrl, 'Retry-After': '30' },
      jsonBody: { id, statusUrl, alreadyRunning: !started },
    };
  };

/** `GET /compliance/runs/{id}`: how far a run is, or how it ended. */
export async function showComplianceRun(
  http: HttpRequest,
  context: InvocationContext,
): Promise<HttpResponseInit> {
  const id = http.params.id ?? '';
  const instance = id.startsWith('compliance-')
    ? await readInstance<Instance<ComplianceOrder, ComplianceProgress, ReportTold>>(context, id)
    : undefined;
  if (!instance) throw failed('NotFound', `There is no compliance run ${id}.`, id);
  const { input, customStatus, output, createdTime, lastUpdatedTime } = instance;
  const running = isRunning(instance);
  const failure = output && 'failure' in output ? output.failure : undefined;
  const broken = !running && (failure !== undefined || output === null);
  return {
    status: 200,
    jsonBody: {
      id,
      status: running ? 'Running' : broken ? 'Failed' : 'Succeeded',
      trigger: input.trigger,
      startedBy: input.startedBy,
      scope: input.scope,
      remediate: input.remediate,
      startedAt: customStatus?.startedAt ?? new Date(createdTime).toISOString(),
      endedAt: running ? null : new Date(lastUpdatedTime).toISOString(),
      ...(customStatus && { stage: customStatus.stage, runId: customStatus.runId }),
      ...(customStatus?.gateways !== undefined && { gateways: customStatus.gateways }),
      ...(customStatus?.report && { report: customStatus.report }),
      ...(customStatus?.repairs !== undefined && { repairs: customStatus.repairs }),
      ...(failure && { error: { code: failure.code, message: failure.message } }),
    },
  };
}

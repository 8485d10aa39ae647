import { getClient } from 'durable-functions';
import { complianceRequest, scopeOf } from '../../../shared/compliance/scope.ts';
import type { Settings } from '../../../shared/config.ts';
import { startCompliance } from '../../compliance/start.ts';
import { optionalBodyOf } from '../answers.ts';
import type { Handler } from '../callers.ts';

/** `POST /compliance/runs`: checks now. `remediate` overrides COMPLIANCE_REMEDIATE, but never the repair window. */
export const startComplianceRun =
  (settings: Settings): Handler =>
  async (http, context, caller) => {
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

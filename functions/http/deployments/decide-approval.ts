import { decision, keyDecision } from '../../../shared/deployment/decisions/decision.ts';
import type { Archive } from '../../../shared/ports.ts';
import { raiseDecision } from '../../decisions/raise-decision.ts';
import { bodyOf } from '../answers.ts';
import { type Handler, saidBy } from '../callers.ts';
import { mustBeSomebodyElse, mustWaitWith } from './decision-checks.ts';
import { existingDeployment } from './existing-deployment.ts';

/** `POST /deployments/{id}/approval`: nobody approves, or rejects, what they asked for themselves. */
export const decideApproval =
  (archive: Archive): Handler =>
  async (http, context, caller) => {
    const body = await bodyOf(http, caller ? decision : keyDecision);
    const planDigest = body.planDigest.toLowerCase();
    // With only a function key, the body must name somebody.
    const by = saidBy(caller, body.by)!;
    const instance = await existingDeployment(archive, http, context);
    if (caller) mustBeSomebodyElse(caller, instance, body);
    mustWaitWith(planDigest, instance);
    await raiseDecision(archive.rows, context, instance.instanceId, { ...body, by, planDigest });
    return { status: 202, jsonBody: { id: instance.instanceId, approved: body.approved } };
  };

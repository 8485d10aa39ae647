import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import * as z from 'zod';
import { failed } from '../../shared/core/errors.ts';
import type { Archive } from '../../shared/ports.ts';
import { raiseCancel, raiseDecision } from '../decisions/raise-decision.ts';
import type { DeploymentInstance } from '../deployment/instances.ts';
import { isRunning } from '../durable-instances.ts';
import { bodyOf, optionalBodyOf } from './answers.ts';
import { type Caller, saidBy } from './callers.ts';
import { existingDeployment, isRequester, unknownRequester } from './deployments.ts';

/** Who decides, in the body of every decision. `missing` is the message when nobody is named. */
export const decider = (missing: string) =>
  z.string().min(1, missing).max(256, 'must not be longer than 256 characters').meta({
    description:
      'Who decides. Required when the caller has only a function key. Otherwise it is always the signed-in user.',
  });
export const comment = z.string().max(1000, 'must not be longer than 1,000 characters').optional();
const name = decider('must say who decided');
const by = name.optional();
const planDigest = z
  .string()
  .regex(/^[0-9a-f]{64}$/i, 'must be the digest that GET /deployments/{id}/plan shows')
  .meta({ description: 'The digest of the plan that is decided on.' });
export const decision = z.strictObject({ approved: z.boolean(), by, planDigest, comment });
const keyDecision = decision.extend({ by: name });
export const cancellation = z.strictObject({ by, comment }).default({});

/** `POST /deployments/{id}/approval`: nobody approves, or rejects, what they asked for themselves. */
export const decideApproval =
  (archive: Archive) =>
  async (
    http: HttpRequest,
    context: InvocationContext,
    caller: Caller | undefined,
  ): Promise<HttpResponseInit> => {
    const body = await bodyOf(http, caller ? decision : keyDecision);
    // With only a function key, the body must name somebody.
    const made = { ...body, by: saidBy(caller, body.by)! };
    const instance = await existingDeployment(archive, http, context);
    if (caller && isRequester(caller, instance)) {
      throw failed(
        'Forbidden',
        `${caller.name} asked for this deployment; somebody else must decide on it.`,
        instance.instanceId,
      );
    }
    if (caller && made.approved) refuseUnknownRequester(caller, instance);
    if (!isRunning(instance) || !instance.customStatus?.awaitingApproval) {
      throw failed(
        'NotAwaitingApproval',
        'This deployment does not wait for an approval.',
        instance.instanceId,
      );
    }
    if (instance.customStatus.planDigest !== made.planDigest.toLowerCase()) {
      throw failed(
        'PlanChanged',
        `Another plan waits now. Read GET /deployments/${instance.instanceId}/plan and decide on its digest.`,
        'planDigest',
      );
    }
    await raiseDecision(archive.rows, context, instance.instanceId, {
      ...made,
      planDigest: made.planDigest.toLowerCase(),
    });
    return { status: 202, jsonBody: { id: instance.instanceId, approved: made.approved } };
  };

function refuseUnknownRequester(caller: Caller, { input, instanceId }: DeploymentInstance): void {
  const unknown = unknownRequester(input);
  if (unknown === undefined) return;
  throw failed(
    'Forbidden',
    `The ticket says that ${unknown} asked for this. The app cannot know whether this person is ${caller.name}. Let the ticket system send a user principal name, a mail address or an object id as ticket.requestedBy (SERVICENOW_FIELDS, JIRA_FIELDS). Then reject this deployment and send the ticket again.`,
    instanceId,
  );
}

/** `POST /deployments/{id}/cancel`: the running step ends; what exists is kept and listed. */
export const cancelDeployment =
  (archive: Archive) =>
  async (
    http: HttpRequest,
    context: InvocationContext,
    caller: Caller | undefined,
  ): Promise<HttpResponseInit> => {
    const body = await optionalBodyOf(http, cancellation);
    const wish = { ...body, by: saidBy(caller, body.by) };
    const instance = await existingDeployment(archive, http, context);
    if (!isRunning(instance)) {
      throw failed(
        'DeploymentEnded',
        'This deployment has ended, so it cannot be canceled.',
        instance.instanceId,
      );
    }
    const branches = instance.customStatus?.branches ?? [];
    await raiseCancel(archive.rows, context, instance.instanceId, branches, wish);
    return { status: 202, jsonBody: { id: instance.instanceId } };
  };

import { failed } from '../../../shared/core/errors.ts';
import { unknownRequester } from '../../../shared/deployment/decisions/requester.ts';
import type { DeploymentInstance } from '../../deployment/instances.ts';
import { isRunning } from '../../durable-instances.ts';
import type { Caller } from '../callers.ts';
import { isRequester } from './existing-deployment.ts';

/** Throws `Forbidden` where the caller decides on what they asked for, or where the app cannot know whether they do. */
export function mustBeSomebodyElse(
  caller: Caller,
  instance: DeploymentInstance,
  { approved }: { readonly approved: boolean },
): void {
  const { input, instanceId } = instance;
  if (isRequester(caller, instance)) {
    const message = `${caller.name} asked for this deployment; somebody else must decide on it.`;
    throw failed('Forbidden', message, instanceId);
  }
  const unknown = approved ? unknownRequester(input) : undefined;
  if (unknown === undefined) return;
  throw failed(
    'Forbidden',
    `The ticket says that ${unknown} asked for this. The app cannot know whether this person is ${caller.name}. Let the ticket system send a user principal name, a mail address or an object id as ticket.requestedBy (SERVICENOW_FIELDS, JIRA_FIELDS). Then reject this deployment and send the ticket again.`,
    instanceId,
  );
}

/** Throws when nothing waits for a decision, or another plan does. */
export function mustWaitWith(planDigest: string, instance: DeploymentInstance): void {
  const { customStatus, instanceId } = instance;
  if (!isRunning(instance) || !customStatus?.awaitingApproval)
    throw failed('NotAwaitingApproval', 'This deployment does not wait for an approval.', instanceId);
  if (customStatus.planDigest === planDigest) return;
  throw failed(
    'PlanChanged',
    `Another plan waits now. Read GET /deployments/${instanceId}/plan and decide on its digest.`,
    'planDigest',
  );
}

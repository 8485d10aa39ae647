import { failed } from '../../../shared/core/errors.ts';
import { cancellation } from '../../../shared/deployment/decisions/decision.ts';
import type { Archive } from '../../../shared/ports.ts';
import { raiseCancel } from '../../decisions/raise-decision.ts';
import { isRunning } from '../../durable-instances.ts';
import { optionalBodyOf } from '../answers.ts';
import { type Handler, saidBy } from '../callers.ts';
import { existingDeployment } from './existing-deployment.ts';

/** `POST /deployments/{id}/cancel`: the running step ends; what exists is kept and listed. */
export const cancelDeployment =
  (archive: Archive): Handler =>
  async (http, context, caller) => {
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

import { failed } from '../../../shared/core/errors.ts';
import type { Archive, VpnGateways } from '../../../shared/ports.ts';
import type { Handler } from '../callers.ts';
import { existingDeployment, isRequester } from './existing-deployment.ts';

/**
 * `POST /deployments/{id}/client-profile`: everybody who has the URL can use it. So it is generated for each caller and
 * never stored.
 */
export const issueClientProfile =
  (archive: Archive, gateways: VpnGateways): Handler =>
  async (http, context, caller) => {
    const instance = await existingDeployment(archive, http, context);
    const { instanceId, customStatus } = instance;
    if (caller && !caller.roles.includes('Operator') && !isRequester(caller, instance)) {
      throw failed(
        'Forbidden',
        `Only the person who asked for this deployment or an Operator gets its client profile. ${caller.name} is neither.`,
        instanceId,
      );
    }
    const gatewayId = customStatus?.result?.gatewayId;
    if (!gatewayId) throw failed('GatewayNotReady', 'This deployment has no gateway yet.', instanceId);
    return {
      status: 200,
      headers: { 'Cache-Control': 'no-store' },
      jsonBody: await gateways.clientProfile(gatewayId),
    };
  };

import { VpnRadiusError } from '../../../shared/core/errors.ts';
import type { VpnGateway } from '../../../shared/gateway/model.ts';

/** Whether Azure works on the gateway. Another write would be refused, and a read may be old. */
export const isBeingWritten = ({ provisioningState }: VpnGateway) =>
  !['Succeeded', 'Failed', 'Canceled'].includes(provisioningState);

/**
 * Azure answered 404 for a gateway that was there a moment ago: nothing may be done on that answer (a read that makes
 * no sense).
 */
export const gatewayGone = (gatewayId: string, since = 'when the deployment was planned') =>
  new VpnRadiusError({
    code: 'GatewayGone',
    message: `Azure says that there is no such gateway, but it existed ${since}.`,
    target: gatewayId,
    transient: true,
    retryAfterSeconds: 30,
  });

export const busy = ({ id, provisioningState }: VpnGateway) =>
  new VpnRadiusError({
    code: 'GatewayBusy',
    message: `Another operation runs on the gateway (${provisioningState}). This deployment waits until it ends.`,
    target: id,
    transient: true,
    retryAfterSeconds: 30,
  });

import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import { failed } from '../../shared/errors.ts';
import type { VpnGateways } from '../../shared/ports.ts';
import { existing } from './deployments.ts';

/** `POST /deployments/{id}/client-profile`: the URL is a bearer secret, so it is generated for whoever asks and never stored. */
export const issueClientProfile =
  (gateways: VpnGateways) =>
  async (http: HttpRequest, context: InvocationContext): Promise<HttpResponseInit> => {
    const { instanceId, customStatus } = await existing(http, context);
    const gatewayId = customStatus?.result?.gatewayId;
    if (!gatewayId) throw failed('GatewayNotReady', 'This deployment has no gateway yet.', instanceId);
    return {
      status: 200,
      headers: { 'Cache-Control': 'no-store' },
      jsonBody: await gateways.clientProfile(gatewayId),
    };
  };

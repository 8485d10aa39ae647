import { VpnRadiusError } from '../../../shared/core/errors.ts';
import { unseal } from '../../../shared/core/sealed.ts';
import type { Secrets, VpnGateways } from '../../../shared/ports.ts';
import type { SecretsByServer } from '../gateway/order.ts';
import { gatewayGone, isBeingWritten } from '../gateway/state.ts';
import { sealKey } from './gateway.ts';
import { secretValues } from './radius-secret.ts';

/** How the gateway's last operation ended; undefined while Azure works on it. */
export const readGateway =
  (gateways: VpnGateways) =>
  async ({
    gatewayId,
  }: {
    readonly gatewayId: string;
  }): Promise<'Succeeded' | 'Failed' | 'Canceled' | undefined> => {
    const gateway = await gateways.read(gatewayId);
    if (!gateway) throw gatewayGone(gatewayId);
    return isBeingWritten(gateway)
      ? undefined
      : (gateway.provisioningState as 'Succeeded' | 'Failed' | 'Canceled');
  };

export interface FailedGateway {
  readonly gatewayId: string;
  readonly secrets: SecretsByServer;
  readonly state: string;
  readonly operation: string | undefined;
}

/** Throws the error that Azure's own operation ended with: the gateway itself says only `Failed`. */
export const explainGatewayFailure =
  (gateways: VpnGateways, secrets: Secrets) =>
  async ({ gatewayId, secrets: references, state, operation }: FailedGateway): Promise<never> => {
    const values = await secretValues(secrets, references);
    const held = await gateways.radiusSecrets(gatewayId);
    const reason = operation
      ? await gateways.operationError(
          unseal(operation, sealKey(values) || sealKey(held.map(({ secret }) => secret)), gatewayId),
          ...new Set([...Object.values(values), ...held.map(({ secret }) => secret)]),
        )
      : undefined;
    throw new VpnRadiusError({
      ...reason,
      code: reason?.code ?? 'GatewayProvisioningFailed',
      message: `Azure could not provision the gateway (${state}): ${reason?.message ?? 'its activity log says why.'}`,
      target: gatewayId,
    });
  };

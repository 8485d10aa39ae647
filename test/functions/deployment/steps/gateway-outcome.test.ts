import { describe, expect, it } from 'vitest';
import { explainGatewayFailure } from '../../../../functions/deployment/steps/gateway-outcome.ts';
import { seal } from '../../../../shared/core/sealed.ts';
import type { Secrets, VpnGateways } from '../../../../shared/ports.ts';
import { gatewayId } from '../../../shared/hub.ts';

const secrets = { read: async () => ({ value: 'new', version: 'v1', createdAt: '' }) } as unknown as Secrets;
const order = { gatewayId, secrets: { '10.0.1.4': { name: 'radius-hub', version: 'v1' } }, state: 'Failed' };

/** A gateway whose operation ended with `reason`. What it was asked is kept. */
function azure(reason: object | undefined) {
  const asked: unknown[] = [];
  const gateways = {
    radiusSecrets: async () => [{ address: '10.0.1.4', secret: 'held' }],
    operationError: async (...question: unknown[]) => {
      asked.push(question);
      return reason;
    },
  } as unknown as VpnGateways;
  return { explain: explainGatewayFailure(gateways, secrets), asked };
}

describe('a gateway that Azure could not provision', () => {
  it('tells all that Azure says of it, without the secrets', async () => {
    const details = [{ code: 'SubnetTooSmall', message: 'The subnet has no room for three instances.' }];
    const { explain, asked } = azure({ code: 'GatewayFailed', message: 'One or more errors.', details });
    await expect(
      explain({ ...order, operation: seal('https://arm/operations/1?s=1', 'new', gatewayId) }),
    ).rejects.toMatchObject({
      failure: {
        code: 'GatewayFailed',
        message: 'Azure could not provision the gateway (Failed): One or more errors.',
        target: gatewayId,
        details,
      },
    });
    expect(asked).toEqual([['https://arm/operations/1?s=1', 'new', 'held']]);
  });

  it('points to its activity log where Azure says nothing', async () => {
    for (const operation of [undefined, seal('https://arm/operations/1', 'new', gatewayId)])
      await expect(azure(undefined).explain({ ...order, operation })).rejects.toMatchObject({
        failure: {
          code: 'GatewayProvisioningFailed',
          message: 'Azure could not provision the gateway (Failed): its activity log says why.',
          target: gatewayId,
        },
      });
  });
});

import { expect, it } from 'vitest';
import { isInUse } from '../../../../functions/deployment/secret/rotate-expiring.ts';
import type { VpnGateways } from '../../../../shared/ports.ts';
import { gatewayId } from '../../../shared/hub.ts';

const holding = (...secrets: readonly string[]) =>
  ({
    radiusSecrets: async () => secrets.map((secret, index) => ({ address: `10.0.1.${4 + index}`, secret })),
  }) as Partial<VpnGateways> as VpnGateways;

it('a secret is in use where one of the servers has it', async () => {
  expect(await isInUse(holding('another-one-4711', 'the-one-4711'), gatewayId, 'the-one-4711')).toBe(true);
  expect(await isInUse(holding('another-one-4711'), gatewayId, 'the-one-4711')).toBe(false);
  expect(await isInUse(holding(), gatewayId, 'the-one-4711')).toBe(false);
});

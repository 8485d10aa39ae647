import { describe, expect, it } from 'vitest';
import type { GatewayOrder } from '../../../../functions/deployment/gateway/order.ts';
import { writeGateway } from '../../../../functions/deployment/steps/gateway.ts';
import { compareGateway } from '../../../../functions/deployment/steps/gateway-comparison.ts';
import { readGateway } from '../../../../functions/deployment/steps/gateway-outcome.ts';
import { VpnRadiusError } from '../../../../shared/core/errors.ts';
import { makePlan } from '../../../../shared/deployment/planning.ts';
import { formOf, gatewayWish } from '../../../../shared/gateway/gateway.ts';
import type { VpnGateway } from '../../../../shared/gateway/model.ts';
import type { Secrets, VpnGateways } from '../../../../shared/ports.ts';
import { defaults, gateway, gatewayId, inPlace, request } from '../../../shared/hub.ts';

const changed = new VpnRadiusError({ code: 'GatewayChanged', message: 'written meanwhile', transient: true });
const secrets = { read: async () => ({ value: 'new', version: 'v1', createdAt: '' }) } as unknown as Secrets;

/** A gateway that reads as `standing`. Each write throws the next of `answers`. */
function azure(standing: VpnGateway | undefined, answers: readonly Error[] = []) {
  let writes = 0;
  const sent: Readonly<Record<string, string>>[] = [];
  const gateways = {
    read: async () => standing,
    radiusSecrets: async () => [{ address: '10.0.1.4', secret: 'held' }],
    open: async () => ({
      ...(standing && { gateway: standing }),
      write: async (_: unknown, bySecret: Readonly<Record<string, string>>) => {
        const error = answers[writes++];
        if (error) throw error;
        sent.push(bySecret);
        return { retryAfterSeconds: 10, operationUrl: 'https://arm/operations/1' };
      },
    }),
  } as unknown as VpnGateways;
  return { gateways, sent, writes: () => writes };
}

const standing = gateway({ protocols: ['IkeV2'] } as Partial<VpnGateway>);
const { plan } = makePlan(request({ gateway: { sku: 'VpnGw3AZ' }, radius: {} }), inPlace(standing), {
  ...defaults,
  radiusServers: request().radius.servers!,
});
const order: GatewayOrder = {
  gatewayId,
  wish: gatewayWish(plan!),
  before: formOf(standing),
  secrets: { '10.0.1.4': { name: 'radius-hub', version: 'v1' } },
};
const failure = (code: string, transient = true) => ({ failure: { code, target: gatewayId, transient } });

describe('a gateway that was there when it was planned, and is answered with 404', () => {
  const { gateways, writes } = azure(undefined);
  it.each([
    ['to be written', () => writeGateway(gateways, secrets)(order)],
    ['waited for', () => readGateway(gateways)({ gatewayId })],
    ['compared', () => compareGateway(gateways, secrets)(order)],
  ])('%s: it is asked for again, and nothing is written as if it were new', async (_, step) => {
    await expect(step()).rejects.toMatchObject(failure('GatewayGone'));
    expect(writes()).toBe(0);
  });
});

describe('a gateway that somebody else writes', () => {
  it('once meanwhile is compared and written again', async () => {
    const { gateways, sent, writes } = azure(standing, [changed]);
    expect(await writeGateway(gateways, secrets)(order)).toMatchObject({
      state: 'written',
      wasCreated: false,
      changes: [`SKU changed from ${standing.sku} to VpnGw3AZ`],
    });
    expect(writes()).toBe(2);
    expect(sent).toEqual([{ '10.0.1.4': 'new' }]);
  });

  it('every time is left to a person: GatewayBusy, and nothing was written', async () => {
    const { gateways, sent, writes } = azure(standing, [changed, changed, changed]);
    await expect(writeGateway(gateways, secrets)(order)).rejects.toMatchObject({
      failure: { code: 'GatewayBusy', message: expect.stringContaining('Nothing was overwritten') },
    });
    expect(writes()).toBe(3);
    expect(sent).toEqual([]);
  });

  it('right now is waited for', async () => {
    const { gateways, writes } = azure({ ...standing, provisioningState: 'Updating' });
    await expect(writeGateway(gateways, secrets)(order)).rejects.toMatchObject(failure('GatewayBusy'));
    await expect(compareGateway(gateways, secrets)(order)).rejects.toMatchObject(failure('GatewayBusy'));
    expect(await readGateway(gateways)({ gatewayId })).toBeUndefined();
    expect(writes()).toBe(0);
  });

  it('to something else than was planned over is not overwritten', async () => {
    const { gateways, writes } = azure({ ...standing, sku: 'VpnGw5AZ' });
    await expect(writeGateway(gateways, secrets)(order)).rejects.toMatchObject({
      failure: { code: 'GatewayChanged', message: expect.stringContaining('the SKU is now VpnGw5AZ') },
    });
    expect(writes()).toBe(0);
  });
});

it('a server that keeps a secret which the gateway does not tell stops the write', async () => {
  const { gateways, writes } = azure(standing);
  const untold = { ...gateways, radiusSecrets: async () => [] } as VpnGateways;
  await expect(writeGateway(untold, secrets)({ ...order, secrets: {} })).rejects.toMatchObject({
    failure: { code: 'RadiusSecretMissing' },
  });
  expect(writes()).toBe(0);
});

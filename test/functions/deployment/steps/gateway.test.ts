import { describe, expect, it } from 'vitest';
import type { GatewayOrder } from '../../../../functions/deployment/gateway/order.ts';
import { writeGateway } from '../../../../functions/deployment/steps/gateway.ts';
import { verifyDeployment } from '../../../../functions/deployment/steps/verify-deployment.ts';
import { VpnRadiusError } from '../../../../shared/core/errors.ts';
import type { Plan } from '../../../../shared/deployment/contract.ts';
import { wishOf } from '../../../../shared/deployment/wished.ts';
import { formOf } from '../../../../shared/gateway/gateway.ts';
import type { Rows, Secrets, VpnGateways } from '../../../../shared/ports.ts';
import { defaults, gateway, gatewayId, request } from '../../../shared/hub.ts';

const noRows = { read: async () => undefined } as Partial<Rows> as Rows;

const asked = request({ pointToSite: { addressPool: ['172.16.0.0/24'] } });
const wish = wishOf(asked, gateway(), defaults);
const secret = 'Kept-As-It-Is';
const secrets = {
  read: async () => ({ value: secret, version: 'v1', createdAt: '2030-01-01T00:00:00Z' }),
} as unknown as Secrets;
const order = (before: GatewayOrder['before']): GatewayOrder => ({
  gatewayId,
  wish,
  before,
  secrets: { '10.0.1.4': { name: 'radius-hub', version: 'v1' } },
});

/** A gateway that holds `held`, and what is written to it. */
function azure(standing = gateway(), held = secret) {
  const writes: number[] = [];
  const ports = {
    read: async () => standing,
    radiusSecrets: async () => [{ address: '10.0.1.4', secret: held }],
    open: async () => ({
      gateway: standing,
      write: async () => {
        writes.push(1);
        return { retryAfterSeconds: 10, operationUrl: 'https://management.azure.com/operations/1' };
      },
    }),
  };
  return { ports: ports as unknown as VpnGateways, writes };
}

describe('a gateway that somebody else writes at the same time', () => {
  const changed = new VpnRadiusError({
    code: 'GatewayChanged',
    message: 'Somebody wrote it between the read and the write.',
    target: gatewayId,
    transient: true,
  });

  /** The first `times` writes meet a write of somebody else. */
  function contested(times: number) {
    const standing = gateway({ sku: 'VpnGw2AZ' });
    let attempts = 0;
    const { ports } = azure(standing);
    const gateways = {
      ...ports,
      open: async () => ({
        gateway: standing,
        write: async () => {
          attempts++;
          if (attempts <= times) throw changed;
          return { retryAfterSeconds: 10, operationUrl: 'https://management.azure.com/operations/1' };
        },
      }),
    } as unknown as VpnGateways;
    return {
      write: () => writeGateway(gateways, secrets)(order(formOf(gateway({ sku: 'VpnGw2AZ' })))),
      attempts: () => attempts,
    };
  }

  it('is read and written again', async () => {
    const { write, attempts } = contested(2);
    expect(await write()).toMatchObject({ state: 'written' });
    expect(attempts()).toBe(3);
  });

  it('is left alone after three times, and the answer says why', async () => {
    const { write, attempts } = contested(3);
    await expect(write()).rejects.toMatchObject({
      code: 'GatewayBusy',
      message: expect.stringContaining('each of the 3 attempts'),
    });
    expect(attempts()).toBe(3);
  });
});

describe('two secrets that differ in case alone', () => {
  const other = secret.toLowerCase();

  it('are two secrets when the gateway is written', async () => {
    const same = azure();
    expect(await writeGateway(same.ports, secrets)(order(formOf(gateway())))).toMatchObject({
      state: 'kept',
    });
    expect(same.writes).toHaveLength(0);
    const differing = azure(gateway(), other);
    expect(await writeGateway(differing.ports, secrets)(order(formOf(gateway())))).toMatchObject({
      state: 'written',
    });
  });

  it('are two secrets when the deployment is verified', async () => {
    const plan = { servers: [] } as unknown as Plan;
    const verified = (held: string) =>
      verifyDeployment(
        azure(gateway(), held).ports,
        secrets,
        noRows,
      )({
        ...order(formOf(gateway())),
        plan,
        npsServers: [],
        proofKey: '',
        deploymentId: 'vpn-1',
      });
    await expect(verified(other)).rejects.toMatchObject({
      message: expect.stringContaining('For 10.0.1.4 the gateway holds a different secret'),
    });
    expect((await verified(secret)).detail).toContain('hold the same secret');
  });
});

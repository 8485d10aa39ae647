import { describe, expect, it } from 'vitest';
import { ensureGatewaySubnet } from '../../../../functions/deployment/steps/gateway-subnet.ts';
import type { Subnet } from '../../../../shared/gateway/model.ts';
import type { VirtualNetworks } from '../../../../shared/ports.ts';
import { hubId, subnet } from '../../../shared/hub.ts';

const subnetId = `${hubId}/subnets/GatewaySubnet`;
const addressPrefix = '10.0.255.224/27';

/** A VNet whose GatewaySubnet reads as `standing`; what is created in it is kept. */
function ensured(standing: Subnet | undefined, isNew: boolean) {
  const created: string[] = [];
  const networks = {
    readSubnet: async () => standing,
    createSubnet: async (_: string, prefix: string) => {
      created.push(prefix);
      return { retryAfterSeconds: 3 };
    },
  } as Partial<VirtualNetworks> as VirtualNetworks;
  return { created, answer: ensureGatewaySubnet(networks)({ subnetId, addressPrefix, isNew }) };
}

describe('GatewaySubnet', () => {
  it('is created where the plan found none', async () => {
    const { created, answer } = ensured(undefined, true);
    expect(await answer).toEqual({ retryAfterSeconds: 3 });
    expect(created).toEqual([addressPrefix]);
  });

  it.each([true, false])('that is there as planned is kept (planned as new: %s)', async (isNew) => {
    const { created, answer } = ensured(subnet('GatewaySubnet', addressPrefix), isNew);
    expect(await answer).toBe('kept');
    expect(created).toEqual([]);
  });

  it.each([true, false])('of another prefix is left alone and told (planned as new: %s)', async (isNew) => {
    const { created, answer } = ensured(subnet('GatewaySubnet', '10.0.7.0/27'), isNew);
    await expect(answer).rejects.toMatchObject({
      failure: {
        code: 'GatewaySubnetChanged',
        message: expect.stringContaining('10.0.7.0/27'),
        target: subnetId,
      },
    });
    expect(created).toEqual([]);
  });

  it('that the plan found is not created anew because of one odd answer', async () => {
    const { created, answer } = ensured(undefined, false);
    await expect(answer).rejects.toMatchObject({ failure: { code: 'GatewaySubnetGone', transient: true } });
    expect(created).toEqual([]);
  });
});

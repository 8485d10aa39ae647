import { describe, expect, it } from 'vitest';
import { ensurePublicIps } from '../../../../functions/deployment/steps/public-ips.ts';
import type { PublicIpAddress } from '../../../../shared/gateway/model.ts';
import type { PublicIpAddresses } from '../../../../shared/ports.ts';
import { gatewayId, network } from '../../../shared/hub.ts';

const [held, added] = [network('publicIPAddresses', 'pip-a'), network('publicIPAddresses', 'pip-b')];
const address = (id: string, more: Partial<PublicIpAddress> = {}): PublicIpAddress => ({
  id,
  sku: 'Standard',
  allocationMethod: 'Static',
  provisioningState: 'Succeeded',
  zones: [],
  ...more,
});

/** The step for a gateway that has `held` and will get `added`. */
function ensured(standing: readonly PublicIpAddress[]) {
  const created: { id: string; zones: readonly string[] }[] = [];
  const publicIps: Pick<PublicIpAddresses, 'read' | 'create'> = {
    read: async (id) => standing.find((one) => one.id === id),
    create: async (id, _, zones) => {
      created.push({ id, zones });
      return { retryAfterSeconds: 3 };
    },
  };
  const order = { ids: [held, added], newIds: [added], location: 'westeurope', zones: ['2'] };
  return { created, answer: ensurePublicIps(publicIps)(order) };
}

describe('the addresses of a gateway', () => {
  it('are filled up with what the plan did not find, in the zones of the plan', async () => {
    const { created, answer } = ensured([address(held)]);
    expect(await answer).toEqual({ retryAfterSeconds: 3 });
    expect(created).toEqual([{ id: added, zones: ['2'] }]);
  });

  it.each([
    ['nobody uses yet', {}],
    ['this gateway uses already', { usedBy: `${gatewayId}/ipConfigurations/default` }],
  ])('are kept where an earlier attempt made them: one that %s', async (_, more) => {
    const { created, answer } = ensured([address(held), address(added, more)]);
    expect(await answer).toBe('kept');
    expect(created).toEqual([]);
  });

  it.each([
    ['Basic', { sku: 'Basic' }],
    ['dynamic', { allocationMethod: 'Dynamic' }],
    ['in use by a machine', { usedBy: `${network('networkInterfaces', 'nic')}/ipConfigurations/1` }],
  ])('that somebody else created meanwhile are not written over: %s', async (_, more) => {
    const { created, answer } = ensured([address(held), address(added, more)]);
    await expect(answer).rejects.toMatchObject({ failure: { code: 'PublicIpChanged', target: added } });
    expect(created).toEqual([]);
  });

  it('that the plan found are not created anew because of one odd answer', async () => {
    const { created, answer } = ensured([]);
    await expect(answer).rejects.toMatchObject({
      failure: { code: 'PublicIpGone', transient: true, target: held },
    });
    expect(created).toEqual([]);
  });
});

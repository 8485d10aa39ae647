import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { planRepairs } from '../../../../functions/compliance/steps/repair.ts';
import { runFolder } from '../../../../functions/compliance/steps/run-folder.ts';
import type { PlanNeeds } from '../../../../functions/deployment/planning/facts.ts';
import { keepDeployed } from '../../../../functions/records/deployed.ts';
import { type Lock, releaseLock, takeLock } from '../../../../functions/records/lock.ts';
import { documentsInFolder } from '../../../../shared/azure/storage/documents-in-folder.ts';
import { ruleOf } from '../../../../shared/compliance/catalogue.ts';
import { parseRepairWindow } from '../../../../shared/compliance/repair-window.ts';
import { failed } from '../../../../shared/core/errors.ts';
import type { VpnGateway } from '../../../../shared/gateway/model.ts';
import { temporaryFolder } from '../../../../simulator/temporary-folder.ts';
import { gateway, gatewayId, hubId, npsId, request } from '../../../shared/hub.ts';
import { vault } from '../../deployment/steps/vault.ts';

const now = '2030-06-01T12:00:00.000Z';
const safe = [...ruleOf.values()].find(({ repair }) => repair === 'safe')!.id;

interface World {
  readonly deployed?: boolean;
  readonly underWay?: boolean;
  readonly standing?: VpnGateway | Error | undefined;
  readonly window?: string;
}

/** Plans the repair of one finding on the hub's gateway. `reads` counts how often Azure was asked for it. */
async function planned({ deployed = true, underWay = false, window, ...world }: World) {
  const { rows } = vault();
  const store = documentsInFolder(join(temporaryFolder('vpn-radius-repairs-').folder, 'documents'));
  const order = { request: request(), fingerprint: '1' };
  if (deployed) await keepDeployed(rows, 'vpn-hub-1', order, gatewayId, []);
  const lock: Lock = { id: 'vpn-hub-1', at: now, order, furtherTickets: [] };
  await takeLock(rows, undefined, lock);
  if (!underWay)
    await releaseLock(
      rows,
      { id: lock.id, virtualNetworkId: hubId },
      { at: now, ending: { status: 'Succeeded' } as never },
    );
  const finding = {
    id: 'f1',
    rule: safe,
    severity: 'high',
    status: 'open',
    target: gatewayId,
    evidence: ['.'],
    firstSeenAt: now,
    checkedAt: now,
  };
  const report = { gateways: [{ id: gatewayId, npsServers: [npsId], deployed: true }], findings: [finding] };
  const folder = runFolder(store, 'run');
  await folder.write('draft', { report });
  let reads = 0;
  const standing = 'standing' in world ? world.standing : gateway();
  const gateways = {
    read: async () => {
      reads++;
      if (standing instanceof Error) throw standing;
      return standing;
    },
  } as never;
  const needs = { rows, virtualNetworks: { read: async () => undefined } } as unknown as PlanNeeds;
  const repair = planRepairs(needs, gateways, store, parseRepairWindow(window ?? ''));
  const orders = await repair({ runId: 'run', now });
  const { f1 } = await folder.read<Record<string, { status: string; detail: string }>>('repairs');
  return { orders, plan: f1!, reads };
}

describe('a repair is left to a person, with the reason,', () => {
  it.each<[string, World, string]>([
    ['outside its window', { window: '22:00-05:00' }, 'repairs begin only from'],
    ['of a gateway that this app has not deployed', { deployed: false }, 'has not deployed'],
    ['while a deployment of it is under way', { underWay: true }, 'is running'],
    ['of a gateway that is gone', { standing: undefined }, 'no longer exists'],
    [
      'where Azure refuses to tell',
      { standing: failed('AuthorizationFailed', 'Reader is missing.') },
      'Reader is missing.',
    ],
    ['where the plan has a problem', {}, 'There is no virtual network'],
  ])('%s', async (_, world, detail) => {
    const { orders, plan } = await planned(world);
    expect(orders).toEqual([]);
    expect(plan).toMatchObject({ status: 'refused', detail: expect.stringContaining(detail) });
  });

  it('without asking Azure, where it is known before', async () => {
    expect((await planned({ deployed: false })).reads + (await planned({ underWay: true })).reads).toBe(0);
  });
});

import { describe, expect, it } from 'vitest';
import {
  beginAddressPhase,
  readAddressPhase,
  readGatewayAddresses,
  verifyAddresses,
} from '../../../../functions/migration/steps/address-migration.ts';
import { failed, VpnRadiusError } from '../../../../shared/core/errors.ts';
import type {
  AddressMigration,
  AddressMigrationPhase,
  PublicIpAddress,
  VpnGateway,
} from '../../../../shared/gateway/model.ts';
import { gateway, gatewayId, network } from '../../../shared/hub.ts';

const phases: readonly AddressMigrationPhase[] = ['Prepare', 'Execute', 'Commit', 'Abort'];
const standing = (phase?: string, state = 'Succeeded', more: Partial<VpnGateway> = {}) =>
  gateway({ ...(phase && { addressMigration: { phase, state } satisfies AddressMigration }), ...more });

function azure(now: VpnGateway | undefined) {
  const told: string[] = [];
  return {
    told,
    read: async () => now,
    migrateAddresses: async (id: string, phase: AddressMigrationPhase) => {
      told.push(`${phase} ${id}`);
      return { retryAfterSeconds: 10 };
    },
  };
}

describe('a phase', () => {
  it.each<[AddressMigrationPhase, string | undefined]>([
    ['Prepare', undefined],
    ['Prepare', 'AbortSucceeded'],
    ['Execute', 'PrepareSucceeded'],
    ['Commit', 'ExecuteSucceeded'],
    ['Abort', 'ExecuteSucceeded'],
  ])('%s is started after %s', async (phase, before) => {
    const gateways = azure(standing(before));
    expect(await beginAddressPhase(gateways)({ gatewayId, phase })).toEqual({ retryAfterSeconds: 10 });
    expect(gateways.told).toEqual([`${phase} ${gatewayId}`]);
  });

  it.each<[AddressMigrationPhase, string]>([
    ['Prepare', 'PrepareSucceeded'],
    ['Prepare', 'ExecuteSucceeded'],
    ['Execute', 'ExecuteSucceeded'],
    ['Execute', 'CommitSucceeded'],
    ['Commit', 'CommitSucceeded'],
    ['Abort', 'AbortSucceeded'],
  ])('%s is not started again after %s', async (phase, before) => {
    const gateways = azure(standing(before));
    expect(await beginAddressPhase(gateways)({ gatewayId, phase })).toBe('kept');
    expect(gateways.told).toEqual([]);
  });

  it.each(phases)('%s that runs is waited for, one that failed is started again', async (phase) => {
    const running = azure(standing(phase, 'InProgress', { provisioningState: 'Updating' }));
    expect(await beginAddressPhase(running)({ gatewayId, phase })).toBe('kept');
    expect(await readAddressPhase(running)({ gatewayId, phase })).toBeUndefined();
    const broken = azure(standing(phase, 'Failed'));
    expect(await beginAddressPhase(broken)({ gatewayId, phase })).toEqual({ retryAfterSeconds: 10 });
    expect(broken.told).toHaveLength(1);
  });

  it('waits its turn while somebody else writes the gateway, and asks again where Azure does not find it', async () => {
    const busy = azure(standing(undefined, undefined, { provisioningState: 'Updating' }));
    const order = { gatewayId, phase: 'Prepare' } as const;
    await expect(beginAddressPhase(busy)(order)).rejects.toMatchObject({
      failure: { code: 'GatewayBusy', transient: true },
    });
    expect(busy.told).toEqual([]);
    for (const step of [beginAddressPhase, readAddressPhase])
      await expect(step(azure(undefined))(order)).rejects.toMatchObject({
        failure: { code: 'GatewayGone', transient: true },
      });
  });

  it.each(phases)('%s that failed tells what Azure says, and the way on', async (phase) => {
    const errorMessage = 'GatewaySubnet has no free address.';
    const gateways = azure(gateway({ addressMigration: { phase, state: 'Failed', errorMessage } }));
    await expect(readAddressPhase(gateways)({ gatewayId, phase })).rejects.toMatchObject({
      failure: { code: 'AddressMigrationFailed', message: expect.stringContaining(errorMessage) },
    });
  });
});

describe('the way through all phases', () => {
  /** Azure that answers the request of that number with an error, after its effect or before. */
  function world(failing: number, afterEffect: boolean) {
    let phase = 'None';
    let requests = 0;
    const begun: string[] = [];
    const tried = <T>(effect: () => T): T => {
      requests += 1;
      if (requests !== failing) return effect();
      if (afterEffect) effect();
      throw new VpnRadiusError({ code: 'ServiceUnavailable', message: 'Later.', transient: true });
    };
    return {
      begun,
      read: async () => tried(() => standing(phase === 'None' ? undefined : phase)),
      migrateAddresses: async (_: string, next: AddressMigrationPhase) =>
        tried(() => {
          begun.push(next);
          phase = `${next}Succeeded`;
          return { retryAfterSeconds: 10 };
        }),
    };
  }
  const again = async <T>(step: () => Promise<T>): Promise<T> => step().catch(step);

  it.each(
    Array.from({ length: 9 }, (_, index) => index + 1).flatMap((failing) => [
      [failing, false] as const,
      [failing, true] as const,
    ]),
  )(
    'begins each phase once, though request %i fails (after its effect: %s)',
    async (failing, afterEffect) => {
      const gateways = world(failing, afterEffect);
      for (const phase of ['Prepare', 'Execute', 'Commit'] as const) {
        await again(() => beginAddressPhase(gateways)({ gatewayId, phase }));
        expect(await again(() => readAddressPhase(gateways)({ gatewayId, phase }))).toBe(true);
      }
      expect(gateways.begun).toEqual(['Prepare', 'Execute', 'Commit']);
    },
  );
});

describe('what is read back', () => {
  const address = (sku: string, ipAddress = '20.0.0.1'): PublicIpAddress => ({
    id: network('publicIPAddresses', 'vpngw-hub-pip'),
    sku,
    allocationMethod: 'Static',
    provisioningState: 'Succeeded',
    zones: [],
    ipAddress,
  });
  const with_ = (found: PublicIpAddress) => ({ read: async () => found });
  const order = { gatewayId, before: ['20.0.0.1'] };

  it('is the address of before, Standard now, on an AZ SKU', async () => {
    const publicIps = with_(address('Standard'));
    expect(await readGatewayAddresses(azure(gateway()), publicIps)({ gatewayId })).toEqual(['20.0.0.1']);
    expect(await verifyAddresses(azure(gateway()), publicIps)(order)).toContain('20.0.0.1 is Standard');
  });

  it.each<[string, PublicIpAddress, string]>([
    ['AddressNotStandard', address('Basic'), 'VpnGw1AZ'],
    ['AddressLost', address('Standard', '20.0.0.9'), 'VpnGw1AZ'],
    ['SkuNotAz', address('Standard'), 'VpnGw1'],
  ])('is not: %s', async (code, found, sku) => {
    const verify = verifyAddresses(azure(gateway({ sku })), with_(found))(order);
    await expect(verify).rejects.toMatchObject({
      failure: { code: 'VerificationFailed', details: [{ code }], message: expect.stringContaining('abort') },
    });
  });

  it('is not known where an address cannot be read', async () => {
    const publicIps = { read: async () => Promise.reject(failed('AuthorizationFailed', 'No.')) };
    await expect(verifyAddresses(azure(gateway()), publicIps)(order)).rejects.toMatchObject({
      code: 'AuthorizationFailed',
    });
  });
});

import { describe, expect, it } from 'vitest';
import {
  deleteGateway,
  readGatewayDeletion,
  readWithoutPointToSite,
  readWithoutRadius,
  removePointToSite,
  removeRadius,
} from '../../../../functions/removal/steps/gateway-removal.ts';
import type { ConnectedNetwork, ProvisioningState, VpnGateway } from '../../../../shared/gateway/model.ts';
import { gateway, gatewayId } from '../../../shared/hub.ts';

const order = { gatewayId };
const bare = (({ pointToSite: _, ...without }) => without)(gateway());
const states: ProvisioningState[] = ['Creating', 'Updating'];

/** Azure with this gateway, and what it was told to do. */
function azure(standing: VpnGateway | undefined, connected: readonly ConnectedNetwork[] = []) {
  const told: string[] = [];
  return {
    told,
    read: async () => standing,
    connectedNetworks: async () => connected,
    delete: async (id: string) => {
      told.push(`delete ${id}`);
      return { retryAfterSeconds: 7 };
    },
    open: async () => ({
      ...(standing && { gateway: standing }),
      write: async () => {
        throw new Error('A removal writes nothing else.');
      },
      writeWithoutPointToSite: async () => {
        told.push('write without point-to-site');
        return { retryAfterSeconds: 7 };
      },
      writeWithoutRadius: async () => {
        told.push('write without RADIUS');
        return { retryAfterSeconds: 7 };
      },
    }),
  };
}

describe('the deletion of the gateway', () => {
  it.each<ProvisioningState>(['Succeeded', 'Failed', 'Canceled'])(
    'is sent for one that is %s',
    async (provisioningState) => {
      const gateways = azure(gateway({ provisioningState }));
      expect(await deleteGateway(gateways)(order)).toEqual({ retryAfterSeconds: 7 });
      expect(gateways.told).toEqual([`delete ${gatewayId}`]);
    },
  );

  it('is not sent again while it goes', async () => {
    const gateways = azure(gateway({ provisioningState: 'Deleting' }));
    expect(await deleteGateway(gateways)(order)).toEqual({ retryAfterSeconds: 10 });
    expect(gateways.told).toEqual([]);
  });

  it('is sent for one that seems to be gone: a passing 404 must not pass for a deletion', async () => {
    const gateways = azure(undefined);
    await deleteGateway(gateways)(order);
    expect(gateways.told).toEqual([`delete ${gatewayId}`]);
  });

  it.each(states)('waits its turn while the gateway is %s', async (provisioningState) => {
    const gateways = azure(gateway({ provisioningState }));
    await expect(deleteGateway(gateways)(order)).rejects.toMatchObject({
      failure: { code: 'GatewayBusy', transient: true, target: gatewayId },
    });
    expect(gateways.told).toEqual([]);
  });

  it('is not sent for one that has got a connection meanwhile', async () => {
    const connected = [{ connection: 'to-onprem', by: `${gatewayId}-far`, prefixes: [] }];
    const gateways = azure(gateway(), connected);
    await expect(deleteGateway(gateways)(order)).rejects.toMatchObject({
      failure: { code: 'GatewayInUse', message: expect.stringContaining('to-onprem') },
    });
    expect(gateways.told).toEqual([]);
  });
});

describe('how far the deletion of the gateway is', () => {
  it.each([
    ['deleting', gateway({ provisioningState: 'Deleting' })],
    ['there', gateway()],
    ['there', gateway({ provisioningState: 'Updating' })],
    ['gone', undefined],
  ])('%s', async (seen, standing) => {
    expect(await readGatewayDeletion(azure(standing))(order)).toBe(seen);
  });

  it('is a failure, once Azure could not delete it', async () => {
    const look = readGatewayDeletion(azure(gateway({ provisioningState: 'Failed' })))(order);
    await expect(look).rejects.toMatchObject({
      failure: { code: 'GatewayDeletionFailed', target: gatewayId },
    });
  });
});

describe('point-to-site', () => {
  it('is taken off over exactly the gateway that was read', async () => {
    const gateways = azure(gateway());
    expect(await removePointToSite(gateways)(order)).toEqual({ retryAfterSeconds: 7 });
    expect(gateways.told).toEqual(['write without point-to-site']);
  });

  it('that is off already needs no write', async () => {
    const gateways = azure(bare);
    expect(await removePointToSite(gateways)(order)).toBe('kept');
    expect(gateways.told).toEqual([]);
  });

  it.each<ProvisioningState>([...states, 'Deleting'])(
    'waits its turn while the gateway is %s',
    async (state) => {
      const gateways = azure(gateway({ provisioningState: state }));
      await expect(removePointToSite(gateways)(order)).rejects.toMatchObject({
        failure: { code: 'GatewayBusy', transient: true },
      });
      expect(gateways.told).toEqual([]);
    },
  );

  it('of a gateway that Azure does not find is asked for again: the plan saw one', async () => {
    const failure = { code: 'GatewayGone', transient: true, target: gatewayId };
    await expect(removePointToSite(azure(undefined))(order)).rejects.toMatchObject({ failure });
    await expect(readWithoutPointToSite(azure(undefined))(order)).rejects.toMatchObject({ failure });
  });

  it('is off when the gateway is provisioned without it, not before', async () => {
    expect(
      await readWithoutPointToSite(azure({ ...bare, provisioningState: 'Updating' }))(order),
    ).toBeUndefined();
    expect(await readWithoutPointToSite(azure(bare))(order)).toBe(true);
  });

  it.each([
    ['that is still there afterwards', gateway()],
    ['of a gateway whose update failed', { ...bare, provisioningState: 'Failed' as const }],
  ])('%s is told, with where to look', async (_, standing) => {
    await expect(readWithoutPointToSite(azure(standing))(order)).rejects.toMatchObject({
      failure: { code: 'PointToSiteNotRemoved', message: expect.stringContaining('activity log') },
    });
  });
});

describe('RADIUS', () => {
  const types = (...authenticationTypes: string[]) =>
    gateway({ pointToSite: { ...gateway().pointToSite!, authenticationTypes } });

  it('is taken off a gateway whose users sign in with Entra ID', async () => {
    const gateways = azure(types('Radius', 'AAD'));
    expect(await removeRadius(gateways)(order)).toEqual({ retryAfterSeconds: 7 });
    expect(gateways.told).toEqual(['write without RADIUS']);
  });

  it('stays where nobody could sign in without it', async () => {
    const gateways = azure(types('Radius'));
    await expect(removeRadius(gateways)(order)).rejects.toMatchObject({
      failure: { code: 'EntraSignInMissing' },
    });
    expect(gateways.told).toEqual([]);
  });

  it('that is off already needs no write, and is off once the gateway is provisioned', async () => {
    const gateways = azure(types('AAD'));
    expect(await removeRadius(gateways)(order)).toBe('kept');
    expect(gateways.told).toEqual([]);
    expect(await readWithoutRadius(gateways)(order)).toBe(true);
    await expect(readWithoutRadius(azure(types('Radius', 'AAD')))(order)).rejects.toMatchObject({
      failure: { code: 'RadiusNotRemoved' },
    });
  });
});

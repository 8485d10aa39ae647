import { describe, expect, it } from 'vitest';
import {
  deleteGatewaySubnet,
  deletePublicIp,
  isGatewaySubnetGone,
  isPublicIpGone,
  removeSecret,
} from '../../../../functions/removal/steps/rest-removal.ts';
import type { PublicIpAddress, Subnet } from '../../../../shared/gateway/model.ts';
import type { SecretVersion } from '../../../../shared/secret/model.ts';
import {
  address,
  gatewaySubnet,
  publicIpId,
  version,
  virtualNetworkGateway,
} from '../../../shared/deployment/removal/made-for-hub.ts';
import { gatewayId, hubId, network } from '../../../shared/hub.ts';

/** Key Vault with one secret, and what it was told, in order. */
function vault(...stored: readonly SecretVersion[]) {
  let held = stored;
  const told: string[] = [];
  return {
    told,
    versions: async () => held,
    retire: async (name: string, one: string) => {
      told.push(`disable ${name} ${one}`);
      held = held.map((each) => (each.version === one ? { ...each, enabled: false } : each));
    },
    delete: async (name: string) => {
      told.push(`delete ${name}`);
      held = [];
    },
  };
}

describe('the secret', () => {
  const whole = { name: 'radius-hub', versions: ['v1', 'v2'], isWhole: true };

  it('is disabled before it is deleted, so that nobody uses what is about to go', async () => {
    const secrets = vault(version('v1'), version('v2'));
    await removeSecret(secrets)(whole);
    expect(secrets.told).toEqual(['disable radius-hub v1', 'disable radius-hub v2', 'delete radius-hub']);
  });

  it('carries on where it was stopped between the two', async () => {
    const secrets = vault(version('v1', { enabled: false }), version('v2'));
    await removeSecret(secrets)(whole);
    expect(secrets.told).toEqual(['disable radius-hub v2', 'delete radius-hub']);
  });

  it('that seems to be gone is told to go all the same, and nothing else', async () => {
    const secrets = vault();
    await removeSecret(secrets)(whole);
    expect(secrets.told).toEqual(['delete radius-hub']);
  });

  it('with versions of others keeps them and itself; repeated, nothing is left to do', async () => {
    const secrets = vault(version('v0'), version('v1'));
    const own = { name: 'radius-hub', versions: ['v1'], isWhole: false };
    await removeSecret(secrets)(own);
    await removeSecret(secrets)(own);
    expect(secrets.told).toEqual(['disable radius-hub v1']);
  });
});

const { usedBy: _, ...free } = address();

function addresses(standing: PublicIpAddress | undefined) {
  const told: string[] = [];
  return {
    told,
    read: async () => standing,
    delete: async (id: string) => {
      told.push(id);
      return { retryAfterSeconds: 7 };
    },
  };
}

describe('an address', () => {
  it.each([
    ['that nothing uses is given back', free],
    ['that goes already is told so once more', { ...free, provisioningState: 'Deleting' as const }],
    ['that seems to be gone is told so all the same', undefined],
  ])('%s', async (__, standing) => {
    const publicIps = addresses(standing);
    expect(await deletePublicIp(publicIps)({ id: publicIpId })).toEqual({ retryAfterSeconds: 7 });
    expect(publicIps.told).toEqual([publicIpId]);
  });

  it('that somebody uses meanwhile is left, and it says who', async () => {
    const nic = `${network('networkInterfaces', 'nic')}/ipConfigurations/1`;
    const publicIps = addresses(address({ usedBy: nic }));
    await expect(deletePublicIp(publicIps)({ id: publicIpId })).rejects.toMatchObject({
      failure: { code: 'PublicIpInUse', message: expect.stringContaining(nic), target: publicIpId },
    });
    expect(publicIps.told).toEqual([]);
  });

  it('is gone when Azure has it no more', async () => {
    expect(await isPublicIpGone(addresses(free))({ id: publicIpId })).toBeUndefined();
    expect(await isPublicIpGone(addresses(undefined))({ id: publicIpId })).toBe(true);
  });

  it('is not gone when Azure did not show it once', async () => {
    const publicIps = { read: shownLate(free) };
    expect(await isPublicIpGone(publicIps)({ id: publicIpId })).toBeUndefined();
  });
});

const subnetId = `${hubId}/subnets/GatewaySubnet`;

function virtualNetworks(standing: Subnet | undefined) {
  const told: string[] = [];
  return {
    told,
    readSubnet: async () => standing,
    deleteSubnet: async (id: string) => {
      told.push(id);
      return { retryAfterSeconds: 7 };
    },
  };
}

describe('GatewaySubnet', () => {
  const order = { id: subnetId, gatewayId };

  it.each([
    ['that is empty is deleted', gatewaySubnet({ gatewayIds: [] })],
    [
      'that Azure still shows with the gateway that is gone is deleted',
      gatewaySubnet({ gatewayIds: [gatewayId.toUpperCase()] }),
    ],
    ['that seems to be gone is told so all the same', undefined],
  ])('%s', async (__, standing) => {
    const networks = virtualNetworks(standing);
    expect(await deleteGatewaySubnet(networks)(order)).toEqual({ retryAfterSeconds: 7 });
    expect(networks.told).toEqual([subnetId]);
  });

  it.each([
    ['a gateway', { gatewayIds: [virtualNetworkGateway('ergw-hub')] }, 'ergw-hub'],
    [
      'a Route Server',
      { gatewayIds: [], routeServerIds: [network('virtualHubs', 'route-server')] },
      'route-server',
    ],
  ])('into which %s came meanwhile is left', async (__, more, name) => {
    const networks = virtualNetworks(gatewaySubnet(more));
    await expect(deleteGatewaySubnet(networks)(order)).rejects.toMatchObject({
      failure: { code: 'GatewaySubnetInUse', message: expect.stringContaining(name), target: subnetId },
    });
    expect(networks.told).toEqual([]);
  });

  it('is gone when Azure has it no more', async () => {
    expect(await isGatewaySubnetGone(virtualNetworks(gatewaySubnet()))({ id: subnetId })).toBeUndefined();
    expect(await isGatewaySubnetGone(virtualNetworks(undefined))({ id: subnetId })).toBe(true);
  });

  it('is not gone when Azure did not show it once', async () => {
    const networks = { readSubnet: shownLate(gatewaySubnet()) };
    expect(await isGatewaySubnetGone(networks)({ id: subnetId })).toBeUndefined();
  });
});

/** A read that answers 404 the first time. */
function shownLate<T>(standing: T) {
  let reads = 0;
  return async () => (++reads === 1 ? undefined : standing);
}

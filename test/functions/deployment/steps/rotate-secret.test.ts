import { describe, expect, it } from 'vitest';
import {
  type RotationOrder,
  readSecretHolders,
  rotateRadiusSecret,
} from '../../../../functions/deployment/steps/rotate-secret.ts';
import type { VpnGateways } from '../../../../shared/ports.ts';
import type { Secret } from '../../../../shared/secret/model.ts';
import { gatewayId, network, npsId } from '../../../shared/hub.ts';
import { vault } from './vault.ts';

const name = 'radius-hub';
const address = '10.0.1.4';
const ofGateway: Partial<Secret> = { value: 'held-by-the-gateway-4711', gatewayId };
const own: Partial<Secret> = { ...ofGateway, host: npsId };

const holding = (secret?: string) =>
  ({
    radiusSecrets: async () => (secret ? [{ address, secret }] : []),
  }) as Partial<VpnGateways> as VpnGateways;

const order = (more: Partial<RotationOrder> = {}): RotationOrder => ({
  name,
  address,
  gatewayId,
  host: npsId,
  deploymentId: 'rotate-hub-1',
  now: '2030-06-01T05:00:00.000Z',
  ...more,
});

/** Rotates `stored` for a gateway that holds `held`. `versions` is the number of versions in Key Vault afterwards. */
async function rotated(
  stored: Partial<Secret> | undefined,
  held: string | undefined,
  more: Partial<RotationOrder> = {},
) {
  const { secrets, rows, of } = vault(stored ? { [name]: stored } : {});
  const secret = await rotateRadiusSecret(holding(held), secrets, rows, 180)(order(more));
  return { ...secret, versions: of(name).length };
}

describe('the version that a rotation brings to both sides', () => {
  it('is a new one where the gateway holds the newest, which is the way back', async () => {
    expect(await rotated(own, own.value)).toEqual({
      address,
      name,
      version: 'v2',
      wasCreated: true,
      previous: 'v1',
      versions: 2,
    });
  });

  it('is the newest where the gateway does not hold it yet: an interrupted rotation carries on', async () => {
    expect(await rotated(own, 'of-before')).toEqual({
      address,
      name,
      version: 'v1',
      wasCreated: false,
      versions: 1,
    });
  });

  it('is a new one where the newest must not be used any longer, though the gateway never got it', async () => {
    const replaces = { name, version: 'v1' };
    expect(await rotated(own, 'of-before', { replaces })).toMatchObject({
      version: 'v2',
      wasCreated: true,
      versions: 2,
    });
  });

  it('is a new one where NPS cannot hold the newest', async () => {
    expect(await rotated({ ...own, value: 'with "quotes"' }, undefined)).toMatchObject({
      version: 'v2',
      wasCreated: true,
    });
  });

  it('is a new one where there is none', async () => {
    expect(await rotated(undefined, 'typed by hand')).toMatchObject({
      version: 'v1',
      wasCreated: true,
      previous: undefined,
    });
  });

  it.each([
    ['other servers may know it', true, 'v2'],
    ['the gateway has no other server', false, 'v1'],
  ])('of a secret that names no server: %s', async (_, hasOthers, version) => {
    expect((await rotated(ofGateway, 'of-before', { hasOthers })).version).toBe(version);
  });

  it('is the same, with the same way back, when the step comes again', async () => {
    const { secrets, rows, of } = vault({ [name]: own });
    const rotate = rotateRadiusSecret(holding(own.value), secrets, rows, 180);
    const first = await rotate(order());
    const again = await rotate(order({ carriesOn: [first] }));
    expect(again).toEqual(first);
    expect(of(name)).toHaveLength(2);
  });

  it('that an earlier rotation stored keeps the way back that it had', async () => {
    const carriesOn = [{ address, name, version: 'v1', previous: 'v0' }];
    expect(await rotated(own, own.value, { carriesOn })).toMatchObject({
      version: 'v1',
      wasCreated: false,
      previous: 'v0',
      versions: 1,
    });
  });

  it.each([
    ['another gateway', { gatewayId: network('virtualNetworkGateways', 'vpngw-spoke') }],
    ['another NPS server', { host: `${npsId}-of-others` }],
  ])('is refused for a secret of %s, and nothing is stored', async (_, more) => {
    const { secrets, rows, of } = vault({ [name]: { ...own, ...more } });
    const refused = rotateRadiusSecret(holding(own.value), secrets, rows, 180)(order());
    await expect(refused).rejects.toMatchObject({ code: 'RadiusSecretInvalid', failure: { target: name } });
    expect(of(name)).toHaveLength(1);
  });
});

it('tells for which servers the gateway holds the version that is named for them', async () => {
  const { secrets } = vault({ [name]: own });
  const references = { [address]: { name, version: 'v1' } };
  const asked = { gatewayId, secrets: references };
  expect(await readSecretHolders(holding(own.value), secrets)(asked)).toEqual([address]);
  expect(await readSecretHolders(holding('another'), secrets)(asked)).toEqual([]);
});

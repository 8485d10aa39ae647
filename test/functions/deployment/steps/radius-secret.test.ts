import { describe, expect, it } from 'vitest';
import {
  ensureRadiusSecret,
  type SecretOrder,
} from '../../../../functions/deployment/steps/radius-secret.ts';
import { rotateRadiusSecret } from '../../../../functions/deployment/steps/rotate-secret.ts';
import type { Rows, VpnGateways } from '../../../../shared/ports.ts';
import { gatewayId, npsId } from '../../../shared/hub.ts';
import { vault } from './vault.ts';

const order = (more: Partial<SecretOrder> = {}): SecretOrder => ({
  name: 'radius-hub',
  gatewayId,
  host: npsId,
  deploymentId: 'vpn-hub-1',
  now: '2030-06-01T05:00:00.000Z',
  ...more,
});

describe('the shared secret of a gateway and an NPS server', () => {
  it('is generated, for this pair alone, and is the same after a lost answer', async () => {
    const { secrets, rows, of } = vault();
    const ensure = ensureRadiusSecret(secrets, rows, 180);
    const first = await ensure(order());
    expect(first).toEqual({ name: 'radius-hub', version: 'v1', wasCreated: true });
    expect(of('radius-hub')).toMatchObject([{ gatewayId, host: npsId }]);
    // The answer was lost, so the step runs again. This same deployment had made the secret.
    expect(await ensure(order())).toEqual(first);
    expect(await ensure(order({ deploymentId: 'vpn-hub-2' }))).toEqual({ ...first, wasCreated: false });
    expect(of('radius-hub')).toHaveLength(1);
  });

  it.each([
    [180, '2030-11-28T05:00:00.000Z'],
    [60, '2030-07-31T05:00:00.000Z'],
    // Key Vault would report its expiry at once, and that of the next one, without end.
    [59, undefined],
    [30, undefined],
  ])('may be %i days old, and expires at %s', async (days, expiresAt) => {
    const { secrets, rows, of } = vault();
    await ensureRadiusSecret(secrets, rows, days)(order());
    const held = { radiusSecrets: async () => [{ address: '10.0.1.4', secret: of('radius-hub')[0]!.value }] };
    const rotate = rotateRadiusSecret(held as Partial<VpnGateways> as VpnGateways, secrets, rows, days);
    await rotate({ ...order({ deploymentId: 'rotate-hub-1' }), address: '10.0.1.4', host: npsId });
    expect(of('radius-hub').map((version) => version.expiresAt)).toEqual([expiresAt, expiresAt]);
  });

  it('is one version for two that ensure it at once', async () => {
    const { secrets, rows, of } = vault();
    const ensure = ensureRadiusSecret(secrets, rows, 180);
    const [one, other] = await Promise.all([ensure(order()), ensure(order({ deploymentId: 'vpn-hub-2' }))]);
    expect(one!.version).toBe(other!.version);
    expect([one!.wasCreated, other!.wasCreated].filter(Boolean)).toHaveLength(1);
    expect(of('radius-hub').filter(({ instead }) => !instead)).toHaveLength(1);
  });

  it('that a person stored is used, and from then on by nobody else', async () => {
    const { secrets, rows, of } = vault({ 'radius-hub': {} });
    const ensure = ensureRadiusSecret(secrets, rows, 180);
    expect(await ensure(order())).toEqual({ name: 'radius-hub', version: 'v1', wasCreated: false });
    expect(of('radius-hub')).toMatchObject([{ gatewayId, host: npsId, value: 'stored-by-hand-4711' }]);
    await expect(ensure(order({ gatewayId: `${gatewayId}-2` }))).rejects.toThrow('another gateway');
    await expect(ensure(order({ host: `${npsId}-2` }))).rejects.toThrow('another NPS server');
  });

  it('that several servers have had in common is kept for all of them, and refused for another gateway', async () => {
    const { secrets, rows, of } = vault({ 'radius-hub': {} });
    const ensure = ensureRadiusSecret(secrets, rows, 180);
    await ensure(order({ isShared: true }));
    await ensure(order({ isShared: true, host: `${npsId}-2` }));
    expect(of('radius-hub')[0]!.host).toBeUndefined();
    await expect(ensure(order({ gatewayId: `${gatewayId}-2` }))).rejects.toThrow('another gateway');
  });

  it('that NPS cannot hold is refused, without its value', async () => {
    const { secrets, rows } = vault({ 'radius-hub': { value: 'with "quotes"' } });
    const refused = ensureRadiusSecret(secrets, rows, 180)(order());
    await expect(refused).rejects.toMatchObject({ code: 'RadiusSecretInvalid' });
    await expect(refused).rejects.not.toThrow('with "quotes"');
  });
});

/** Holds back the first of two that want to do `what`, until `release` is called. */
function held<A extends unknown[], R>(what: (...args: A) => Promise<R>) {
  let release = () => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  let calls = 0;
  return {
    release: () => release(),
    async call(...args: A): Promise<R> {
      if (calls++ === 0) await gate;
      return what(...args);
    },
  };
}

describe('two versions, because a step ran twice and one was late', () => {
  const newestOf = async ({ secrets }: ReturnType<typeof vault>) =>
    (await secrets.read('radius-hub', undefined, { mayBeExpired: true }))?.version;

  it('the first that is entered counts, and the other is disabled', async () => {
    const world = vault();
    const { secrets, rows, of } = world;
    const late = held(secrets.write);
    const slow = ensureRadiusSecret({ ...secrets, write: late.call }, rows, 180)(order());
    const quick = await ensureRadiusSecret(secrets, rows, 180)(order());
    late.release();
    expect((await slow).version).toBe(quick.version);
    expect(of('radius-hub')).toMatchObject([{ version: 'v1' }, { version: 'v2', instead: 'v1' }]);
    expect(await newestOf(world)).toBe('v1');
    // Later deployments agree too.
    const next = await ensureRadiusSecret(secrets, rows, 180)(order({ deploymentId: 'vpn-hub-2' }));
    expect(next).toEqual({ name: 'radius-hub', version: 'v1', wasCreated: false });
  });

  it('what one has stored and not yet entered, the other takes', async () => {
    const world = vault();
    const { secrets, rows, of } = world;
    const late = held(rows.insert.bind(rows));
    const slow = ensureRadiusSecret(secrets, { ...rows, insert: late.call } as Rows, 180)(order());
    while (of('radius-hub').length === 0) await new Promise((resolve) => setImmediate(resolve));
    // It finds the version that the slow one has stored and not entered yet.
    const quick = await ensureRadiusSecret(secrets, rows, 180)(order());
    late.release();
    expect((await slow).version).toBe(quick.version);
    expect(of('radius-hub')).toHaveLength(1);
    expect(of('radius-hub')[0]).not.toHaveProperty('instead');
  });

  it('one whose writer never got the answer counts as soon as it runs again', async () => {
    const { secrets, rows, of } = vault();
    const late = held(secrets.write);
    const slow = ensureRadiusSecret({ ...secrets, write: late.call }, rows, 180)(order());
    const lost = async (...version: Parameters<typeof secrets.write>) => {
      await secrets.write(...version);
      throw new Error('the answer was lost');
    };
    const first = ensureRadiusSecret({ ...secrets, write: lost }, rows, 180)(order());
    await expect(first).rejects.toThrow('the answer was lost');
    const again = await ensureRadiusSecret(secrets, rows, 180)(order());
    late.release();
    expect((await slow).version).toBe(again.version);
    expect(of('radius-hub')).toMatchObject([{ version: 'v1' }, { version: 'v2', instead: 'v1' }]);
  });

  it('a rotation stores a new version also of one that is entered nowhere', async () => {
    const { secrets, rows, of } = vault();
    await ensureRadiusSecret(secrets, rows, 180)(order());
    const held = { radiusSecrets: async () => [{ address: '10.0.1.4', secret: of('radius-hub')[0]!.value }] };
    const elsewhere = vault().rows;
    const rotate = rotateRadiusSecret(held as Partial<VpnGateways> as VpnGateways, secrets, elsewhere, 180);
    await rotate({ ...order({ deploymentId: 'rotate-hub-1' }), address: '10.0.1.4', host: npsId });
    expect(of('radius-hub')).toHaveLength(2);
    expect(of('radius-hub')[1]).not.toHaveProperty('instead');
  });

  it('a writer that died before it saw that it came second finds so when it runs again', async () => {
    const world = vault();
    const { secrets, rows } = world;
    const late = held(secrets.write);
    const dies = async () => {
      throw new Error('the host was killed');
    };
    const killed = ensureRadiusSecret(
      { ...secrets, write: late.call },
      { ...rows, insert: dies } as Rows,
      180,
    )(order());
    const first = await ensureRadiusSecret(secrets, rows, 180)(order());
    late.release();
    await expect(killed).rejects.toThrow('killed');
    expect(await newestOf(world)).toBe('v2');
    expect((await ensureRadiusSecret(secrets, rows, 180)(order())).version).toBe(first.version);
    expect(await newestOf(world)).toBe('v1');
  });

  it('the same holds for the new version of a rotation', async () => {
    const world = vault({ 'radius-hub': { gatewayId, host: npsId, value: 'of-before-4711' } });
    const { secrets, rows } = world;
    const gateways = {
      radiusSecrets: async () => [{ address: '10.0.1.4', secret: 'of-before-4711' }],
    } as unknown as VpnGateways;
    const rotation = { ...order(), address: '10.0.1.4' };
    const late = held(secrets.write);
    const slow = rotateRadiusSecret(gateways, { ...secrets, write: late.call }, rows, 180)(rotation);
    const quick = await rotateRadiusSecret(gateways, secrets, rows, 180)(rotation);
    late.release();
    expect(quick).toMatchObject({ version: 'v2', wasCreated: true, previous: 'v1' });
    expect((await slow).version).toBe('v2');
    expect(await newestOf(world)).toBe('v2');
  });

  it('a version that a person stores afterwards counts as before', async () => {
    const world = vault();
    const { secrets, rows } = world;
    await ensureRadiusSecret(secrets, rows, 180)(order());
    await secrets.write('radius-hub', 'typed-by-hand-0815', {});
    const next = await ensureRadiusSecret(secrets, rows, 180)(order({ deploymentId: 'vpn-hub-2' }));
    expect(next).toMatchObject({ version: 'v2', wasCreated: false });
  });
});

import { describe, expect, it } from 'vitest';
import {
  ensureRadiusSecret,
  type SecretOrder,
} from '../../../../functions/deployment/steps/radius-secret.ts';
import type { Secrets } from '../../../../shared/ports.ts';
import type { Secret } from '../../../../shared/secret/model.ts';
import { gatewayId, npsId } from '../../../shared/hub.ts';

/** A Key Vault in memory: versions of each name, oldest first. */
function vault(stored: Readonly<Record<string, Partial<Secret>>> = {}) {
  const versions = new Map<string, Secret[]>();
  const add = (name: string, secret: Partial<Secret>) => {
    const held = versions.get(name) ?? [];
    const version = `v${held.length + 1}`;
    versions.set(name, [...held, { value: 'stored-by-hand-4711', createdAt: '', version, ...secret }]);
    return version;
  };
  const tagged = (tags: Readonly<Record<string, string>>): Partial<Secret> => ({
    ...(tags['vpn-radius-gateway'] && { gatewayId: tags['vpn-radius-gateway'] }),
    ...(tags['vpn-radius-server'] && { host: tags['vpn-radius-server'] }),
    ...(tags['vpn-radius-deployment'] && { madeBy: tags['vpn-radius-deployment'] }),
  });
  for (const [name, secret] of Object.entries(stored)) add(name, secret);
  const secrets: Secrets = {
    read: async (name, version) =>
      version ? versions.get(name)?.find((one) => one.version === version) : versions.get(name)?.at(-1),
    write: async (name, value, tags) => add(name, { value, ...tagged(tags) }),
    tag: async (name, version, tags) => {
      const held = versions.get(name)!;
      versions.set(
        name,
        held.map((one) => (one.version === version ? { ...one, ...tagged(tags) } : one)),
      );
    },
    versions: async () => [],
    disable: async () => {},
    delete: async () => {},
  };
  return { secrets, of: (name: string) => versions.get(name) ?? [] };
}

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
    const { secrets, of } = vault();
    const ensure = ensureRadiusSecret(secrets, 180);
    const first = await ensure(order());
    expect(first).toEqual({ name: 'radius-hub', version: 'v1', created: true });
    expect(of('radius-hub')).toMatchObject([{ gatewayId, host: npsId }]);
    // The answer was lost, so the step runs again: it was this deployment that made it.
    expect(await ensure(order())).toEqual(first);
    expect(await ensure(order({ deploymentId: 'vpn-hub-2' }))).toEqual({ ...first, created: false });
    expect(of('radius-hub')).toHaveLength(1);
  });

  it('is one version for two that ensure it at once', async () => {
    const { secrets } = vault();
    const ensure = ensureRadiusSecret(secrets, 180);
    const [one, other] = await Promise.all([ensure(order()), ensure(order({ deploymentId: 'vpn-hub-2' }))]);
    expect(one!.version).toBe(other!.version);
    expect([one!.created, other!.created].filter(Boolean)).toHaveLength(1);
  });

  it('that a person stored is used, and from then on by nobody else', async () => {
    const { secrets, of } = vault({ 'radius-hub': {} });
    const ensure = ensureRadiusSecret(secrets, 180);
    expect(await ensure(order())).toEqual({ name: 'radius-hub', version: 'v1', created: false });
    expect(of('radius-hub')).toMatchObject([{ gatewayId, host: npsId, value: 'stored-by-hand-4711' }]);
    await expect(ensure(order({ gatewayId: `${gatewayId}-2` }))).rejects.toThrow('another gateway');
    await expect(ensure(order({ host: `${npsId}-2` }))).rejects.toThrow('another NPS server');
  });

  it('that several servers have had in common is kept for all of them, and refused for another gateway', async () => {
    const { secrets, of } = vault({ 'radius-hub': {} });
    const ensure = ensureRadiusSecret(secrets, 180);
    await ensure(order({ isShared: true }));
    await ensure(order({ isShared: true, host: `${npsId}-2` }));
    expect(of('radius-hub')[0]!.host).toBeUndefined();
    await expect(ensure(order({ gatewayId: `${gatewayId}-2` }))).rejects.toThrow('another gateway');
  });

  it('that NPS cannot hold is refused, without its value', async () => {
    const { secrets } = vault({ 'radius-hub': { value: 'with "quotes"' } });
    const refused = ensureRadiusSecret(secrets, 180)(order());
    await expect(refused).rejects.toMatchObject({ code: 'RadiusSecretInvalid' });
    await expect(refused).rejects.not.toThrow('with "quotes"');
  });
});

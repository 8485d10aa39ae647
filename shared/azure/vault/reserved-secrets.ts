import { failed } from '../../core/errors.ts';
import type { Secrets } from '../../ports.ts';

/**
 * Key Vault as deployments see it: without the secrets that belong to the app. A ticket or a tag names the
 * secret of a gateway. People who may read that gateway's secret, or administer its NPS server, would learn
 * the value of any secret that it names.
 */
export function withoutReserved(secrets: Secrets, reserved: readonly (string | undefined)[]): Secrets {
  const kept = new Set(reserved.flatMap((name) => name?.toLowerCase() ?? []));
  const check = (name: string) => {
    if (!kept.has(name.toLowerCase())) return;
    throw failed(
      'SecretReserved',
      `The Key Vault secret ${name} belongs to the app's own settings, so it cannot be the shared secret of a gateway. Name another secret, or one that does not exist yet.`,
      'radius.secretName',
    );
  };
  return {
    ...secrets,
    async read(name, ...further) {
      check(name);
      return secrets.read(name, ...further);
    },
    async write(name, ...further) {
      check(name);
      return secrets.write(name, ...further);
    },
    async tag(name, ...further) {
      check(name);
      return secrets.tag(name, ...further);
    },
    async disable(name, ...further) {
      check(name);
      return secrets.disable(name, ...further);
    },
    async retire(name, ...further) {
      check(name);
      return secrets.retire(name, ...further);
    },
    async delete(name) {
      check(name);
      return secrets.delete(name);
    },
  };
}

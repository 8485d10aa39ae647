import type { RadiusProbeAnswer } from '../../../shared/nps/model.ts';
import type { RadiusProbes, Secrets } from '../../../shared/ports.ts';
import { readSecret, type SecretReference } from './radius-secret.ts';

/** What each NPS server answers over RADIUS, in the order of the addresses; nobody is asked where `RADIUS_PROBE` is off. */
export const probeRadius =
  (secrets: Secrets, probes: RadiusProbes | undefined) =>
  async ({
    addresses,
    secret,
  }: {
    readonly addresses: readonly string[];
    readonly secret: SecretReference;
  }): Promise<readonly RadiusProbeAnswer[]> => {
    if (!probes) return [];
    const { value } = await readSecret(secrets, secret);
    return Promise.all(addresses.map((address) => probes.probe(address, value)));
  };

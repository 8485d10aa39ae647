import type { RadiusProbeAnswer } from '../../../shared/nps/model.ts';
import type { RadiusProbes, Secrets } from '../../../shared/ports.ts';
import type { SecretReference } from '../../../shared/secret/model.ts';
import { secretValues } from './radius-secret.ts';

/**
 * What each NPS server answers over RADIUS, in the order of the addresses. Nobody is asked when `RADIUS_PROBE` is off.
 */
export const probeRadius =
  (secrets: Secrets, probes: RadiusProbes | undefined) =>
  async ({
    addresses,
    secrets: references,
  }: {
    readonly addresses: readonly string[];
    readonly secrets: Readonly<Record<string, SecretReference>>;
  }): Promise<readonly RadiusProbeAnswer[]> => {
    if (!probes) return [];
    const values = await secretValues(secrets, references);
    return Promise.all(addresses.map((address) => probes.probe(address, values[address]!)));
  };

import type { SurveyedGateway } from '../../../shared/compliance/survey.ts';
import { usesRadius } from '../../../shared/gateway/authentication-types.ts';
import type { NpsAnswer } from '../../../shared/nps/checks/facts.ts';
import { radiusClientName } from '../../../shared/nps/desired-state.ts';
import { heldClient } from '../../../shared/nps/held-client.ts';
import type { RadiusProbeAnswer } from '../../../shared/nps/model.ts';
import { isProofOf, isSameSecret } from '../../../shared/nps/secret-proof.ts';
import type { RadiusProbes, Secrets, VpnGateways } from '../../../shared/ports.ts';
import type { SecretFacts } from '../../../shared/secret/checks/facts.ts';
import { unusableFor } from '../../../shared/secret/radius-secret.ts';
import { finalFailure } from './discovery.ts';
import type { SurveyedServers } from './survey.ts';

/** The result of comparing a secret in its three places. It holds neither a value nor a hash of the secret. */
export interface ComparedSecret {
  readonly facts: SecretFacts;
  /** Whether the NPS server proved that it holds the secret; undefined when it did not tell. */
  readonly sameOnNps: (answer: NpsAnswer | undefined) => boolean | undefined;
  /** Asks the server over RADIUS with the secret; undefined when the secret is not known. */
  readonly probed: (probes: RadiusProbes) => Promise<RadiusProbeAnswer | undefined>;
}

/**
 * Reads the shared secrets of a gateway in Key Vault and on the gateway, and compares them in memory by keyed hashes.
 * The result is in the order of its servers.
 */
export async function comparedSecrets(
  { gateways, secrets }: { readonly gateways: VpnGateways; readonly secrets: Secrets },
  { gateway, servers }: SurveyedGateway,
  { secretProofKey: key, secretsProblem }: SurveyedServers,
): Promise<readonly ComparedSecret[]> {
  if (!usesRadius(gateway)) return servers.map(() => nothing({ is: 'untracked' }));
  if (secretsProblem) return servers.map(() => unreadableSecret(`Key Vault was not read: ${secretsProblem}`));
  const isKnown = servers.some(({ secret, secretMissing }) => secret ?? secretMissing);
  const onGateway = isKnown
    ? await gateways.radiusSecrets(gateway.id).catch((error: unknown) => {
        finalFailure(error);
        return undefined;
      })
    : undefined;
  // Servers may share one secret.
  const read = new Map<string, ReturnType<Secrets['read']>>();
  return Promise.all(
    servers.map(async ({ address, host, secret, secretMissing }): Promise<ComparedSecret> => {
      const name = secretMissing ?? secret?.name;
      if (!name) return nothing({ is: 'untracked' });
      try {
        if (!read.has(name)) read.set(name, secrets.read(name, undefined, { mayBeExpired: true }));
        const inVault = await read.get(name);
        if (!inVault) return unreadableSecret(`Key Vault has no secret ${name}.`);
        const { value, createdAt, expiredAt } = inVault;
        const problem = unusableFor({ gatewayId: gateway.id, host }, inVault);
        const held = onGateway?.find((one) => one.address === address)?.secret;
        return {
          facts: {
            is: 'known',
            name,
            createdAt,
            ...(problem && { problem }),
            ...(expiredAt && { expiredAt }),
            ...(onGateway && {
              differsOnGateway: held === undefined || !isSameSecret(held, value, key),
            }),
          },
          probed: (probes) => probes.probe(address, value),
          sameOnNps(answer) {
            if (!answer || !('state' in answer)) return undefined;
            const { secretProof } = heldClient(answer.state, radiusClientName(gateway.id)) ?? {};
            return secretProof ? isProofOf(secretProof, value, key) : undefined;
          },
        };
      } catch (error) {
        return unreadableSecret(`Key Vault did not give ${name}: ${finalFailure(error).message}`);
      }
    }),
  );
}

const nothing = (facts: SecretFacts): ComparedSecret => ({
  facts,
  sameOnNps: () => undefined,
  probed: async () => undefined,
});
const unreadableSecret = (reason: string) => nothing({ is: 'unreadable', reason });

import { createHmac, timingSafeEqual } from 'node:crypto';
import type { SurveyedGateway } from '../../../shared/compliance/survey.ts';
import { sameId } from '../../../shared/core/resource-id.ts';
import { usesRadius } from '../../../shared/gateway/authentication-types.ts';
import type { NpsAnswer } from '../../../shared/nps/checks/facts.ts';
import { radiusClientName } from '../../../shared/nps/desired-state.ts';
import type { RadiusProbeAnswer } from '../../../shared/nps/model.ts';
import type { RadiusProbes, Secrets, VpnGateways } from '../../../shared/ports.ts';
import type { SecretFacts } from '../../../shared/secret/checks/facts.ts';
import { secretProblem } from '../../../shared/secret/radius-secret.ts';
import { finalFailure } from './discovery.ts';
import type { SurveyedServers } from './survey.ts';

/** What comparing the secret in its three places came to; neither a value nor a hash of it is here. */
export interface ComparedSecret {
  readonly facts: SecretFacts;
  /** Whether an NPS server proved to hold it; undefined when it did not tell. */
  readonly sameOnNps: (answer: NpsAnswer | undefined) => boolean | undefined;
  /** Asks a server over RADIUS with the secret; undefined where it is not known. */
  readonly probed: (probes: RadiusProbes, address: string) => Promise<RadiusProbeAnswer | undefined>;
}

/** Reads the shared secret of a gateway in Key Vault and on the gateway, and compares by keyed hashes in memory. */
export async function comparedSecret(
  { gateways, secrets }: { readonly gateways: VpnGateways; readonly secrets: Secrets },
  { gateway, secret, secretMissing }: SurveyedGateway,
  { secretProofKey: key, secretsProblem }: SurveyedServers,
): Promise<ComparedSecret> {
  if (!usesRadius(gateway)) return nothing({ is: 'untracked' });
  if (secretsProblem) return unreadable(`Key Vault was not read: ${secretsProblem}`);
  const name = secretMissing ?? secret?.name;
  if (!name) return nothing({ is: 'untracked' });
  try {
    const held = await secrets.read(name, undefined, { evenExpired: true });
    if (!held) return unreadable(`Key Vault has no secret ${name}.`);
    const { value, createdAt } = held;
    const onGateway = await gateways.radiusSecrets(gateway.id).catch((error: unknown) => {
      finalFailure(error);
      return undefined;
    });
    const problem = secretProblem(value);
    const named = gateway.pointToSite!.radiusServers.map(({ address }) => address);
    return {
      facts: {
        is: 'known',
        name,
        createdAt,
        ...(problem && { problem }),
        ...(onGateway && {
          differsOnGateway: onGateway
            .filter((one) => named.includes(one.address) && !equal(hmac(key, one.secret), hmac(key, value)))
            .map(({ address }) => address),
        }),
      },
      probed: (probes, address) => probes.probe(address, value),
      sameOnNps(answer) {
        if (!answer || !('state' in answer)) return undefined;
        const client = answer.state.radiusClients.find((one) =>
          sameId(one.name, radiusClientName(gateway.id)),
        );
        const { secretProof } = client ?? {};
        return secretProof ? equal(Buffer.from(secretProof, 'base64'), hmac(key, value)) : undefined;
      },
    };
  } catch (error) {
    return unreadable(`Key Vault did not give ${name}: ${finalFailure(error).message}`);
  }
}

const nothing = (facts: SecretFacts): ComparedSecret => ({
  facts,
  sameOnNps: () => undefined,
  probed: async () => undefined,
});
const unreadable = (reason: string) => nothing({ is: 'unreadable', reason });

const hmac = (key: string, secret: string) =>
  createHmac('sha256', Buffer.from(key, 'base64')).update(secret, 'utf8').digest();

const equal = (one: Buffer, other: Buffer) => one.length === other.length && timingSafeEqual(one, other);

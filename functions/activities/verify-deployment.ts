import { createHmac, timingSafeEqual } from 'node:crypto';
import { type Problem, refused } from '../../shared/errors.ts';
import { gatewayDifferences } from '../../shared/gateway.ts';
import { npsDesiredState, npsDifferences, radiusClientName } from '../../shared/nps.ts';
import type { Plan } from '../../shared/plan.ts';
import type { GatewayWish, RadiusProbes, Secrets, VpnGateways } from '../../shared/ports.ts';
import { sameId } from '../../shared/resource-id.ts';
import type { NpsAnswer } from './nps.ts';
import { readSecret, type SecretReference } from './radius-secret.ts';

export interface VerifyOrder {
  readonly gatewayId: string;
  readonly wish: GatewayWish;
  readonly secret: SecretReference;
  readonly plan: Plan;
  /** What each NPS server read back of itself after it was configured, in the order of the plan's servers. */
  readonly npsServers: readonly NpsAnswer[];
  readonly proofKey: string;
}

const probeCodes = {
  'accepts anyone': 'RadiusAcceptsAnyone',
  'secret mismatch': 'RadiusSecretMismatch',
  'no answer': 'RadiusNoAnswer',
} as const;

/** Holds both sides against the plan: the gateway as Azure returns it, each NPS server as it read itself back, one secret in all. */
export const verifyDeployment =
  (gateways: VpnGateways, secrets: Secrets, probes: RadiusProbes | undefined) =>
  async ({ gatewayId, wish, secret, plan, npsServers, proofKey }: VerifyOrder): Promise<string> => {
    const { value } = await readSecret(secrets, secret);
    const [gateway, held] = await Promise.all([gateways.read(gatewayId), gateways.radiusSecrets(gatewayId)]);
    const problems: Problem[] = [];
    const wrong = (code: string, message: string, target: string) => problems.push({ code, message, target });

    if (!gateway) wrong('GatewayGone', 'The gateway is not there any more.', gatewayId);
    for (const difference of gateway ? gatewayDifferences(gateway, wish) : [])
      wrong('GatewayDiffers', `The gateway is not as planned: ${difference}.`, gatewayId);
    for (const { address } of wish.pointToSite.radiusServers) {
      const onGateway = held.find((server) => server.address === address);
      if (onGateway?.secret !== value)
        wrong(
          'GatewaySecretDiffers',
          `The gateway holds another secret for ${address} than Key Vault.`,
          gatewayId,
        );
    }
    for (const [index, { state }] of npsServers.entries()) {
      const { host } = plan.servers[index]!;
      for (const difference of npsDifferences(npsDesiredState(plan, plan.npsExtras), state))
        wrong('NpsDiffers', `The NPS server is not as planned: ${difference}.`, host);
      const client = radiusClientName(plan.gatewayId);
      const proof = state.radiusClients.find(({ name }) => sameId(name, client))?.secretProof;
      if (!proof || !proves(proof, value, proofKey))
        wrong('NpsSecretDiffers', `The RADIUS client ${client} has another secret than Key Vault.`, host);
    }
    const answers = await Promise.all(
      (probes ? plan.servers : []).map(({ address }) => probes!.probe(address, value)),
    );
    for (const [index, answer] of answers.entries()) {
      if (answer.outcome !== 'ok')
        wrong(probeCodes[answer.outcome], answer.message, plan.servers[index]!.host);
    }
    if (problems.length > 0) {
      const sentences = problems.map(({ message }) => message).join(' ');
      throw refused('VerificationFailed', `Read back after everything was written: ${sentences}`, problems);
    }
    const servers = npsServers.length === 1 ? 'the NPS server' : `${npsServers.length} NPS servers`;
    const asked = answers.map((answer) =>
      'milliseconds' in answer ? `RADIUS answers in ${answer.milliseconds} ms` : '',
    );
    return [`The gateway and ${servers} are as planned and hold the same secret`, ...asked].join('; ');
  };

function proves(proof: string, secret: string, key: string): boolean {
  const expected = createHmac('sha256', Buffer.from(key, 'base64')).update(secret, 'utf8').digest();
  const given = Buffer.from(proof, 'base64');
  return given.length === expected.length && timingSafeEqual(given, expected);
}

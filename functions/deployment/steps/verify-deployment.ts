import { type Failure, type Problem, refused } from '../../../shared/core/errors.ts';
import { nameOf } from '../../../shared/core/resource-id.ts';
import type { Plan, Verification } from '../../../shared/deployment/contract.ts';
import { gatewayDifferences } from '../../../shared/gateway/differences.ts';
import type { GatewayForm, GatewayWish } from '../../../shared/gateway/model.ts';
import { rebased } from '../../../shared/gateway/rebase.ts';
import { npsCheckOf } from '../../../shared/nps/checks/table.ts';
import { unseenGates } from '../../../shared/nps/checks/unseen-gates.ts';
import { failing, worthTelling } from '../../../shared/nps/checks/verdicts.ts';
import { probeClientName, radiusClientName } from '../../../shared/nps/desired-state.ts';
import { heldClient } from '../../../shared/nps/held-client.ts';
import type { RadiusProbeAnswer } from '../../../shared/nps/model.ts';
import { isProofOf } from '../../../shared/nps/secret-proof.ts';
import type { Rows, Secrets, VpnGateways } from '../../../shared/ports.ts';
import type { SecretReference } from '../../../shared/secret/model.ts';
import { disableTwins, openSecret } from '../secret/agreed-version.ts';
import type { NpsOutcome } from './nps.ts';
import { secretValues } from './radius-secret.ts';

export interface VerifyOrder {
  readonly gatewayId: string;
  readonly wish: GatewayWish;
  /** The gateway as the plan found it. */
  readonly before?: GatewayForm | undefined;
  /** By the addresses of the RADIUS servers that the plan is about. */
  readonly secrets: Readonly<Record<string, SecretReference>>;
  readonly plan: Plan;
  /** In the order of the plan's servers. */
  readonly npsServers: readonly NpsReading[];
  readonly proofKey: string;
  readonly deploymentId: string;
  /** Undefined at the end of the deployment. */
  readonly moment?: VerifyMoment | undefined;
}

/** When it is verified, other than at the end: before the gateway is written, or before it is written again. */
export type VerifyMoment = 'beforeGateway' | 'betweenWrites';

const readBack: Readonly<Record<VerifyMoment | 'atTheEnd', string>> = {
  beforeGateway: 'Read again before the gateway is written',
  betweenWrites: 'Read again before a RADIUS server is removed from the gateway',
  atTheEnd: 'Read again after everything was written',
};

/** What is known of an NPS server after everything was written. */
export interface NpsReading {
  /** The state that it read back. */
  readonly answer: NpsOutcome;
  /** What it answered over RADIUS, when it was asked. */
  readonly probe?: RadiusProbeAnswer;
  /** Why its state could not be read again after it had not answered the probe. Then `answer` is older. */
  readonly failure?: Failure;
}

/** `detail` says the result in one sentence. */
export interface Verified {
  readonly detail: string;
  readonly verification: Verification;
}

const probeCodes = {
  'accepts anyone': 'RadiusAcceptsAnyone',
  'secret mismatch': 'RadiusSecretMismatch',
  'no answer': 'RadiusNoAnswer',
} as const;

/**
 * Checks both sides against the plan: the gateway as Azure returns it, the state that each NPS server read back, and
 * that both sides have one secret.
 */
export const verifyDeployment =
  (gateways: VpnGateways, secrets: Secrets, rows: Rows) =>
  async (order: VerifyOrder): Promise<Verified> => {
    const { npsServers, moment } = order;
    const values = await secretValues(secrets, order.secrets);
    const ofGateway = moment === 'beforeGateway' ? [] : await gatewayProblems(gateways, order, values);
    const servers = npsServers.map((reading, index) => judged(order, index, reading, values));
    const problems = [
      ...ofGateway,
      ...(await outdatedSecrets(secrets, rows, order)),
      ...servers.flatMap((server) => server.problems),
    ];
    if (problems.length > 0) {
      const sentences = problems.map(({ message }) => message).join(' ');
      throw refused('VerificationFailed', `${readBack[moment ?? 'atTheEnd']}: ${sentences}`, problems);
    }
    const all = npsServers.length === 1 ? 'the NPS server' : `${npsServers.length} NPS servers`;
    const detail = [
      moment === 'beforeGateway'
        ? `${servers.map(({ found }) => found.address).join(' and ')} on NPS as planned, with the secret that the gateway will get`
        : `The gateway and ${all} are as planned and hold the same secret`,
      ...servers.flatMap(({ told }) => told),
    ].join('; ');
    return { detail, verification: { problems: [], servers: servers.map(({ found }) => found) } };
  };

async function gatewayProblems(
  gateways: VpnGateways,
  { gatewayId, wish, before }: VerifyOrder,
  values: Readonly<Record<string, string>>,
): Promise<Problem[]> {
  const [read, held] = await Promise.all([gateways.read(gatewayId), gateways.radiusSecrets(gatewayId)]);
  // It was written a moment ago: one 404 is not enough to say that it is gone.
  const gateway = read ?? (await gateways.read(gatewayId));
  const problem = (code: string, message: string) => ({ code, message, target: gatewayId });
  const differing = wish.pointToSite.radiusServers.filter(
    ({ address }) =>
      values[address] !== undefined &&
      held.find((server) => server.address === address)?.secret !== values[address],
  );
  return [
    ...(gateway ? [] : [problem('GatewayGone', 'The gateway no longer exists.')]),
    // What somebody else changed meanwhile, and the plan does not touch, is theirs.
    ...(gateway ? gatewayDifferences(gateway, before ? rebased(wish, before, gateway).wish : wish) : []).map(
      ({ found }) => problem('GatewayDiffers', `The gateway is not as planned: ${found}.`),
    ),
    ...differing.map(({ address }) =>
      problem('GatewaySecretDiffers', `For ${address} the gateway holds a different secret than Key Vault.`),
    ),
  ];
}

/**
 * When two write at once, the newest version may not be the version that both sides have. A second version of this
 * deployment, whose writer died before it could disable it, is no such version: it is disabled here, older ones too.
 */
async function outdatedSecrets(
  secrets: Secrets,
  rows: Rows,
  { secrets: references, deploymentId }: VerifyOrder,
): Promise<Problem[]> {
  const problems: Problem[] = [];
  for (const { name, version } of new Map(
    Object.values(references).map((reference) => [reference.name, reference]),
  ).values()) {
    const { found } = await openSecret(secrets, rows, name);
    if (found?.version === version) {
      if (found.madeBy === deploymentId) await disableTwins(secrets, name, found);
      continue;
    }
    const message = `Key Vault has got a newer version of ${name} in the meantime. Rotate the secret (POST /api/rotations), so that gateway, NPS and Key Vault hold the same one.`;
    problems.push({ code: 'SecretOutdated', message, target: name });
  }
  return problems;
}

function judged(
  { plan, proofKey, moment }: VerifyOrder,
  index: number,
  reading: NpsReading,
  values: Readonly<Record<string, string>>,
) {
  const { answer, probe, failure } = reading;
  const { host, address } = plan.servers[index]!;
  const secret = values[address]!;
  const name = nameOf(host);
  const problems: Problem[] = [];
  const told: string[] = [];
  const wrong = (code: string, message: string) => problems.push({ code, message, target: host });
  /** Undefined when NPS has no such client, or several secrets for it. */
  const holdsSecret = (client: string): boolean | undefined => {
    const proof = heldClient(answer.state, client)?.secretProof;
    return proof ? isProofOf(proof, secret, proofKey) : undefined;
  };

  for (const { id, message } of failing(answer.findings))
    if (id === 'sign-in-blocked') wrong('SignInBlocked', `The NPS server ${name}: ${message}`);
    else wrong('NpsDiffers', `The NPS server ${name}: ${message} To fix it: ${npsCheckOf.get(id)!.fix}`);
  const client = radiusClientName(plan.gatewayId);
  if (!holdsSecret(client))
    wrong('NpsSecretDiffers', `The RADIUS client ${client} has a different secret than Key Vault.`);
  if (failure) wrong(failure.code, `${name} could not be read again: ${failure.message}`);

  if (probe?.outcome === 'ok') told.push(`RADIUS answers in ${probe.milliseconds} ms`);
  else if (probe?.outcome === 'accepts anyone') wrong(probeCodes[probe.outcome], `${name}: ${probe.message}`);
  // All gateways of an NPS server share its one probe client, which holds the secret of the last deployment. Users
  // depend on the gateway's own client.
  else if (probe && holdsSecret(probeClientName) === false) {
    if (holdsSecret(client))
      told.push(`RADIUS not checked on ${name}: ${probeClientName} now has the secret of another gateway`);
    // A server that demands the Message-Authenticator attribute is silent in this case.
    else wrong('RadiusSecretMismatch', `${name}: ${probe.message}`);
  } else if (probe) wrong(probeCodes[probe.outcome], `${name}: ${probe.message}`);

  const open = worthTelling(answer.findings);
  if (open.length > 0) told.push(`open on ${name}: ${open.map(({ id }) => id).join(', ')}`);
  const unseen = moment === undefined && unseenGates(answer);
  if (unseen) told.push(`${name}: ${unseen}`);
  const found = {
    host,
    address,
    ...(probe && { radius: probe.outcome }),
    open: open.map(({ id }) => id),
  };
  return { problems, told, found };
}

import { once, resultOf, type Step, steps, together } from '../../../shared/core/durable.ts';
import { failed, failureOf, VpnRadiusError } from '../../../shared/core/errors.ts';
import type { Plan, PlannedServer, Rotation } from '../../../shared/deployment/contract.ts';
import { gatewayInstanceId } from '../../../shared/deployment/ids.ts';
import { rotationTurns } from '../../../shared/secret/rotation.ts';
import type { Activities } from '../../steps.ts';
import { npsOrder } from '../both-sides.ts';
import type { Run } from '../run.ts';
import type { GatewayOrder } from '../steps/gateway.ts';
import type { NpsAnswer } from '../steps/nps.ts';
import type { RotatedSecret } from '../steps/rotate-secret.ts';
import { published } from '../telling/keep-telling.ts';
import { verified } from '../verification.ts';

/** Stores a new version, or finds the one that an earlier rotation has not brought to both sides. */
export function* newSecret(run: Run, plan: Plan, rotation: Rotation): Step<RotatedSecret> {
  const { context, progress } = run;
  const { secretName: name, gatewayId } = plan;
  const now = context.df.currentUtcDateTime.toISOString();
  const secret = yield* run.step.rotateRadiusSecret({ ...rotation, gatewayId, name, now });
  progress.found({
    ...(secret.previous && { previousSecretVersion: secret.previous }),
    changes: secret.created ? [`version ${secret.version} of the Key Vault secret ${name} stored`] : [],
  });
  return secret;
}

export const whatIsNew = ({ name, version, created }: RotatedSecret) =>
  created
    ? `Version ${version} of ${name} generated and stored in Key Vault`
    : `Carries on with version ${version} of ${name}, which Key Vault has already`;

/**
 * Gives the secret to one server after the other, on both its sides before the next one's turn: of two servers, one
 * always agrees with the gateway. With an only server there is no way around a gap.
 */
export function* rotated(
  run: Run,
  plan: Plan,
  order: GatewayOrder,
  secret: RotatedSecret,
  proofKey: string,
): Step<void> {
  const { progress } = run;
  const turns = rotationTurns(plan.servers);
  const answers = new Map<string, NpsAnswer>();
  const begun: string[] = [];
  progress.end('gateway', 'Skipped', 'A rotation leaves the gateway as it is but for the shared secret');
  try {
    for (const [index, server] of turns.entries()) {
      begun.push(server.address);
      const answer = yield* progress.stage(
        'nps',
        npsGets(run, plan, server, order, proofKey),
        () =>
          `${turns
            .slice(0, index + 1)
            .map(machine)
            .join(' and ')}: version ${secret.version}`,
      );
      answers.set(server.address, answer);
      const later = turns.slice(index + 1).map(({ address }) => address);
      const keepsSecretOf = [...later, ...(order.keepsSecretOf ?? [])];
      yield* progress.stage('pointToSite', gatewayGets(run, { ...order, keepsSecretOf }, index));
    }
    const inOrder = plan.servers.map(({ address }) => answers.get(address)!);
    yield* progress.stage('verify', verified(run, plan, order, inOrder, proofKey));
  } catch (error) {
    const failure = failureOf(error);
    const holders = yield* whoHasWhich(run, plan, secret, { begun, done: [...answers.keys()] });
    throw new VpnRadiusError({ ...failure, message: `${failure.message} ${holders}` });
  }
  progress.found({ gatewayId: plan.gatewayId });
  yield* rotationAnnounced(run, plan, secret);
}

function* npsGets(
  run: Run,
  plan: Plan,
  server: PlannedServer,
  order: GatewayOrder,
  proofKey: string,
): Step<NpsAnswer> {
  const { context, progress, canceled } = run;
  const branch = {
    orchestration: 'configureNpsServer',
    instanceId: `${run.id}-nps-${plan.servers.indexOf(server) + 1}`,
    input: npsOrder(context.df.instanceId, plan, server, order, proofKey),
  };
  progress.tell({ branches: [branch.instanceId] });
  const [outcome] = yield* together(context, [branch]);
  progress.tell({ branches: [] });
  if ('failure' in outcome!) {
    const { failure } = outcome;
    throw new VpnRadiusError({
      ...failure,
      message: `${machine(server)}: ${failure.message}`,
      target: server.host,
    });
  }
  const answer = resultOf<NpsAnswer>(outcome!);
  progress.found({ changes: answer.changes.map(({ what }) => `${machine(server)}: ${what}`) });
  canceled.throwIfRaised();
  return answer;
}

/** Somebody else may be writing the gateway, and looks like us while they do: it is compared until it has the secret. */
const mostWrites = 3;

function* gatewayGets({ step, context, progress, canceled, stamp }: Run, order: GatewayOrder, turn: number) {
  const { gatewayId } = order;
  const changed: string[] = [];
  for (let write = 1; ; write++) {
    const differences = yield* step.compareGateway(order);
    if (differences.length === 0) return changed.join('; ') || 'The gateway has it already';
    if (write > mostWrites)
      throw failed(
        'GatewayDiffers',
        `The gateway was written by somebody else meanwhile: ${differences.map(({ found }) => found).join('; ')}.`,
        gatewayId,
      );
    const instanceId = `${gatewayInstanceId(gatewayId)}-${stamp}-${turn + 1}-${write}-p2s`;
    progress.tell({ branches: [instanceId] });
    const [outcome] = yield* together(context, [
      { orchestration: 'provisionGateway', instanceId, input: order },
    ]);
    progress.tell({ branches: [] });
    if ('value' in outcome!) {
      const changes = differences.map(({ done }) => done);
      changed.push(...changes);
      progress.found({ changes });
    }
    canceled.throwIfRaised();
    resultOf(outcome!);
  }
}

/** Says after a failure which server has which version on which side, and how to go on. */
function* whoHasWhich(
  { context }: Run,
  plan: Plan,
  secret: RotatedSecret,
  nps: { readonly begun: readonly string[]; readonly done: readonly string[] },
): Step<string> {
  const { gatewayId } = plan;
  const before = secret.previous ? `version ${secret.previous}` : 'the secret of before';
  let onGateway: readonly string[] | undefined;
  try {
    // Not a step of the run, which ends with a cancel.
    onGateway = yield* steps<Activities>(context, once).readSecretHolders({ gatewayId, secret });
  } catch {
    // Then it may have either.
  }
  const now = `version ${secret.version}`;
  const sides = rotationTurns(plan.servers).map((server) => {
    const { address } = server;
    // An NPS server that failed, or was not waited for, may have taken it all the same.
    const onNps = nps.done.includes(address)
      ? `has ${now}`
      : nps.begun.includes(address)
        ? `has ${now} or ${before}`
        : 'is untouched';
    const onItsGateway = onGateway?.includes(address) ? now : onGateway ? before : `${now} or ${before}`;
    return `RADIUS server ${address}: ${machine(server)} ${onNps}, the gateway has ${onItsGateway}.`;
  });
  return `Key Vault secret ${secret.name}: ${sides.join(' ')} Send the rotation again: it carries on with version ${secret.version}.`;
}

/** Tells subscribers that the secret is another, by its version. */
function* rotationAnnounced({ id, context }: Run, plan: Plan, secret: RotatedSecret): Step<void> {
  const { virtualNetworkId, gatewayId } = plan;
  yield* published(context, {
    id: `${id}-rotated`,
    type: 'VpnRadius.Secret.Rotated',
    subject: virtualNetworkId,
    time: context.df.currentUtcDateTime.toISOString(),
    data: {
      deploymentId: context.df.instanceId,
      virtualNetworkId,
      gatewayId,
      secretName: secret.name,
      secretVersion: secret.version,
      ...(secret.previous && { previousSecretVersion: secret.previous }),
    },
  });
}

const machine = ({ host }: PlannedServer) => host.split('/').at(-1)!;

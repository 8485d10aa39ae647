import { type Outcome, runTogether, type Step, valueOrThrow } from '../../../shared/core/durable.ts';
import { failed, failureOf, VpnRadiusError } from '../../../shared/core/errors.ts';
import type { Plan, PlannedServer, Rotation } from '../../../shared/deployment/contract.ts';
import { gatewayInstanceId } from '../../../shared/deployment/ids.ts';
import { madeOnNps } from '../../../shared/deployment/removal/made.ts';
import { rotationTurns } from '../../../shared/secret/rotation.ts';
import { npsOrder } from '../both-sides.ts';
import type { GatewayOrder } from '../gateway/order.ts';
import { changesOnServer } from '../nps/changes-on-server.ts';
import type { Run } from '../run.ts';
import type { NpsOutcome } from '../steps/nps.ts';
import type { RotatedSecret } from '../steps/rotate-secret.ts';
import { tellTopic } from '../telling/keep-telling.ts';
import { verifyBothSides } from '../verification.ts';
import { machineName, rollBack, sayWhoHasWhich } from './roll-back.ts';
import { signInGap } from './sign-in-gap.ts';

/**
 * Stores a new version for each server, or finds the version that an earlier rotation has not brought to both sides.
 */
export function* makeNewSecrets(run: Run, plan: Plan, rotation: Rotation): Step<readonly RotatedSecret[]> {
  const { context, progress, id: deploymentId } = run;
  const { gatewayId, otherServers } = plan;
  const hasOthers = plan.servers.length + otherServers.length > 1;
  const now = context.df.currentUtcDateTime.toISOString();
  const secrets: RotatedSecret[] = [];
  for (const { address, host, secretName: name } of plan.servers) {
    const secret = yield* run.step.rotateRadiusSecret({
      ...rotation,
      address,
      host,
      gatewayId,
      name,
      hasOthers,
      deploymentId,
      now,
    });
    secrets.push(secret);
    progress.addToResult({
      secrets: secrets.map(({ wasCreated: _, ...kept }) => kept),
      secretVersion: secrets[0]!.version,
      ...(secrets[0]!.previous && { previousSecretVersion: secrets[0]!.previous }),
      changes: secret.wasCreated ? [`version ${secret.version} of the Key Vault secret ${name} stored`] : [],
      made: secret.wasCreated ? [{ what: 'secret', id: name, version: secret.version }] : [],
    });
  }
  return secrets;
}

export const whatIsNew = (secrets: readonly RotatedSecret[]) =>
  secrets
    .map(({ name, version, wasCreated }) =>
      wasCreated
        ? `Version ${version} of ${name} generated and stored in Key Vault`
        : `Continues with version ${version} of ${name}, which already is in Key Vault`,
    )
    .join('; ');

/**
 * Gives the secret to one server after the other, to both sides of one before the next begins. So with two servers one
 * always agrees with the gateway. With only one server a gap cannot be avoided; it is measured. After a failure between
 * the two sides, both go back to the version that they still share. `names` are those under which the earlier secret
 * may be in Key Vault.
 */
export function* rotateInTurns(
  run: Run,
  plan: Plan,
  order: GatewayOrder,
  names: readonly string[],
  proofKey: string,
): Step<void> {
  const { progress } = run;
  const versionOf = ({ address }: PlannedServer) => order.secrets[address]!.version;
  const turns = rotationTurns(plan.servers);
  const answers = new Map<string, NpsOutcome>();
  const started: string[] = [];
  const onBoth: string[] = [];
  const gap = signInGap(run, plan);
  progress.end('gateway', 'Skipped', 'A rotation changes only the shared secret of the gateway');
  try {
    for (const [index, server] of turns.entries()) {
      // For the servers whose turn comes later, the gateway keeps the secret that it holds.
      const secrets = Object.fromEntries(
        turns.slice(0, index + 1).map(({ address }) => [address, order.secrets[address]!]),
      );
      const answer = yield* progress.runStage('nps', takeTurnOnNps({ ...order, secrets }, server), () =>
        turns
          .slice(0, index + 1)
          .map((one) => `${machineName(one)}: version ${versionOf(one)}`)
          .join('; '),
      );
      answers.set(server.address, answer);
      yield* progress.runStage('pointToSite', takeTurnOnGateway({ ...order, secrets }, index));
      onBoth.push(server.address);
    }
    const inOrder = plan.servers.map(({ address }) => answers.get(address)!);
    yield* progress.runStage('verify', verifyBothSides(run, plan, order, inOrder, proofKey));
  } catch (error) {
    const failure = failureOf(error);
    const reached = { started, onNps: [...answers.keys()], onBoth };
    const { shared, problem } = yield* rollBack(run, plan, order, reached, names, proofKey);
    const holders = yield* sayWhoHasWhich(run, plan, order, reached, shared);
    const gone = shared && gap.ends();
    const told = [failure.message, ...(problem ? [problem] : []), ...(gone ? [`${gone}.`] : []), holders];
    throw new VpnRadiusError({ ...failure, message: told.join(' ') });
  }
  progress.addToResult({ gatewayId: plan.gatewayId });
  yield* announceRotation(run, plan);

  function* takeTurnOnNps(its: GatewayOrder, server: PlannedServer): Step<NpsOutcome> {
    // While somebody else writes the gateway, it would not get the new secret, and NPS would have it already.
    yield* run.step.compareGateway(its);
    started.push(server.address);
    gap.mayBegin();
    const answer = yield* giveSecretToNps(run, plan, server, order, proofKey);
    gap.begins(answer);
    run.canceled.throwIfRaised();
    return answer;
  }

  function* takeTurnOnGateway(its: GatewayOrder, index: number): Step<string> {
    const done = yield* giveSecretToGateway(run, its, index);
    return [done, gap.ends()].filter((one) => one).join('. ');
  }
}

function* giveSecretToNps(
  run: Run,
  plan: Plan,
  server: PlannedServer,
  order: GatewayOrder,
  proofKey: string,
): Step<NpsOutcome> {
  const { context, progress } = run;
  const branch = {
    orchestration: 'configureNpsServer',
    instanceId: `${run.id}-nps-${plan.servers.indexOf(server) + 1}`,
    input: npsOrder(context.df.instanceId, plan, server, order, proofKey),
  };
  progress.tell({ branches: [branch.instanceId] });
  const [outcome] = (yield* runTogether(context, [branch])) as readonly Outcome<NpsOutcome>[];
  progress.tell({ branches: [] });
  progress.addToResult({ changes: changesOnServer(server.host, outcome!) });
  if ('failure' in outcome!) {
    const { failure } = outcome;
    throw new VpnRadiusError({
      ...failure,
      message: `${machineName(server)}: ${failure.message}`,
      target: server.host,
    });
  }
  const answer = valueOrThrow<NpsOutcome>(outcome!);
  progress.addToResult({ made: madeOnNps(server.host, answer.changes) });
  return answer;
}

/**
 * Somebody else may be writing the gateway, and their write looks like ours. So the gateway is compared until it has
 * the secret.
 */
const mostWrites = 3;

function* giveSecretToGateway(
  { step, context, progress, canceled, stamp }: Run,
  order: GatewayOrder,
  turn: number,
) {
  const { gatewayId } = order;
  const changed: string[] = [];
  for (let write = 1; ; write++) {
    const differences = yield* step.compareGateway(order);
    if (differences.length === 0) return changed.join('; ') || 'The gateway already has it';
    if (write > mostWrites)
      throw failed(
        'GatewayDiffers',
        `Somebody else wrote the gateway in the meantime: ${differences.map(({ found }) => found).join('; ')}.`,
        gatewayId,
      );
    const instanceId = `${gatewayInstanceId(gatewayId)}-${stamp}-${turn + 1}-${write}-p2s`;
    progress.tell({ branches: [instanceId] });
    const [outcome] = yield* runTogether(context, [
      { orchestration: 'provisionGateway', instanceId, input: order },
    ]);
    progress.tell({ branches: [] });
    if ('value' in outcome!) {
      const changes = differences.map(({ done }) => done);
      changed.push(...changes);
      progress.addToResult({ changes });
    }
    canceled.throwIfRaised();
    valueOrThrow(outcome!);
  }
}

/** Tells subscribers that the secret has changed, by its version. */
function* announceRotation({ id, context, progress }: Run, plan: Plan): Step<void> {
  const { secretVersion, previousSecretVersion, secrets = [] } = progress.status.result ?? {};
  const { virtualNetworkId, gatewayId } = plan;
  const untold = yield* tellTopic(context, {
    id: `${id}-rotated`,
    type: 'VpnRadius.Secret.Rotated',
    subject: virtualNetworkId,
    time: context.df.currentUtcDateTime.toISOString(),
    data: {
      deploymentId: context.df.instanceId,
      virtualNetworkId,
      gatewayId,
      secretName: secrets[0]?.name,
      secretVersion,
      ...(previousSecretVersion && { previousSecretVersion }),
      secrets,
    },
  });
  progress.noteUntold(untold);
}

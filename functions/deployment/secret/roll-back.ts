import { once, runTogether, type Step, steps, valueOrThrow } from '../../../shared/core/durable.ts';
import { failureOf } from '../../../shared/core/errors.ts';
import { nameOf, sameId } from '../../../shared/core/resource-id.ts';
import type { Plan, PlannedServer } from '../../../shared/deployment/contract.ts';
import type { SecretReference } from '../../../shared/secret/model.ts';
import { rotationTurns } from '../../../shared/secret/rotation.ts';
import type { Activities } from '../../steps.ts';
import { npsOrder } from '../both-sides.ts';
import type { GatewayOrder } from '../gateway/order.ts';
import type { Run } from '../run.ts';
import type { NpsOutcome } from '../steps/nps.ts';

/** Which servers have the new version of their secret. */
export interface Reached {
  /** By the addresses of the servers. NPS may have taken the new version. */
  readonly started: readonly string[];
  /** NPS has said that it took the new version. */
  readonly onNps: readonly string[];
  /** The gateway has the new version too. */
  readonly onBoth: readonly string[];
}

/**
 * After a failure between the two sides of a server, gives its NPS the version back that the gateway still has, so that
 * users can sign in again. `shared` is that version, and `problem` says why it could not be given back. Empty when no
 * server is between its two sides.
 */
export function* rollBack(
  run: Run,
  plan: Plan,
  order: GatewayOrder,
  { started, onBoth }: Reached,
  names: readonly string[],
  proofKey: string,
): Step<{ readonly shared?: SecretReference; readonly problem?: string }> {
  const { context, progress } = run;
  const between = plan.servers.find(({ address }) => started.includes(address) && !onBoth.includes(address));
  if (!between) return {};
  const { gatewayId } = order;
  const { address, host, secretName } = between;
  try {
    // Runs outside the steps of the run, because a canceled rotation must not shut anybody out either. It waits while
    // the gateway is being written.
    const shared = yield* steps<Activities>(context).findSecretOnGateway({
      gatewayId,
      address,
      host,
      names: [...new Set([secretName, ...names])],
    });
    if (!shared || isSameVersion(shared, order.secrets[address]!)) return {};
    const branch = {
      orchestration: 'configureNpsServer',
      instanceId: `${run.id}-nps-${plan.servers.indexOf(between) + 1}-back`,
      input: npsOrder(
        // Not the name of the run before, because its removal may still be under way.
        `${run.id} back`,
        plan,
        between,
        { secrets: { [address]: shared }, cancelLock: undefined },
        proofKey,
      ),
    };
    progress.tell({ branches: [branch.instanceId] });
    const [outcome] = yield* runTogether(context, [branch]);
    progress.tell({ branches: [] });
    valueOrThrow<NpsOutcome>(outcome!);
    progress.addToResult({
      changes: [
        `${nameOf(host)}: the RADIUS client has version ${shared.version} of ${shared.name} again, as the gateway has`,
      ],
    });
    return { shared };
  } catch (error) {
    progress.tell({ branches: [] });
    const { message } = failureOf(error);
    return { problem: `${nameOf(host)} could not get the earlier version of the secret back: ${message}` };
  }
}

const isSameVersion = (one: SecretReference, other: SecretReference) =>
  sameId(one.name, other.name) && one.version === other.version;

/** Says after a failure which side of which server has which version, and how to go on. */
export function* sayWhoHasWhich(
  { context, progress }: Run,
  plan: Plan,
  { gatewayId, secrets }: GatewayOrder,
  { started, onNps }: Reached,
  back: SecretReference | undefined,
): Step<string> {
  let onGateway: readonly string[] | undefined;
  try {
    // Runs outside the steps of the run, which a cancel ends.
    onGateway = yield* steps<Activities>(context, once).readSecretHolders({ gatewayId, secrets });
  } catch {
    // Then the gateway may have either version.
  }
  const sides = rotationTurns(plan.servers).map((server) => {
    const { address } = server;
    const { name, version } = secrets[address]!;
    const previous = progress.status.result?.secrets?.find((one) => one.address === address)?.previous;
    const isBack = back !== undefined && started.at(-1) === address;
    const now = `version ${version}`;
    const before = isBack
      ? `version ${back.version}`
      : previous
        ? `version ${previous}`
        : 'the previous secret';
    // An NPS server that failed, or was not waited for, may still have taken the new version.
    const holds = isBack
      ? `has ${before} again`
      : onNps.includes(address)
        ? `has ${now}`
        : started.includes(address)
          ? `has ${now} or ${before}`
          : 'is unchanged';
    const onItsGateway = onGateway?.includes(address)
      ? now
      : onGateway || isBack
        ? before
        : `${now} or ${before}`;
    return `RADIUS server ${address}, Key Vault secret ${name}: ${machineName(server)} ${holds}, the gateway has ${onItsGateway}.`;
  });
  return `${sides.join(' ')} Send the rotation again: it continues with the versions that Key Vault has.`;
}

export const machineName = ({ host }: PlannedServer) => nameOf(host);

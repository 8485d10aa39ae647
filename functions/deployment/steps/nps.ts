import type { InvocationContext } from '@azure/functions';
import { failed, VpnRadiusError } from '../../../shared/core/errors.ts';
import { redacted, redactedIn } from '../../../shared/core/redacted.ts';
import type { NpsHostStatus, NpsRunState } from '../../../shared/nps/model.ts';
import { type NpsResult, type NpsState, parseNpsResult } from '../../../shared/nps/result.ts';
import { runFailure, serverFailure } from '../../../shared/nps/run-failure.ts';
import type { Accepted, NpsServers, Rows, Secrets } from '../../../shared/ports.ts';
import type { SecretReference } from '../../../shared/secret/model.ts';
import type { Cancelable } from '../../decisions/cancel-signal.ts';
import { type Cause, giveTurn, type Holder, isBranchOver, takeNpsTurn } from '../nps/turn.ts';
import { readSecret } from './radius-secret.ts';

/** The answer of an NPS server that did what it was asked. */
export type NpsOutcome = Extract<NpsResult, { readonly state: NpsState }> & {
  /** When the run began and ended on the server, as Azure says. */
  readonly startedAt?: string;
  readonly endedAt?: string;
};

export type NpsOrder = Cancelable & {
  readonly host: Pick<NpsHostStatus, 'id' | 'kind' | 'location'>;
  readonly runName: string;
  /** JSON of the desired state; holds no secret. */
  readonly desiredState: string;
  readonly timeoutMinutes: number;
} & (
    | {
        readonly operation: 'Set';
        readonly secret: SecretReference;
        /**
         * The server's own key, by which the secret is encrypted for it. The server told it when the deployment was
         * planned.
         */
        readonly secretKey?: string | undefined;
        readonly cause: Cause;
      }
    /** Removes what the desired state lists as absent. */
    | {
        readonly operation: 'Remove';
        readonly secret?: SecretReference | undefined;
        readonly cause: Cause;
      }
    /** The server is not given the secret. When the secret exists already, it is taken out of the server's texts. */
    | {
        readonly operation: 'Test';
        readonly secret?: { readonly name: string; readonly version?: string } | undefined;
      }
  );

/**
 * Starts the run command. To configure a server, the branch takes its turn first: `heldBy` says who has the turn, and
 * then nothing starts. A run that an earlier attempt has started, and whose answer was lost, goes on: a second run would
 * find nothing to change, and the ticket would be told of no change. A start that comes late, when its branch is over,
 * starts nothing: it would bring back what was wished then, and nobody would remove its run command.
 */
export const startNpsRun =
  (npsServers: NpsServers, secrets: Secrets, rows: Rows, isOver = isBranchOver) =>
  async (
    { branch, ...order }: NpsOrder & { readonly branch: string },
    context: InvocationContext,
  ): Promise<Accepted | { readonly heldBy: Holder }> => {
    if (await isOver(context, branch)) return { retryAfterSeconds: 10 };
    if (order.operation !== 'Test') {
      const heldBy = await takeNpsTurn(rows, context, order.host.id, { branch, ...order.cause });
      if (heldBy) return { heldBy };
      if (await isStarted(npsServers, order)) return { retryAfterSeconds: 10 };
    }
    const secret =
      order.operation === 'Set'
        ? { value: (await readSecret(secrets, order.secret)).value, key: order.secretKey }
        : undefined;
    const run = {
      name: order.runName,
      operation: order.operation === 'Test' ? ('Test' as const) : ('Set' as const),
      desiredState: order.desiredState,
      timeoutMinutes: order.timeoutMinutes,
    };
    const host = { ...order.host, isRunning: true, isAgentReady: true, osType: 'Windows' };
    return npsServers.start(host, run, secret).catch((error: unknown) => {
      throw isUnseen(error) ? npsHostGone(host.id) : error;
    });
  };

async function isStarted(npsServers: NpsServers, { host, runName }: NpsOrder): Promise<boolean> {
  try {
    await npsServers.result(host.id, runName);
    return true;
  } catch (error) {
    if (error instanceof VpnRadiusError && error.code === 'RunCommandMissing') return false;
    throw error;
  }
}

const isUnseen = (error: unknown) =>
  error instanceof VpnRadiusError && ['ResourceNotFound', 'ParentResourceNotFound'].includes(error.code);

/**
 * Azure answered 404 for a machine that was there when the deployment was planned: nothing may be done on that answer.
 */
const npsHostGone = (hostId: string) =>
  new VpnRadiusError({
    code: 'NpsHostGone',
    message: 'Azure says that there is no such machine, but it existed when the deployment was planned.',
    target: hostId,
    transient: true,
    retryAfterSeconds: 30,
  });

type EndedRun = Extract<NpsRunState, { readonly state: 'ended' }>;

interface NamedRun {
  readonly hostId: string;
  readonly runName: string;
  /** The secrets that the server was given or holds. They are taken out of its texts. */
  readonly secrets: readonly { readonly name: string; readonly version?: string }[];
}

/**
 * What the NPS server answered when the run has ended; undefined while it runs. The server's own error is thrown with
 * the code and the text that it gave.
 */
export const readNpsRun =
  (npsServers: NpsServers, secrets: Secrets) =>
  async ({ hostId, runName, secrets: named }: NamedRun): Promise<NpsOutcome | undefined> => {
    const run = await npsServers.result(hostId, runName);
    if (run.state === 'running') return undefined;
    if (run.state === 'timedOut') {
      throw failed(
        'NpsRunTimedOut',
        'The NPS server did not finish in time. The run command was stopped.',
        hostId,
      );
    }
    const result = await withoutSecrets(await resultOf(run, hostId, secrets, named), secrets, named);
    if ('error' in result) throw serverFailure(result, hostId);
    const { startedAt, endedAt } = run;
    return { ...result, ...(startedAt && { startedAt }), ...(endedAt && { endedAt }) };
  };

/** The answer in the output. Without one, what Azure and the server said about it, without secrets. */
async function resultOf(
  run: EndedRun,
  hostId: string,
  secrets: Secrets,
  named: NamedRun['secrets'],
): Promise<NpsResult> {
  try {
    return parseNpsResult(run.output);
  } catch (error) {
    if (!(error instanceof VpnRadiusError)) throw error;
    const said = run.error && redacted(run.error, await held(secrets, named));
    throw runFailure({ ...run, error: said }, error, hostId);
  }
}

/** A program on the server may quote what it was given, as cmdlets and netsh do in their errors. */
async function withoutSecrets(
  result: NpsResult,
  secrets: Secrets,
  named: NamedRun['secrets'],
): Promise<NpsResult> {
  if (!('error' in result) && result.findings.length === 0 && result.changes.length === 0) return result;
  return redactedIn(result, await held(secrets, named));
}

async function held(secrets: Secrets, named: NamedRun['secrets']): Promise<readonly string[]> {
  const found = await Promise.all(
    named.map(({ name, version }) => secrets.read(name, version, { mayBeExpired: true })),
  );
  return found.flatMap((secret) => secret?.value ?? []);
}

/** Removes the run command, and gives back the turn at the server. */
export const forgetNpsRun =
  (npsServers: NpsServers, rows: Rows) =>
  async (
    {
      hostId,
      runName,
      branch,
    }: { readonly hostId: string; readonly runName: string; readonly branch: string },
    context: InvocationContext,
  ): Promise<void> => {
    try {
      await npsServers.forget(hostId, runName);
    } finally {
      await giveTurn(rows, context, hostId, branch);
    }
  };
